"""A payout: processor to bank, and what it carries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from ledger.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Payout:
    """`amount` is negative when money is pulled back. status: pending, in_transit, paid, failed, canceled.

    automatic and reconciliation_status completed: its contents can be itemised. trace_id: the bank's own reference.
    """

    external_id: str
    created_at: datetime
    left_on: date
    arrives_on: date | None
    amount: Money
    status: str
    automatic: bool = True
    method: str | None = None
    reconciliation_status: str | None = None
    trace_id: str | None = None
    statement_descriptor: str | None = None
    balance_transaction: str | None = None
    failure_balance_transaction: str | None = None
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PayoutItem:
    """One balance transaction that a payout carries."""

    external_id: str
    payout_external_id: str
    balance_transaction: str
    source_external_id: str | None = None
    updated_at: datetime | None = None
