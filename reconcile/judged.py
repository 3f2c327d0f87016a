"""Verdicts kept between the stages: a receipt is judged again only after something it looks at was claimed."""

from collections.abc import Sequence

from reconcile.desk import Desk
from reconcile.look import Look
from reconcile.slot import Slot
from reconcile.verdict import Verdict, judge

_Sight = str | tuple[str, int]
"""A customer, all of whose items count, or an amount of a currency, which counts whoever's the item is."""


class Judged:
    """Told of every claim. What else a verdict rests on does not change while receipts are decided."""

    def __init__(self, desk: Desk) -> None:
        """Nothing is judged yet."""
        self._desk = desk
        self._claims = 0
        self._last: dict[_Sight, int] = {}
        self._kept: dict[str, tuple[int, Verdict]] = {}

    def forget(self) -> None:
        """The books or the receipts changed: every verdict is made anew."""
        self._last.clear()
        self._kept.clear()

    def claimed(self, slots: Sequence[Slot]) -> None:
        """Something was taken of these items."""
        self._claims += 1
        self._desk.index.note_claims(slots)
        for slot in slots:
            self._last[slot.item.customer_id] = self._claims
            self._last[slot.item.currency, slot.item.open_minor] = self._claims

    def settled(self, receipt_id: str) -> None:
        """A receipt is decided and not asked about again: its verdict's room is the next one's."""
        self._kept.pop(receipt_id, None)

    def of(self, look: Look) -> Verdict:
        """What the receipt's best answers are as things stand now."""
        own = look.receipt.id
        kept = self._kept.get(own)
        if kept is not None and not self._moved(look, kept[0]):
            return kept[1]
        verdict = judge(look, self._desk)
        self._kept[own] = self._claims, verdict
        return verdict

    def _moved(self, look: Look, since: int) -> bool:
        """Whether anything was claimed since then of customers that may have paid or are named, their groups, or the amount."""
        last = self._last.get
        receipt = look.receipt
        if last((receipt.currency, receipt.amount_minor), 0) > since:
            return True
        customers = {slot.item.customer_id for mention in look.mentions for slot in mention.slots}.union(look.customers)
        family = self._desk.index.payers.family
        for customer in look.customers:
            customers.update(family(customer))
        return max([last(customer, 0) for customer in customers], default=0) > since
