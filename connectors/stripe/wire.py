"""The fields of Stripe's objects that we read, as they come; everything may be missing or null."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec

from connectors.decode import Loose


class Ref(Loose):
    """An expanded object, of which only the id matters."""

    id: str = ""


Id = str | Ref | None
Metadata = dict[str, Any] | None


def ref(value: Id) -> str | None:
    """The id, whether the field was expanded or not."""
    if isinstance(value, Ref):
        return value.id or None
    return value or None


class Listing(Loose):
    """A page of a list. No default for data: an answer without it is not a list, and is asked for again."""

    data: list[msgspec.Raw]
    has_more: bool = False


class Head(Loose):
    """What every object has."""

    id: str = ""
    object: str = ""
    created: int | None = None
    deleted: bool | None = None


class Address(Loose):
    country: str | None = None


class Customer(Loose):
    id: str = ""
    created: int | None = None
    deleted: bool | None = None
    name: str | None = None
    business_name: str | None = None
    individual_name: str | None = None
    email: str | None = None
    phone: str | None = None
    description: str | None = None
    address: Address | None = None
    currency: str | None = None
    balance: int | None = None


class TaxAmount(Loose):
    amount: int | None = None


class PriceDetails(Loose):
    product: Id = None
    price: Id = None


class Pricing(Loose):
    unit_amount_decimal: Decimal | None = None
    price_details: PriceDetails | None = None


class Line(Loose):
    id: str = ""
    amount: int = 0
    description: str | None = None
    quantity: int | None = None
    quantity_decimal: Decimal | None = None
    pricing: Pricing | None = None
    taxes: list[TaxAmount] | None = None


class Lines(Loose):
    data: list[Line] | None = None
    has_more: bool | None = None


class Transitions(Loose):
    finalized_at: int | None = None
    paid_at: int | None = None
    voided_at: int | None = None
    marked_uncollectible_at: int | None = None
    canceled_at: int | None = None


class CustomField(Loose):
    name: str | None = None
    value: str | None = None


class Invoice(Loose):
    id: str = ""
    created: int | None = None
    number: str | None = None
    status: str | None = None
    customer: Id = None
    customer_account: str | None = None
    currency: str = ""
    total: int = 0
    subtotal: int | None = None
    total_excluding_tax: int | None = None
    total_taxes: list[TaxAmount] | None = None
    amount_due: int | None = None
    amount_paid: int | None = None
    amount_remaining: int | None = None
    amount_overpaid: int | None = None
    starting_balance: int | None = None
    ending_balance: int | None = None
    due_date: int | None = None
    effective_at: int | None = None
    description: str | None = None
    custom_fields: list[CustomField] | None = None
    status_transitions: Transitions | None = None
    lines: Lines | None = None
    metadata: Metadata = None


class PaidWith(Loose):
    type: str | None = None
    payment_intent: Id = None
    charge: Id = None
    payment_record: Id = None


class InvoicePayment(Loose):
    id: str = ""
    created: int | None = None
    invoice: Id = None
    amount_requested: int | None = None
    amount_paid: int | None = None
    is_default: bool | None = None
    currency: str = ""
    status: str | None = None
    status_transitions: Transitions | None = None
    payment: PaidWith | None = None


class Person(Loose):
    name: str | None = None
    email: str | None = None


class Charge(Loose):
    id: str = ""
    created: int | None = None
    amount: int = 0
    amount_captured: int | None = None
    amount_refunded: int | None = None
    refunded: bool | None = None
    currency: str = ""
    status: str | None = None
    captured: bool | None = None
    disputed: bool | None = None
    customer: Id = None
    billing_details: Person | None = None
    receipt_email: str | None = None
    description: str | None = None
    statement_descriptor: str | None = None
    calculated_statement_descriptor: str | None = None
    payment_intent: Id = None
    balance_transaction: Id = None
    payment_method_details: dict[str, Any] | None = None
    metadata: Metadata = None


class PaymentIntent(Loose):
    id: str = ""
    created: int | None = None
    canceled_at: int | None = None
    amount: int = 0
    amount_received: int | None = None
    currency: str = ""
    status: str | None = None
    customer: Id = None
    latest_charge: Id = None
    description: str | None = None
    metadata: Metadata = None


class Amount(Loose):
    currency: str = ""
    value: int = 0


class CustomerDetails(Loose):
    customer: Id = None


class Processor(Loose):
    payment_reference: str | None = None


class ProcessorDetails(Loose):
    type: str | None = None
    custom: Processor | None = None


class CustomMethod(Loose):
    display_name: str | None = None


class RecordMethod(Loose):
    type: str | None = None
    custom: CustomMethod | None = None


class PaymentRecord(Loose):
    id: str = ""
    created: int | None = None
    amount_requested: Amount | None = None
    amount_guaranteed: Amount | None = None
    amount_failed: Amount | None = None
    amount_canceled: Amount | None = None
    customer_details: CustomerDetails | None = None
    description: str | None = None
    payment_method_details: RecordMethod | None = None
    processor_details: ProcessorDetails | None = None
    metadata: Metadata = None


class Refund(Loose):
    id: str = ""
    created: int | None = None
    amount: int = 0
    currency: str = ""
    status: str | None = None
    charge: Id = None
    payment_intent: Id = None
    balance_transaction: Id = None
    reason: str | None = None


class CreditRefund(Loose):
    amount_refunded: int | None = None
    refund: Id = None


class CreditNote(Loose):
    id: str = ""
    created: int | None = None
    number: str | None = None
    invoice: Id = None
    customer: Id = None
    customer_balance_transaction: Id = None
    currency: str = ""
    status: str | None = None
    total: int = 0
    subtotal: int | None = None
    total_excluding_tax: int | None = None
    total_taxes: list[TaxAmount] | None = None
    pre_payment_amount: int | None = None
    post_payment_amount: int | None = None
    type: str | None = None
    refunds: list[CreditRefund] | None = None
    reason: str | None = None
    memo: str | None = None
    effective_at: int | None = None
    voided_at: int | None = None


class CustomerBalanceTransaction(Loose):
    id: str = ""
    created: int | None = None
    customer: Id = None
    currency: str = ""
    amount: int = 0
    ending_balance: int = 0
    type: str | None = None
    invoice: Id = None
    credit_note: Id = None


class Evidence(Loose):
    due_by: int | None = None


class Dispute(Loose):
    id: str = ""
    created: int | None = None
    amount: int = 0
    currency: str = ""
    status: str | None = None
    charge: Id = None
    reason: str | None = None
    evidence_details: Evidence | None = None


class Booking(Loose):
    """What charges, refunds, disputes and payouts say of the balance transactions that they made."""

    balance_transaction: Id = None
    failure_balance_transaction: Id = None
    balance_transactions: list[Id] | None = None


class FeeDetail(Loose):
    amount: int = 0
    currency: str = ""
    type: str | None = None
    description: str | None = None


class BalanceTransaction(Loose):
    id: str = ""
    created: int | None = None
    available_on: int | None = None
    amount: int = 0
    fee: int = 0
    net: int = 0
    fee_details: list[FeeDetail] | None = None
    currency: str = ""
    type: str | None = None
    reporting_category: str | None = None
    status: str | None = None
    source: Id = None
    description: str | None = None


class Trace(Loose):
    status: str | None = None
    value: str | None = None


class Payout(Loose):
    id: str = ""
    created: int | None = None
    arrival_date: int | None = None
    amount: int = 0
    currency: str = ""
    status: str | None = None
    automatic: bool | None = None
    method: str | None = None
    reconciliation_status: str | None = None
    trace_id: Trace | None = None
    statement_descriptor: str | None = None
    balance_transaction: Id = None
    failure_balance_transaction: Id = None


class EventData(Loose):
    object: msgspec.Raw = msgspec.Raw(b"{}")
    previous_attributes: dict[str, Any] | None = None


class Event(Loose):
    id: str = ""
    object: str = ""
    type: str = ""
    api_version: str | None = None
    created: int = 0
    livemode: bool | None = None
    account: str | None = None
    data: EventData = msgspec.field(default_factory=EventData)


class BusinessProfile(Loose):
    name: str | None = None


class Dashboard(Loose):
    display_name: str | None = None
    timezone: str | None = None


class Settings(Loose):
    dashboard: Dashboard | None = None


class Account(Loose):
    id: str = ""
    country: str | None = None
    default_currency: str | None = None
    email: str | None = None
    livemode: bool | None = None
    business_profile: BusinessProfile | None = None
    settings: Settings | None = None


class Held(Loose):
    """A part of the balance in one currency."""

    amount: int = 0
    currency: str = ""


class Balance(Loose):
    available: list[Held] | None = None
    pending: list[Held] | None = None


class ErrorBody(Loose):
    code: str | None = None
    type: str | None = None
    message: str | None = None
    param: str | None = None


class Failure(Loose):
    error: ErrorBody | str | None = None
