"""A charge: the processor took money from a payer. The links say which invoices that processor applied it to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from ledger.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """`amount` is what the payer saw. status: succeeded, pending, failed. metadata: the processor's strings, as pairs.

    The gross in the settlement currency and the fee stand on the balance transaction.
    """

    external_id: str
    created_at: datetime
    charged_on: date
    amount: Money
    refunded: Money
    status: str
    customer_external_id: str | None = None
    payer_name: str | None = None
    payer_email: str | None = None
    payer_account: str | None = None
    description: str | None = None
    statement_descriptor: str | None = None
    method: str | None = None
    disputed: bool = False
    captured: bool = True
    payment_intent: str | None = None
    balance_transaction: str | None = None
    invoice_hint: str | None = None
    metadata: tuple[tuple[str, str], ...] = ()
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentIntent:
    """The processor's intent to take a payment: a link between an invoice and the charge that succeeded."""

    external_id: str
    created_at: datetime
    amount: Money
    received: Money
    status: str
    customer_external_id: str | None = None
    latest_charge: str | None = None
    description: str | None = None
    metadata: tuple[tuple[str, str], ...] = ()
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentLink:
    """One application by the processor itself (Stripe's InvoicePayment): a payment to an invoice.

    payment_kind: payment_intent, charge, payment_record. status: open, paid, canceled.
    """

    external_id: str
    invoice_external_id: str
    payment_kind: str
    payment_external_id: str | None
    amount: Money | None
    requested: Money | None
    status: str
    paid_at: datetime | None = None
    updated_at: datetime | None = None
