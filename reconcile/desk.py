"""What every stage needs at hand: the index, the rates, the policy, and who else names or claims an item."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence

from ledger.currency import exponent
from reconcile.index import Index
from reconcile.look import Look
from reconcile.numbers import BARE
from reconcile.policy import Policy
from reconcile.rates import Rates
from reconcile.slot import Slot
from reconcile.weigh import Scale

_TOGETHER_MAX = 6
"""More receipts than this that name one item add up to anything."""


class Desk:
    """Shared by the stages of one run."""

    def __init__(self, index: Index, rates: Rates, policy: Policy) -> None:
        """`index` changes as receipts claim items; the rest does not."""
        self.index = index
        self.rates = rates
        self.policy = policy
        self.scale = Scale(index)
        self._named_by: dict[str, list[Look]] = defaultdict(list)

    def note_mentions(self, looks: Iterable[Look]) -> None:
        """Remember which receipts of this run name which items, before anything is decided."""
        for look in looks:
            for mention in look.mentions:
                if mention.strength >= BARE:
                    for slot in mention.slots:
                        self._named_by[slot.item.id].append(look)

    def forget_mentions(self, looks: Iterable[Look] | None = None) -> None:
        """Take back what was remembered of some receipts, or of all."""
        if looks is None:
            self._named_by.clear()
            return
        for look in looks:
            for mention in look.mentions:
                if mention.strength >= BARE:
                    for slot in mention.slots:
                        self._named_by[slot.item.id].remove(look)

    def named_exactly_by_another(self, slot: Slot, look: Look) -> bool:
        """Whether another receipt names this item and pays it to the cent."""
        return any(
            other is not look
            and other.receipt.amount_minor == slot.item.open_minor
            and other.receipt.currency == slot.item.currency
            for other in self._named_by.get(slot.item.id, ())
        )

    def paid_together(self, slot: Slot) -> bool:
        """Whether two or more receipts name this item, and what they bring together is what it stood open with, to the cent."""
        item = slot.item
        found = {
            other.receipt.id: other.receipt.amount_minor
            for other in self._named_by.get(item.id, ())
            if other.receipt.currency == item.currency and other.receipt.amount_minor > 0
        }
        return 2 <= len(found) <= _TOGETHER_MAX and sum(found.values()) == item.open_minor

    def universe(self, look: Look, currency: str) -> list[Slot]:
        """What the possible payers could be paying on the receipt's day, credit notes too."""
        return self.index.open_of(look.customers, currency, look.receipt.received_on)

    def fitting(self, look: Look, customers: Sequence[str]) -> list[Slot]:
        """What of these customers' stands open on the receipt's day with just its amount, each one's oldest first."""
        receipt = look.receipt
        return [
            slot
            for slot in self.index.could_stand_at(customers, receipt.currency, receipt.amount_minor)
            if slot.left == receipt.amount_minor
            and slot.sign > 0
            and slot.item.status == "open"
            and slot.since <= receipt.received_on
        ]

    def family_universe(self, look: Look, currency: str) -> list[Slot]:
        """The same for the other members of their groups."""
        others = {other for customer in look.customers for other in self.index.payers.family(customer)}
        others.difference_update(look.customers)
        if not others:
            return []
        return self.index.open_of(sorted(others), currency, look.receipt.received_on)

    def unit(self, currency: str) -> int:
        """Minor units in a major one."""
        return int(10 ** exponent(currency))

    def amount_in(self, look: Look, currency: str) -> tuple[int, float] | None:
        """The receipt's amount in a currency and the rate used, or None without a rate of that day."""
        receipt = look.receipt
        if receipt.currency == currency:
            return receipt.amount_minor, 1.0
        rate = self.rates.rate(receipt.currency, currency, receipt.received_on)
        return None if rate is None else (round(receipt.amount_minor * rate), float(rate))

    def chance(self, look: Look) -> float:
        """How easily the receipt's amount comes about by chance."""
        return self.scale.chance(look.receipt.currency, look.receipt.amount_minor)


def same_currency(slots: Sequence[Slot]) -> bool:
    """Whether all items are in one currency."""
    return all(slot.item.currency == slots[0].item.currency for slot in slots)


def issued_by(slots: Iterable[Slot], on: dt.date) -> bool:
    """Whether all items had been issued on a day."""
    return all(slot.since <= on for slot in slots)
