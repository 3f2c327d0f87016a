"""The two sides of the proof of clearing: what the processor moved, and what the books hold of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from ledger.balance import NOT_CAPTURED
from ledger.money import Money

GROSS, FEE = "gross", "fee"
CHARGED = ("charge", NOT_CAPTURED)
"""What sums to that which a payer paid."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cent:
    """One part of a balance transaction, signed as it moves the processor's balance.

    payout: in which it was carried to the bank, on carried_on. names: ids that a record of it may name. due_on: the day
    on which the books have it, where that is another than the processor's (a payout arrives). back_of: what came and may
    have gone back. posting: what covers it, state: how far that is, why: what it waits for. elsewhere: a record of the
    books that is the same money and lies on another account.
    """

    transaction: UUID
    external_id: str
    part: str
    on: date
    amount: Money
    category: str
    names: frozenset[str] = frozenset()
    charge: str | None = None
    payout: str | None = None
    carried_on: date | None = None
    due_on: date | None = None
    back_of: str | None = None
    posting: UUID | None = None
    state: str = ""
    why: str = ""
    elsewhere: str = ""

    @property
    def key(self) -> tuple[UUID, str]:
        return self.transaction, self.part


@dataclass(frozen=True, slots=True, kw_only=True)
class Booked:
    """One record of the books on the clearing account, signed from its side.

    posting: it is ours, of this posting; charge, payout: it is known to be the cash of these. written: what we wrote,
    where it is ours.
    """

    key: tuple[str, str]
    kind: str
    on: date
    amount: Money
    names: frozenset[str] = frozenset()
    posting: UUID | None = None
    charge: str | None = None
    payout: str | None = None
    written: Money | None = None
    converted: bool = False
    doubtful: bool = False
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """Parts and records that are the same money. how: what says so."""

    cents: tuple[Cent, ...]
    records: tuple[Booked, ...]
    how: str

    def moved(self, through: date) -> int:
        return sum(one.amount.minor for one in self.cents if one.on <= through)

    def booked(self, through: date) -> int:
        return sum(one.amount.minor for one in self.records if one.on <= through)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tied:
    """Every part and every record is in exactly one of the three."""

    ties: tuple[Tie, ...]
    cents: tuple[Cent, ...]
    records: tuple[Booked, ...]
