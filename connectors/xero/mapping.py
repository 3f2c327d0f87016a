"""Xero's records as values of ours.

Quirks, with their reason:
- CurrencyRate is foreign units for one of the base currency; ours is the inverse, home units for one of the document's.
- A payment pays one document. AR*PAYMENT on a credit note, overpayment or prepayment is cash going back: a refund.
- A RECEIVE-OVERPAYMENT bank transaction and its Overpayment are one payment; the Overpayment is the one that is mapped.
- Suppliers' documents (ACCPAY...) come in the same lists and are none of ours; they are kept and mean nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Context as DecimalContext
from decimal import Decimal
from typing import Any

from connectors import decode
from connectors.port import Context, Mapped, Record, Value
from connectors.xero import wire
from connectors.xero.dates import calendar, instant, zone
from ledger.account import Account, TaxRate
from ledger.allocation import Allocation, Basis, SourceKind, TargetKind
from ledger.bank_entry import BankEntry
from ledger.company import Company
from ledger.credit import CreditNote
from ledger.currency import is_currency
from ledger.customer import Customer
from ledger.faults import BadInput
from ledger.finding import Finding, Severity
from ledger.invoice import Invoice, InvoiceLine
from ledger.money import Money, convert
from ledger.payment import Payment

Flag = bool | str | None
"""Xero's examples write some truth values as texts."""

_RATES = DecimalContext(prec=24)
_HINT = re.compile(r"\b(?:in|ch|py|pi|po|re)_[A-Za-z0-9]{8,}\b")
_INVOICE_STATUS = {
    "DRAFT": "draft", "SUBMITTED": "draft", "AUTHORISED": "open", "PAID": "paid", "VOIDED": "void", "DELETED": "void",
}  # fmt: skip
_CREDIT_STATUS = {**_INVOICE_STATUS, "PAID": "applied"}
_PAYMENT_STATUS = {"AUTHORISED": "open", "DELETED": "deleted"}
_PREPAID_STATUS = {"AUTHORISED": "open", "PAID": "open", "VOIDED": "void", "DELETED": "void", "DRAFT": "pending"}
_SUPPLIER = frozenset(
    [
        "ACCPAY",
        "ACCPAYCREDIT",
        "ACCPAYPAYMENT",
        "APCREDITPAYMENT",
        "APOVERPAYMENTPAYMENT",
        "APPREPAYMENTPAYMENT",
        "APOVERPAYMENT",
        "APPREPAYMENT",
        "SPEND-OVERPAYMENT",
        "SPEND-PREPAYMENT",
        "PAYBATCH",
    ]
)
_REFUNDS = {
    "ARCREDITPAYMENT": SourceKind.CREDIT_NOTE,
    "AROVERPAYMENTPAYMENT": SourceKind.OVERPAYMENT,
    "ARPREPAYMENTPAYMENT": SourceKind.PREPAYMENT,
}
_ACCOUNT_KINDS = {
    "BANK": "bank", "CURRENT": "current_asset", "PREPAYMENT": "current_asset", "REVENUE": "income", "SALES": "income",
    "OTHERINCOME": "income", "EXPENSE": "expense", "OVERHEADS": "expense", "DIRECTCOSTS": "expense",
}  # fmt: skip


@dataclass(slots=True)
class Reading:
    """One record being mapped: what surrounds it, and what was odd about it so far."""

    record: Record
    context: Context
    findings: list[Finding] = field(default_factory=list)

    def note(self, code: str, sentence: str, *, field_name: str = "", severity: Severity = Severity.WARNING) -> None:
        self.findings.append(
            Finding(
                code=code,
                sentence=f"{self.record.kind} {self.record.external_id}: {sentence}",
                severity=severity,
                record_kind=self.record.kind,
                external_id=self.record.external_id,
                field=field_name,
            )
        )

    def currency(self, code: str | None) -> str:
        """The document's currency; the home currency where Xero leaves it out."""
        return (code or self.context.home_currency).upper()

    def money(self, amount: Decimal | None, currency: str, name: str) -> Money:
        """Raises BadInput for an amount finer than the currency's minor unit or a currency that is none."""
        if amount is None:
            self.note("amount_missing", f"{name} is missing and was read as 0.", field_name=name)
            return Money(0, currency)
        return Money.of(amount, currency)

    def status(self, value: str | None, known: dict[str, str], fallback: str) -> str:
        if value in known:
            return known[value]
        self.note("unknown_status", f"the status {value!r} is not known; read as {fallback}.", field_name="Status")
        return fallback

    def unknown(self, name: str, value: str | None) -> Mapped:
        self.note("unknown_type", f"the {name} {value!r} is not known; the record means nothing here.", field_name=name)
        return Mapped(findings=tuple(self.findings))

    def done(self, *values: Value) -> Mapped:
        return Mapped(values=values, findings=tuple(self.findings))


def rate(currency_rate: Decimal | None, currency: str, context: Context) -> Decimal | None:
    """Home units for one unit of the document's currency; None where Xero gives no rate for a foreign document."""
    if currency == context.home_currency:
        return Decimal(1)
    if not currency_rate:
        return None
    return _RATES.divide(Decimal(1), currency_rate)


def at_home(amount: Money, exchange: Decimal | None, context: Context) -> Money | None:
    """Xero states no home amounts of documents; its rule is amount / CurrencyRate."""
    return None if exchange is None else convert(amount, exchange, context.home_currency)


def _yes_no(value: Flag) -> str:
    if value is None:
        return "unknown"
    return "yes" if str(value).lower() == "true" else "no"


def _true(value: Flag) -> bool:
    return str(value).lower() == "true"


def hints(*texts: str | None) -> tuple[str, ...]:
    """Processors' ids named in the texts."""
    return tuple(dict.fromkeys(found for text in texts if text for found in _HINT.findall(text)))


def map_record(record: Record, context: Context) -> Mapped:
    """What a record means. Never raises for data."""
    struct, mapper = MAPPERS.get(record.kind, (None, None))
    if struct is None or mapper is None:
        return Mapped()
    decoded, findings = decode.decode_record(record.raw, struct, kind=record.kind, external_id=record.external_id)
    if decoded is None:
        return Mapped(findings=findings)
    reading = Reading(record, context, list(findings))
    try:
        return mapper(reading, decoded)
    except BadInput as fault:
        reading.note("unmappable", str(fault), severity=Severity.ERROR)
        return Mapped(findings=tuple(reading.findings))


def _contact(reading: Reading, contact: wire.Contact) -> Mapped:
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


def _invoice(reading: Reading, invoice: wire.Invoice) -> Mapped:
    if invoice.type in _SUPPLIER:
        return reading.done()
    if invoice.type != "ACCREC":
        return reading.unknown("Type", invoice.type)
    currency = reading.currency(invoice.currency_code)
    total = reading.money(invoice.total, currency, "Total")
    exchange = rate(invoice.currency_rate, currency, reading.context)
    status = reading.status(invoice.status, _INVOICE_STATUS, "open")
    left = (
        total
        if status == "draft" and invoice.amount_due is None
        else reading.money(invoice.amount_due, currency, "AmountDue")
    )
    return reading.done(
        Invoice(
            external_id=reading.record.external_id,
            number=invoice.invoice_number or None,
            customer_external_id=invoice.contact.contact_id if invoice.contact else None,
            issued_on=calendar(invoice.date) or calendar(invoice.date_string),
            due_on=calendar(invoice.due_date) or calendar(invoice.due_date_string),
            total=total,
            tax_total=reading.money(invoice.total_tax or Decimal(0), currency, "TotalTax"),
            open_amount=Money(0, currency) if status == "void" else left,
            status=status,
            reference=invoice.reference or None,
            exchange_rate=exchange,
            home_total=at_home(total, exchange, reading.context),
            sent=invoice.sent_to_contact,
            hints=hints(invoice.reference, invoice.invoice_number, invoice.url),
            lines=_lines(reading, invoice.line_items, currency),
            updated_at=instant(invoice.updated_date_utc),
        )
    )


def _allocations(
    reading: Reading, kind: SourceKind, currency: str, items: list[wire.Allocation] | None
) -> list[Allocation]:
    """Allocations of a credit note, overpayment or prepayment. Xero states their date, and allocates in one currency."""
    found = []
    for number, item in enumerate(items or [], start=1):
        invoice_id = item.invoice.invoice_id if item.invoice else None
        if _true(item.is_deleted) or not item.amount:
            continue
        if invoice_id is None:
            reading.note("target_missing", f"allocation {number} names no invoice.", field_name="Allocations")
            continue
        amount = reading.money(item.amount, currency, "Amount")
        found.append(
            Allocation(
                external_id=item.allocation_id or f"{reading.record.external_id}/{invoice_id}/{number}",
                source_kind=kind,
                source_external_id=reading.record.external_id,
                target_kind=TargetKind.INVOICE,
                target_external_id=invoice_id,
                amount=amount,
                source_amount=amount,
                applied_on=calendar(item.date),
                basis=Basis.STATED,
            )
        )
    return found


def _credit_note(reading: Reading, note: wire.CreditNote) -> Mapped:
    if note.type in _SUPPLIER:
        return reading.done()
    if note.type != "ACCRECCREDIT":
        return reading.unknown("Type", note.type)
    currency = reading.currency(note.currency_code)
    status = reading.status(note.status, _CREDIT_STATUS, "open")
    total = reading.money(note.total, currency, "Total")
    value = CreditNote(
        external_id=reading.record.external_id,
        number=note.credit_note_number or None,
        customer_external_id=note.contact.contact_id if note.contact else None,
        issued_on=calendar(note.date),
        total=total,
        tax_total=reading.money(note.total_tax or Decimal(0), currency, "TotalTax"),
        open_amount=Money(0, currency)
        if status == "void"
        else reading.money(note.remaining_credit, currency, "RemainingCredit"),
        status=status,
        reference=note.reference or None,
        exchange_rate=rate(note.currency_rate, currency, reading.context),
        home_total=at_home(total, rate(note.currency_rate, currency, reading.context), reading.context),
        updated_at=instant(note.updated_date_utc),
    )
    allocations = [] if status == "void" else _allocations(reading, SourceKind.CREDIT_NOTE, currency, note.allocations)
    return reading.done(value, *allocations)


def _prepaid(kind: SourceKind) -> Callable[[Reading, wire.Prepaid], Mapped]:
    wanted = (
        {"RECEIVE-OVERPAYMENT", "AROVERPAYMENT"}
        if kind is SourceKind.OVERPAYMENT
        else {"RECEIVE-PREPAYMENT", "ARPREPAYMENT"}
    )

    def mapper(reading: Reading, paid: wire.Prepaid) -> Mapped:
        if paid.type in _SUPPLIER:
            return reading.done()
        if paid.type not in wanted:
            return reading.unknown("Type", paid.type)
        currency = reading.currency(paid.currency_code)
        status = reading.status(paid.status, _PREPAID_STATUS, "open")
        amount = reading.money(paid.total, currency, "Total")
        value = Payment(
            external_id=reading.record.external_id,
            customer_external_id=paid.contact.contact_id if paid.contact else None,
            paid_on=calendar(paid.date),
            amount=amount,
            unapplied=Money(0, currency)
            if status == "void"
            else reading.money(paid.remaining_credit, currency, "RemainingCredit"),
            kind=kind.value,
            status=status,
            reference=paid.reference or None,
            exchange_rate=rate(paid.currency_rate, currency, reading.context),
            home_amount=amount if currency == reading.context.home_currency else None,
            hints=hints(paid.reference),
            updated_at=instant(paid.updated_date_utc),
        )
        allocations = [] if status == "void" else _allocations(reading, kind, currency, paid.allocations)
        return reading.done(value, *allocations)

    return mapper


def _payment(reading: Reading, payment: wire.Payment) -> Mapped:
    if payment.payment_type in _SUPPLIER:
        return reading.done()
    target = payment.invoice or payment.credit_note or payment.overpayment or payment.prepayment
    if payment.payment_type != "ACCRECPAYMENT" and payment.payment_type not in _REFUNDS:
        if payment.payment_type is None and payment.invoice is not None and payment.invoice.type in (None, "ACCREC"):
            reading.note(
                "type_missing",
                "the payment type is missing; read as a payment of its invoice.",
                field_name="PaymentType",
            )
        else:
            return reading.unknown("PaymentType", payment.payment_type)
    currency = reading.currency(target.currency_code if target else None)
    status = reading.status(payment.status or "AUTHORISED", _PAYMENT_STATUS, "open")
    amount = reading.money(payment.amount, currency, "Amount")
    batch = payment.batch_payment_id or (payment.batch_payment.batch_payment_id if payment.batch_payment else None)
    bank = None if payment.bank_amount is None else _bank_amount(reading, payment, amount)
    value = Payment(
        external_id=reading.record.external_id,
        customer_external_id=target.contact.contact_id if target and target.contact else None,
        paid_on=calendar(payment.date),
        amount=amount,
        unapplied=Money(0, currency),
        kind="refund" if payment.payment_type in _REFUNDS else "payment",
        status=status,
        reference=payment.reference or None,
        deposit_account=payment.account.account_id if payment.account else None,
        batch_external_id=batch,
        exchange_rate=rate(payment.currency_rate, currency, reading.context),
        home_amount=amount if currency == reading.context.home_currency else None,
        bank_amount=bank,
        reconciled=_yes_no(payment.is_reconciled),
        hints=hints(payment.reference),
        updated_at=instant(payment.updated_date_utc),
    )
    if status != "open" or not amount:
        return reading.done(value)
    allocation = _payment_allocation(reading, payment, target, amount)
    return reading.done(value) if allocation is None else reading.done(value, allocation)


def _bank_amount(reading: Reading, payment: wire.Payment, amount: Money) -> Money | None:
    """What moved in the bank account: in its own currency where the account names one, else in the payment's or the home one."""
    named = payment.account.currency_code if payment.account else None
    for currency in (named, amount.currency, reading.context.home_currency):
        if currency and (currency != amount.currency or payment.bank_amount == payment.amount):
            return Money.of(payment.bank_amount or Decimal(0), currency)
    return None


def _payment_allocation(
    reading: Reading, payment: wire.Payment, target: wire.DocumentRef | None, amount: Money
) -> Allocation | None:
    own = reading.record.external_id
    refund = _REFUNDS.get(payment.payment_type or "")
    if target is None:
        reading.note("target_missing", "the payment names no document.", field_name="Invoice")
        return None
    own_id = target.credit_note_id or target.overpayment_id or target.prepayment_id
    # a refunded credit note comes as an "Invoice" of type ACCRECCREDIT
    paid = (own_id or target.invoice_id) if refund else target.invoice_id
    if paid is None:
        reading.note("target_missing", "the payment's document has no id.", field_name="Invoice")
        return None
    return Allocation(
        external_id=f"{own}/{paid}",
        source_kind=refund or SourceKind.PAYMENT,
        source_external_id=paid if refund else own,
        target_kind=TargetKind.REFUND if refund else TargetKind.INVOICE,
        target_external_id=own if refund else paid,
        amount=amount,
        source_amount=amount,
        applied_on=calendar(payment.date),
        basis=Basis.STATED,
        exchange_rate=rate(payment.currency_rate, amount.currency, reading.context),
        updated_at=instant(payment.updated_date_utc),
    )


def _batch(reading: Reading, batch: wire.BatchPayment) -> Mapped:
    if batch.type in _SUPPLIER:
        return reading.done()
    if batch.type != "RECBATCH":
        return reading.unknown("Type", batch.type)
    named = batch.account.currency_code if batch.account else None
    first = next((item.invoice.currency_code for item in batch.payments or [] if item.invoice), None)
    currency = reading.currency(named or first)
    texts = (batch.reference, batch.narrative, batch.details)
    return reading.done(
        BankEntry(
            external_id=reading.record.external_id,
            kind="deposit",
            moved_on=calendar(batch.date),
            amount=reading.money(batch.total_amount, currency, "TotalAmount"),
            account=batch.account.account_id if batch.account else None,
            reference=" ".join(text for text in texts if text) or None,
            status=reading.status(batch.status or "AUTHORISED", _PAYMENT_STATUS, "open"),
            reconciled=_yes_no(batch.is_reconciled),
            groups=tuple(item.payment_id for item in batch.payments or [] if item.payment_id),
            hints=hints(*texts),
            updated_at=instant(batch.updated_date_utc),
        )
    )


def _bank_transaction(reading: Reading, moved: wire.BankTransaction) -> Mapped:
    kind = (moved.type or "").upper()
    if kind in _SUPPLIER or kind.startswith(("RECEIVE-", "SPEND-")):
        return reading.done()  # overpayments, prepayments and transfers have records of their own
    if kind not in ("RECEIVE", "SPEND"):
        return reading.unknown("Type", moved.type)
    currency = reading.currency(moved.currency_code)
    amount = reading.money(moved.total, currency, "Total")
    statuses = {"AUTHORISED": "open", "DELETED": "deleted", "VOIDED": "void"}
    return reading.done(
        BankEntry(
            external_id=reading.record.external_id,
            kind=kind.lower(),
            moved_on=calendar(moved.date),
            amount=amount if kind == "RECEIVE" else -amount,
            account=moved.bank_account.account_id if moved.bank_account else None,
            customer_external_id=moved.contact.contact_id if moved.contact else None,
            reference=moved.reference or None,
            status=reading.status(moved.status or "AUTHORISED", statuses, "open"),
            reconciled=_yes_no(moved.is_reconciled),
            exchange_rate=rate(moved.currency_rate, currency, reading.context),
            home_amount=None,
            hints=hints(moved.reference),
            updated_at=instant(moved.updated_date_utc),
        )
    )


def _bank_transfer(reading: Reading, moved: wire.BankTransfer) -> Mapped:
    named = moved.from_bank_account.currency_code if moved.from_bank_account else None
    currency = reading.currency(named)
    states = {_yes_no(moved.from_is_reconciled), _yes_no(moved.to_is_reconciled)}
    return reading.done(
        BankEntry(
            external_id=reading.record.external_id,
            kind="transfer",
            moved_on=calendar(moved.date),
            amount=-reading.money(moved.amount, currency, "Amount"),
            account=moved.from_bank_account.account_id if moved.from_bank_account else None,
            other_account=moved.to_bank_account.account_id if moved.to_bank_account else None,
            reference=moved.reference or None,
            status=reading.status(moved.status or "AUTHORISED", _PAYMENT_STATUS, "open"),
            reconciled="yes" if "yes" in states else "no" if "no" in states else "unknown",
            hints=hints(moved.reference),
            updated_at=instant(moved.created_date_utc),
        )
    )


def _account(reading: Reading, account: wire.Account) -> Mapped:
    debtors = account.system_account == "DEBTORS"
    return reading.done(
        Account(
            external_id=reading.record.external_id,
            name=account.name or account.code or "",
            kind="receivable" if debtors else _ACCOUNT_KINDS.get((account.type or "").upper(), "other"),
            provider_type=account.type or "",
            code=account.code or None,
            currency=account.currency_code if is_currency(account.currency_code or "") else None,
            status="active" if account.status in (None, "ACTIVE") else "archived",
            system_role="receivable" if debtors else None,
            payments_enabled=bool(account.enable_payments_to_account) or account.type == "BANK",
            updated_at=instant(account.updated_date_utc),
        )
    )


def _tax_rate(reading: Reading, tax: wire.TaxRate) -> Mapped:
    return reading.done(
        TaxRate(
            external_id=reading.record.external_id,
            name=tax.name or "",
            rate=tax.effective_rate,
            status="active" if tax.status in (None, "ACTIVE") else "archived",
        )
    )


def _currency(reading: Reading, currency: wire.Currency) -> Mapped:
    if not is_currency(currency.code or ""):
        reading.note("unknown_currency", f"{currency.code!r} is not an ISO 4217 code.", field_name="Code")
    return reading.done()


def company_of(organisation: wire.Organisation, external_id: str) -> Company:
    """locks: the later of the two that the books themselves have."""
    locks = [calendar(organisation.period_lock_date), calendar(organisation.end_of_year_lock_date)]
    currency = organisation.base_currency
    return Company(
        external_id=external_id,
        name=organisation.name or external_id,
        country=organisation.country_code,
        home_currency=currency if is_currency(currency or "") else None,
        time_zone=zone(organisation.timezone),
        lock_date=max((day for day in locks if day), default=None),
        multi_currency=True,
        live=not organisation.is_demo_company,
    )


def _organisation(reading: Reading, organisation: wire.Organisation) -> Mapped:
    return reading.done(company_of(organisation, reading.record.external_id))


MAPPERS: dict[str, tuple[type[wire.Wire], Callable[[Reading, Any], Mapped]]] = {
    "Organisation": (wire.Organisation, _organisation),
    "Accounts": (wire.Account, _account),
    "TaxRates": (wire.TaxRate, _tax_rate),
    "Currencies": (wire.Currency, _currency),
    "Contacts": (wire.Contact, _contact),
    "Invoices": (wire.Invoice, _invoice),
    "CreditNotes": (wire.CreditNote, _credit_note),
    "Payments": (wire.Payment, _payment),
    "BatchPayments": (wire.BatchPayment, _batch),
    "Overpayments": (wire.Prepaid, _prepaid(SourceKind.OVERPAYMENT)),
    "Prepayments": (wire.Prepaid, _prepaid(SourceKind.PREPAYMENT)),
    "BankTransactions": (wire.BankTransaction, _bank_transaction),
    "BankTransfers": (wire.BankTransfer, _bank_transfer),
}
