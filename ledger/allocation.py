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
    """Whether the provider states the date, or it is the later of source and target."""

    STATED = "stated"
    DERIVED = "derived"


@dataclass(frozen=True, slots=True, kw_only=True)
class Allocation:
    """`external_id` is unique in its record: built from the record's id and both ends.

    applied_on: with basis `stated` the provider's date; with `derived` the source's own date, and the effective date is
    the later of it and the target's, worked out where both are at hand (store/queries/allocations.py).
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
