"""The processor's own ledger: balance transactions with one treatment each, and the fees they hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from ledger.money import Money

NOT_CAPTURED = "partial_capture_reversal"
"""Of a charge captured in part the whole moves the balance, and at once a line of this category takes the rest back."""


class Treatment(StrEnum):
    """What a balance transaction is in our books; exactly one each (docs/glossary.md)."""

    PAYS_RECEIVABLE = "pays_receivable"
    ALREADY_RECORDED = "already_recorded"
    CUSTOMER_DEPOSIT = "customer_deposit"
    SALE_WITHOUT_INVOICE = "sale_without_invoice"
    FEE = "fee"
    REFUND = "refund"
    DISPUTE = "dispute"
    RESERVE = "reserve"
    PAYOUT = "payout"
    FINANCING = "financing"
    NOT_OURS = "not_ours"
    UNDECIDED = "undecided"  # a charge that nothing has been matched to yet
    PARKED = "parked"  # a category that we do not know: named, never put under fees


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceTransaction:
    """gross - fee = net, in the settlement currency, signed from the business's side. source: the id of what caused it."""

    external_id: str
    created_at: datetime
    booked_on: date
    gross: Money
    fee: Money
    net: Money
    type: str
    reporting_category: str
    status: str
    source_external_id: str | None = None
    available_on: date | None = None
    description: str | None = None
    treatment: Treatment = Treatment.UNDECIDED
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fee:
    """An expense, positive when it costs. kind: the processor's word (stripe_fee, tax, application_fee, ...)."""

    external_id: str
    amount: Money
    charged_on: date
    kind: str
    source_external_id: str | None
    description: str | None = None
    updated_at: datetime | None = None
