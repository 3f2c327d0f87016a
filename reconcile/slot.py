"""An open item inside an index: the value, what is left of it, and who has claimed it so far."""

import datetime as dt

from reconcile.values import OpenItem

EARLIEST = dt.date.min
_UNSETTLED = frozenset({"open", "disputed", "uncollectible", "draft"})


class Slot:
    """Mutable only in `left` and `claims`; `sign` is -1 for a credit note."""

    __slots__ = ("claims", "item", "left", "sign", "since")

    def __init__(self, item: OpenItem) -> None:
        """Nothing is claimed yet."""
        self.item = item
        self.left = _payable(item)
        self.sign = -1 if item.kind == "credit_note" else 1
        self.since = item.issued_on or EARLIEST
        self.claims: tuple[Claim, ...] = ()

    @property
    def signed(self) -> int:
        """What is left, negative for a credit note."""
        return self.sign * self.left

    def left_on(self, day: dt.date) -> int:
        """What was left after the receipts up to and including a day; later claims are not seen."""
        left = self.left
        for claim in self.claims:
            if claim.on > day:
                left += claim.minor
        return left

    def claim(self, receipt_id: str, on: dt.date, minor: int) -> None:
        """Spend a part of what is left. Raises ValueError rather than overspend."""
        if not 0 < minor <= self.left:
            message = f"{self.item.id}: {minor} of {self.left} cannot be claimed"
            raise ValueError(message)
        self.left -= minor
        self.claims = (*self.claims, Claim(receipt_id, on, minor))

    def release(self) -> None:
        """Forget what was claimed, as if no receipt had been decided yet."""
        self.left, self.claims = _payable(self.item), ()

    def give_back(self, receipt_id: str) -> None:
        """What a receipt paid is owed again: its money went back."""
        self.claims = tuple([claim for claim in self.claims if claim.receipt_id != receipt_id])
        self.left = _payable(self.item) - sum(claim.minor for claim in self.claims)

    def close(self) -> None:
        """Nothing more is expected of it: what is left was a fee, a discount or an exchange difference."""
        self.left = 0


def _payable(item: OpenItem) -> int:
    return item.open_minor if item.status in _UNSETTLED else 0


class Claim:
    """One receipt's share of an item, as a positive amount of the item's currency."""

    __slots__ = ("minor", "on", "receipt_id")

    def __init__(self, receipt_id: str, on: dt.date, minor: int) -> None:
        """A claim is never changed."""
        self.receipt_id = receipt_id
        self.on = on
        self.minor = minor
