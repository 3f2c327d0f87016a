"""Payments that look like one another: the same money seen twice, or a payment made twice."""

from collections import defaultdict
from collections.abc import Iterable

from reconcile.fold import compact
from reconcile.index import Index
from reconcile.look import Look
from reconcile.numbers import BARE
from reconcile.policy import Policy
from reconcile.slot import Slot
from reconcile.values import HistoryRow, Reason

_PAYERS_MAX = 3
_RARE_MAX = 3


class Repeats:
    """Receipts by payer and amount, in order of time. Receipts that a person matched before count as earlier ones."""

    def __init__(self, looks: Iterable[Look], policy: Policy) -> None:
        """`looks` in order of date and id."""
        self._policy = policy
        self._alike: dict[tuple[str, str, int], list[Look]] = defaultdict(list)
        self._of_amount: dict[tuple[str, int], list[Look]] = defaultdict(list)
        self.order: dict[str, int] = {}
        self.settled: dict[str, tuple[str, ...]] = {}
        for place, look in enumerate(looks):
            self.order[look.receipt.id] = place
            self._of_amount[look.receipt.currency, look.receipt.amount_minor].append(look)
            for key in _keys(look):
                self._alike[key].append(look)

    def earlier(self, look: Look) -> list[Look]:
        """Receipts before this one, close enough in time, of the same payer and amount; newest first."""
        found = {other.receipt.id: other for key in _keys(look) for other in self._alike.get(key, ())}
        return self._before(look, list(found.values()))

    def of_amount(self, look: Look) -> list[Look]:
        """Receipts before this one, close enough in time, of the same amount; newest first."""
        return self._before(look, self._of_amount[look.receipt.currency, look.receipt.amount_minor])

    def _before(self, look: Look, found: list[Look]) -> list[Look]:
        if len(found) < 2:
            return []
        place, on = self.order[look.receipt.id], look.receipt.received_on
        near = [
            other
            for other in found
            if self.order[other.receipt.id] < place
            and (on - other.receipt.received_on).days <= self._policy.duplicate_days
        ]
        near.sort(key=lambda other: -self.order[other.receipt.id])
        return near


def may_pay(look: Look, slot: Slot, index: Index) -> bool:
    """Whether a waiting receipt of an item's amount could be its payment: by payer, by number, or with neither where the amount is rare."""
    if any(slot in mention.slots for mention in look.mentions) or look.hit(slot.item.customer_id):
        return True
    if index.payers.names.resembles(look.receipt.payer_name, slot.item.customer_id):
        return True
    if look.payers or look.unrelated:
        return False
    named = any(mention.strength >= BARE for mention in look.mentions)
    return not named and len(index.with_amount(slot.item.currency, slot.item.open_minor)) <= _RARE_MAX


def same_words(one: Look, two: Look) -> bool:
    """Whether two receipts carry the same text."""
    return compact(one.receipt.reference) == compact(two.receipt.reference)


def twin_reason(look: Look, earlier: list[Look], policy: Policy) -> Reason | None:
    """The earlier receipt that this one would be the same money as: alike within days and without a different text of its own."""
    for other in earlier:
        days = (look.receipt.received_on - other.receipt.received_on).days
        if days > policy.repeat_days:
            break
        if same_words(look, other) or not look.mentions or not other.mentions:
            return Reason("repeats", (other.receipt.id, str(days)))
    return None


def of_history(look: Look, history: dict[tuple[str, int, str], list[HistoryRow]], policy: Policy) -> Reason | None:
    """A receipt that a person matched before and that came again."""
    receipt = look.receipt
    for row in history.get(history_key(receipt.currency, receipt.amount_minor, receipt.reference), ()):
        days = (receipt.received_on - row.receipt.received_on).days
        if 0 <= days <= policy.duplicate_days and row.customer_id in look.customers and receipt.id != row.receipt.id:
            return Reason("repeats_history", (row.receipt.id, row.invoice_id))
    return None


def history_key(currency: str, minor: int, reference: str) -> tuple[str, int, str]:
    """What a repeat of a matched receipt has in common with it."""
    return currency, minor, compact(reference)


def _keys(look: Look) -> list[tuple[str, str, int]]:
    receipt = look.receipt
    who = [hit.customer_id for hit in look.payers[:_PAYERS_MAX]]
    if not who:
        text = compact(receipt.payer_account or receipt.payer_name or receipt.payer_email) or compact(receipt.reference)
        who = [text] if text else []
    return [(one, receipt.currency, receipt.amount_minor) for one in who]
