"""A refund and a dispute: money that the processor gave or took back from a charge."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from ledger.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund:
    """status: pending, requires_action, succeeded, failed, canceled. amount is positive, in the charge's currency."""

    external_id: str
    amount: Money
    refunded_on: date
    status: str
    charge_external_id: str | None
    payment_intent: str | None = None
    balance_transaction: str | None = None
    reason: str | None = None
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute:
    """The payer's bank takes a charge back. status as the processor says: needs_response, under_review, won, lost, ..."""

    external_id: str
    amount: Money
    opened_on: date
    status: str
    charge_external_id: str | None
    reason: str | None = None
    due_by: datetime | None = None
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerBalanceEntry:
    """A movement of the credit that a processor keeps for a customer; negative = credit for the customer."""

    external_id: str
    customer_external_id: str
    amount: Money
    ending_balance: Money
    kind: str
    booked_on: date
    invoice_external_id: str | None = None
    credit_note_external_id: str | None = None
    updated_at: datetime | None = None
