"""An allocation: source to target, an amount in the target's currency and in the source's, dated, never edited."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from ledger.money import Money


class SourceKind(StrEnum):
    PAYMENT = "payment"
    CREDIT_NOTE = "credit_note"
    OVERPAYMENT = "overpayment"
    PREPAYMENT = "prepayment"
    JOURNAL = "journal"
    INVOICE_DEPOSIT = "invoice_deposit"
    CUSTOMER_BALANCE = "customer_balance"


class TargetKind(StrEnum):
    INVOICE = "invoice"
    REFUND = "refund"
    JOURNAL = "journal"


class Basis(StrEnum):
    """Whether the provider states the date, or it follows from others (`effective_day`)."""

    STATED = "stated"
    DERIVED = "derived"


@dataclass(frozen=True, slots=True, kw_only=True)
class Allocation:
    """`external_id` is unique in its record: built from the record's id and both ends.

    applied_on: with basis `stated` the provider's date; with `derived` that of the record which applies it. When it counts is
    said by `effective_day`, where both ends are at hand.
    """

    external_id: str
    source_kind: SourceKind
    source_external_id: str
    target_kind: TargetKind
    target_external_id: str
    amount: Money
    source_amount: Money
    applied_on: date | None
    basis: Basis
    reversed_on: date | None = None
    exchange_rate: Decimal | None = None
    updated_at: datetime | None = None


def effective_day(basis: str, applied_on: date | None, *ends: date | None) -> date | None:
    """When an allocation counts: the stated date, else the latest of applied_on and the days of its source and target.

    QuickBooks states none, and a payment may be edited to take along a credit or an invoice that is younger than itself:
    nothing is applied before it was there. On which day of those after that the edit was made, the books do not tell.
    """
    if basis == Basis.STATED:
        return applied_on
    return max((day for day in (applied_on, *ends) if day is not None), default=None)
