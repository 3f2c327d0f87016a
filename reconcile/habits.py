"""How a customer pays, told from what people confirmed: in one go or one by one, and always short by the same fee."""

from reconcile.facts import Confirmed

_PROVEN_MIN = 3
"""So many payments alike, and none unlike, make a habit that counts."""
_OFTEN = 0.5


class Habits:
    """One customer's payments counted. Grown by `Memory` alone."""

    __slots__ = ("_fees", "batches", "payments")

    def __init__(self) -> None:
        """Nothing is known."""
        self.payments = 0
        self.batches = 0
        self._fees: dict[tuple[str, str, int], int] = {}

    def add(self, fact: Confirmed) -> None:
        """One more confirmed payment."""
        self.payments += 1
        self.batches += len(fact.item_ids) > 1
        short = fact.receipt.currency, fact.short_kind, fact.short_minor
        self._fees[short] = self._fees.get(short, 0) + 1

    @property
    def in_batches(self) -> bool:
        """Whether most of several payments were for more than one document."""
        return self.batches >= _PROVEN_MIN - 1 and self.batches > _OFTEN * self.payments

    @property
    def one_by_one(self) -> bool:
        """Whether no payment of many was ever for more than one document."""
        return not self.batches and self.payments >= 2 * _PROVEN_MIN

    def usual_fee(self, currency: str) -> int:
        """What every payment in a currency was short by for the bank's sake, in minor units; 0 unless proven."""
        if not self._fees:
            return 0
        found = [
            (minor, count) for (own, kind, minor), count in self._fees.items() if own == currency and kind == "fee"
        ]
        if len(found) != 1 or found[0][1] < _PROVEN_MIN:
            return 0
        others = any(own == currency and kind != "fee" for own, kind, _ in self._fees)
        return 0 if others else found[0][0]

    def withholds(self, currency: str) -> bool:
        """Whether tax was kept back of most of several payments in a currency."""
        found = [count for (own, kind, _), count in self._fees.items() if own == currency and kind == "withholding"]
        return sum(found) >= max(_PROVEN_MIN, _OFTEN * self.payments)
