"""Xero's records as they come, the fields that we read. Every field may be absent or null."""

from __future__ import annotations

from decimal import Decimal

from connectors.decode import Loose

_WORDS = {"id": "ID", "utc": "UTC"}


def _pascal(name: str) -> str:
    return "".join(_WORDS.get(part, part.capitalize()) for part in name.split("_"))


class Wire(Loose, rename=_pascal):
    """Base: snake_case here, PascalCase with ID and UTC there."""


class AccountRef(Wire):
    account_id: str | None = None
    code: str | None = None
    currency_code: str | None = None


class ContactRef(Wire):
    contact_id: str | None = None
    name: str | None = None


class DocumentRef(Wire):
    """The invoice, credit note, overpayment or prepayment that a payment or allocation names."""

    invoice_id: str | None = None
    invoice_number: str | None = None
    credit_note_id: str | None = None
    overpayment_id: str | None = None
    prepayment_id: str | None = None
    type: str | None = None
    currency_code: str | None = None
    currency_rate: Decimal | None = None
    contact: ContactRef | None = None


class Allocation(Wire):
    allocation_id: str | None = None
    invoice: DocumentRef | None = None
    amount: Decimal | None = None
    applied_amount: Decimal | None = None  # the name that older answers have
    date: str | None = None
    is_deleted: bool | str | None = None


class Line(Wire):
    description: str | None = None
    quantity: Decimal | None = None
    unit_amount: Decimal | None = None
    line_amount: Decimal | None = None
    tax_amount: Decimal | None = None
    item_code: str | None = None
    account_code: str | None = None
    tax_type: str | None = None


class Money(Wire):
    outstanding: Decimal | None = None
    overdue: Decimal | None = None


class Balances(Wire):
    accounts_receivable: Money | None = None


class Address(Wire):
    country: str | None = None


class Phone(Wire):
    phone_number: str | None = None
    phone_area_code: str | None = None
    phone_country_code: str | None = None


class Contact(Wire):
    contact_id: str | None = None
    name: str | None = None
    email_address: str | None = None
    account_number: str | None = None
    tax_number: str | None = None
    contact_status: str | None = None
    default_currency: str | None = None
    merged_to_contact_id: str | None = None
    balances: Balances | None = None
    addresses: list[Address] | None = None
    phones: list[Phone] | None = None
    updated_date_utc: str | None = None


class Invoice(Wire):
    invoice_id: str | None = None
    invoice_number: str | None = None
    type: str | None = None
    status: str | None = None
    contact: ContactRef | None = None
    date: str | None = None
    date_string: str | None = None
    due_date: str | None = None
    due_date_string: str | None = None
    reference: str | None = None
    currency_code: str | None = None
    currency_rate: Decimal | None = None
    total: Decimal | None = None
    total_tax: Decimal | None = None
    amount_due: Decimal | None = None
    amount_paid: Decimal | None = None
    amount_credited: Decimal | None = None
    sent_to_contact: bool | None = None
    url: str | None = None
    line_items: list[Line] | None = None
    updated_date_utc: str | None = None


class CreditNote(Wire):
    credit_note_id: str | None = None
    credit_note_number: str | None = None
    type: str | None = None
    status: str | None = None
    contact: ContactRef | None = None
    date: str | None = None
    reference: str | None = None
    currency_code: str | None = None
    currency_rate: Decimal | None = None
    total: Decimal | None = None
    total_tax: Decimal | None = None
    remaining_credit: Decimal | None = None
    allocations: list[Allocation] | None = None
    updated_date_utc: str | None = None


class Payment(Wire):
    payment_id: str | None = None
    batch_payment_id: str | None = None
    batch_payment: BatchRef | None = None
    date: str | None = None
    amount: Decimal | None = None
    bank_amount: Decimal | None = None
    currency_rate: Decimal | None = None
    reference: str | None = None
    payment_type: str | None = None
    status: str | None = None
    is_reconciled: bool | str | None = None
    account: AccountRef | None = None
    invoice: DocumentRef | None = None
    credit_note: DocumentRef | None = None
    overpayment: DocumentRef | None = None
    prepayment: DocumentRef | None = None
    updated_date_utc: str | None = None


class BatchRef(Wire):
    batch_payment_id: str | None = None


class PaymentRef(Wire):
    payment_id: str | None = None
    amount: Decimal | None = None
    invoice: DocumentRef | None = None


class BatchPayment(Wire):
    batch_payment_id: str | None = None
    account: AccountRef | None = None
    date: str | None = None
    type: str | None = None
    status: str | None = None
    total_amount: Decimal | None = None
    reference: str | None = None
    narrative: str | None = None
    details: str | None = None
    is_reconciled: bool | str | None = None
    payments: list[PaymentRef] | None = None
    updated_date_utc: str | None = None


class Prepaid(Wire):
    """An overpayment or a prepayment: the same shape, each with its own id."""

    overpayment_id: str | None = None
    prepayment_id: str | None = None
    type: str | None = None
    status: str | None = None
    contact: ContactRef | None = None
    date: str | None = None
    reference: str | None = None
    currency_code: str | None = None
    currency_rate: Decimal | None = None
    total: Decimal | None = None
    remaining_credit: Decimal | None = None
    allocations: list[Allocation] | None = None
    updated_date_utc: str | None = None


class BankTransaction(Wire):
    bank_transaction_id: str | None = None
    type: str | None = None
    status: str | None = None
    contact: ContactRef | None = None
    bank_account: AccountRef | None = None
    date: str | None = None
    reference: str | None = None
    currency_code: str | None = None
    currency_rate: Decimal | None = None
    total: Decimal | None = None
    is_reconciled: bool | str | None = None
    overpayment_id: str | None = None
    prepayment_id: str | None = None
    updated_date_utc: str | None = None


class BankTransfer(Wire):
    bank_transfer_id: str | None = None
    from_bank_account: AccountRef | None = None
    to_bank_account: AccountRef | None = None
    amount: Decimal | None = None
    date: str | None = None
    status: str | None = None
    reference: str | None = None
    currency_rate: Decimal | None = None
    from_is_reconciled: bool | str | None = None
    to_is_reconciled: bool | str | None = None
    created_date_utc: str | None = None


class Account(Wire):
    account_id: str | None = None
    code: str | None = None
    name: str | None = None
    type: str | None = None
    status: str | None = None
    currency_code: str | None = None
    system_account: str | None = None
    enable_payments_to_account: bool | None = None
    updated_date_utc: str | None = None


class TaxRate(Wire):
    name: str | None = None
    tax_type: str | None = None
    status: str | None = None
    effective_rate: Decimal | None = None


class Currency(Wire):
    code: str | None = None
    description: str | None = None


class Organisation(Wire):
    organisation_id: str | None = None
    name: str | None = None
    base_currency: str | None = None
    country_code: str | None = None
    timezone: str | None = None
    period_lock_date: str | None = None
    end_of_year_lock_date: str | None = None
    is_demo_company: bool | None = None
    created_date_utc: str | None = None
