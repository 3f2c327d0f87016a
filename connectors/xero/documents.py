"""Xero's contacts, invoices and credit notes, with what was allocated of them.

Suppliers' documents (ACCPAY...) come in the same lists and are none of ours; they are kept and mean nothing.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from connectors.port import Mapped
from connectors.xero import wire
from connectors.xero.dates import instant
from connectors.xero.reading import SUPPLIER, Reading, at_home, hints, is_true
from ledger.allocation import Allocation, Basis, SourceKind, TargetKind
from ledger.credit import CreditNote
from ledger.currency import is_currency
from ledger.customer import Customer
from ledger.invoice import Invoice, InvoiceLine
from ledger.money import Money

_INVOICE_STATUS = {
    "DRAFT": "draft", "SUBMITTED": "draft", "AUTHORISED": "open", "PAID": "paid", "VOIDED": "void", "DELETED": "void",
}  # fmt: skip

_CREDIT_STATUS = {**_INVOICE_STATUS, "PAID": "applied"}


def contact_of(reading: Reading, contact: wire.Contact) -> Mapped:
    statuses = {"ACTIVE": "active", "ARCHIVED": "archived", "GDPRREQUEST": "archived"}
    status = reading.status(contact.contact_status or "ACTIVE", statuses, "active")
    outstanding = contact.balances and contact.balances.accounts_receivable
    balance = outstanding.outstanding if outstanding else None
    home = reading.context.home_currency
    country = next((item.country for item in contact.addresses or [] if item.country), None)
    phone = next((item.phone_number for item in contact.phones or [] if item.phone_number), None)
    return reading.done(
        Customer(
            external_id=reading.record.external_id,
            name=contact.name or "",
            email=contact.email_address or None,
            phone=phone,
            country=country,
            tax_number=contact.tax_number or None,
            account_number=contact.account_number or None,
            currency=contact.default_currency if is_currency(contact.default_currency or "") else None,
            merged_into=contact.merged_to_contact_id,
            status="merged" if contact.merged_to_contact_id else status,
            balance=None if balance is None else Money.of(balance, home),
            updated_at=instant(contact.updated_date_utc),
        )
    )


def _lines(reading: Reading, items: list[wire.Line] | None, currency: str) -> tuple[InvoiceLine, ...]:
    return tuple(
        InvoiceLine(
            position=position,
            description=line.description or "",
            amount=reading.money(line.line_amount or Decimal(0), currency, "LineAmount"),
            quantity=line.quantity,
            unit_price=line.unit_amount,
            tax=None if line.tax_amount is None else reading.money(line.tax_amount, currency, "TaxAmount"),
            item=line.item_code,
            account=line.account_code,
            tax_code=line.tax_type,
        )
        for position, line in enumerate(items or [], start=1)
    )


def customer_of(reading: Reading, contact: wire.ContactRef | None) -> str | None:
    """Whose document it is. Each has one; where it is not said, that is told."""
    found = contact.contact_id if contact else None
    if not found:
        reading.note("customer_missing", "it names no contact; it stands without a customer.", field_name="Contact")
    return found or None


def invoice_of(reading: Reading, invoice: wire.Invoice) -> Mapped:
    if invoice.type in SUPPLIER:
        return reading.done()
    if invoice.type != "ACCREC":
        return reading.unknown("Type", invoice.type)
    currency = reading.currency(invoice.currency_code, invoice.currency_rate)
    total = reading.money(invoice.total, currency, "Total")
    exchange = reading.rate(invoice.currency_rate, currency)
    status = reading.status(invoice.status, _INVOICE_STATUS, "open")
    return reading.done(
        Invoice(
            external_id=reading.record.external_id,
            number=invoice.invoice_number or None,
            customer_external_id=customer_of(reading, invoice.contact),
            issued_on=reading.own_day(invoice.date, invoice.date_string),
            due_on=reading.day(invoice.due_date, invoice.due_date_string),
            total=total,
            tax_total=reading.money(invoice.total_tax or Decimal(0), currency, "TotalTax"),
            open_amount=_left(reading, invoice, status, total),
            status=status,
            reference=invoice.reference or None,
            exchange_rate=exchange,
            home_total=at_home(reading, total, exchange),
            sent=invoice.sent_to_contact,
            hints=hints(invoice.reference, invoice.invoice_number, invoice.url),
            lines=_lines(reading, invoice.line_items, currency),
            updated_at=instant(invoice.updated_date_utc),
        )
    )


def _left(reading: Reading, invoice: wire.Invoice, status: str, total: Money) -> Money:
    """What is owed. Where it is not said, what was paid and credited goes off the total: silence settles no debt."""
    currency, stated = total.currency, invoice.amount_due
    if status == "void":
        return Money(0, currency)
    if stated is not None or status == "paid":
        return reading.money(stated, currency, "AmountDue")
    if status == "draft":
        return total
    told = (invoice.amount_paid, invoice.amount_credited)
    left = total - Money.of(sum((part for part in told if part is not None), Decimal(0)), currency)
    reading.note(
        "amount_missing",
        f"AmountDue is missing; {left}, the total less what is said to be paid and credited, was read as open.",
        field_name="AmountDue",
    )
    return left


def remaining_of(reading: Reading, credit: wire.CreditNote | wire.Prepaid, total: Money) -> Money:
    """What is left of a credit; where it is not said, the total less its allocations."""
    if credit.remaining_credit is not None or credit.status == "PAID":
        return reading.money(credit.remaining_credit, total.currency, "RemainingCredit")
    used = [item.amount for item in credit.allocations or [] if item.amount and not is_true(item.is_deleted)]
    left = total - Money.of(sum(used, Decimal(0)), total.currency)
    reading.note(
        "amount_missing",
        f"RemainingCredit is missing; {left}, the total less its allocations, was read as open.",
        field_name="RemainingCredit",
    )
    return left


def allocations_of(
    reading: Reading, kind: SourceKind, currency: str, items: list[wire.Allocation] | None, on: date | None
) -> list[Allocation]:
    """Allocations of a credit note, overpayment or prepayment of the day `on`, in one currency. Xero states their date; where
    it does not, it is derived.
    """
    found = []
    for number, item in enumerate(items or [], start=1):
        invoice_id = item.invoice.invoice_id if item.invoice else None
        stated_amount = item.amount if item.amount is not None else item.applied_amount
        if is_true(item.is_deleted) or stated_amount == 0:
            continue
        if stated_amount is None:
            reading.note("amount_missing", f"allocation {number} has no amount; it was left out.", field_name="Amount")
            continue
        if invoice_id is None:
            reading.note("target_missing", f"allocation {number} names no invoice.", field_name="Allocations")
            continue
        amount = reading.money(stated_amount, currency, "Amount")
        stated = reading.day(item.date)
        found.append(
            Allocation(
                external_id=item.allocation_id or f"{reading.record.external_id}/{invoice_id}/{number}",
                source_kind=kind,
                source_external_id=reading.record.external_id,
                target_kind=TargetKind.INVOICE,
                target_external_id=invoice_id,
                amount=amount,
                source_amount=amount,
                applied_on=stated or on,
                basis=Basis.STATED if stated else Basis.DERIVED,
            )
        )
    return found


def credit_note_of(reading: Reading, note: wire.CreditNote) -> Mapped:
    if note.type in SUPPLIER:
        return reading.done()
    if note.type != "ACCRECCREDIT":
        return reading.unknown("Type", note.type)
    currency = reading.currency(note.currency_code, note.currency_rate)
    exchange = reading.rate(note.currency_rate, currency)
    status = reading.status(note.status, _CREDIT_STATUS, "open")
    total = reading.money(note.total, currency, "Total")
    value = CreditNote(
        external_id=reading.record.external_id,
        number=note.credit_note_number or None,
        customer_external_id=customer_of(reading, note.contact),
        issued_on=reading.own_day(note.date),
        total=total,
        tax_total=reading.money(note.total_tax or Decimal(0), currency, "TotalTax"),
        open_amount=Money(0, currency) if status == "void" else remaining_of(reading, note, total),
        status=status,
        reference=note.reference or None,
        exchange_rate=exchange,
        home_total=at_home(reading, total, exchange),
        updated_at=instant(note.updated_date_utc),
    )
    allocations = (
        []
        if status == "void"
        else allocations_of(reading, SourceKind.CREDIT_NOTE, currency, note.allocations, value.issued_on)
    )
    return reading.done(value, *allocations)
