"""A balance transaction with all that is known of it: what it was kept for, who paid, what of it is covered already."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from ledger.balance import Treatment
from ledger.money import Money

GROSS, FEE = "gross", "fee"
TAX = "tax"
"""The processor's word for tax on its own fees."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One fee: the processor's word for its kind, positive when it costs."""

    kind: str
    amount: Money
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Charged:
    """The receipt of the charge behind it. recorded: the books hold it, written by somebody else than us.

    asked: proposals wait for a person.
    """

    receipt_id: UUID
    received_on: date
    status: str
    reason: str
    match_id: UUID | None = None
    match_state: str | None = None
    asked: bool = False
    recorded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A person's word on it."""

    treatment: Treatment
    choices: Mapping[str, Any]
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A refund as it went out, of one that came back. state, choices: of its posting; "" where it has none.

    said: a person's word on it.
    """

    on: date
    state: str = ""
    choices: Mapping[str, Any] = field(default_factory=dict)
    said: Treatment | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """row: as store.queries.processor.transactions gives it. covered: its parts that are in a posting that stands, or that
    a person took back. booked_as: what the posting of its gross is (posting.processor.wanted.What).

    payout: the payout that it is itself (its leaving, its coming back). sent: the payout is in a posting that stands.
    carried: the payout in which it went to the bank. gave: of a refund that came back, how it had gone out.
    whole_as: of what was not captured of a charge, what the posting of that charge's gross is; "" where it has none.
    """

    row: Any
    fees: tuple[Kept, ...] = ()
    charged: Charged | None = None
    said: Said | None = None
    covered: frozenset[str] = frozenset()
    booked_as: str = ""
    payout: Any = None
    sent: bool = False
    carried: Any = None
    gave: Sent | None = None
    whole_as: str = ""

    @property
    def id(self) -> UUID:
        own: UUID = self.row.id
        return own

    @property
    def on(self) -> date:
        day: date = self.row.booked_on
        return day

    @property
    def gross(self) -> Money:
        return Money(self.row.gross_minor, self.row.currency)

    @property
    def fee(self) -> Money:
        return Money(self.row.fee_minor, self.row.currency)

    @property
    def category(self) -> str:
        return str(self.row.reporting_category)
