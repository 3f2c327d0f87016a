"""Xero's payments, overpayments and prepayments.

A payment pays one document. AR*PAYMENT on a credit note, overpayment or prepayment is cash going back: a refund.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from connectors.port import Mapped
from connectors.xero import wire
from connectors.xero.dates import instant
from connectors.xero.documents import allocations_of
from connectors.xero.reading import PAYMENT_STATUS, SUPPLIER, Reading, hints, rate, yes_no
from ledger.allocation import Allocation, Basis, SourceKind, TargetKind
from ledger.money import Money
from ledger.payment import Payment

_PREPAID_STATUS = {"AUTHORISED": "open", "PAID": "open", "VOIDED": "void", "DELETED": "void", "DRAFT": "pending"}

_REFUNDS = {
    "ARCREDITPAYMENT": SourceKind.CREDIT_NOTE,
    "AROVERPAYMENTPAYMENT": SourceKind.OVERPAYMENT,
    "ARPREPAYMENTPAYMENT": SourceKind.PREPAYMENT,
}


def prepaid_as(kind: SourceKind) -> Callable[[Reading, wire.Prepaid], Mapped]:
    wanted = (
        {"RECEIVE-OVERPAYMENT", "AROVERPAYMENT"}
        if kind is SourceKind.OVERPAYMENT
        else {"RECEIVE-PREPAYMENT", "ARPREPAYMENT"}
    )

    def mapper(reading: Reading, paid: wire.Prepaid) -> Mapped:
        if paid.type in SUPPLIER:
            return reading.done()
        if paid.type not in wanted:
            return reading.unknown("Type", paid.type)
        currency = reading.currency(paid.currency_code)
        status = reading.status(paid.status, _PREPAID_STATUS, "open")
        amount = reading.money(paid.total, currency, "Total")
        value = Payment(
            external_id=reading.record.external_id,
            customer_external_id=paid.contact.contact_id if paid.contact else None,
            paid_on=reading.day(paid.date),
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
        allocations = (
            [] if status == "void" else allocations_of(reading, kind, currency, paid.allocations, value.paid_on)
        )
        return reading.done(value, *allocations)

    return mapper


def payment_of(reading: Reading, payment: wire.Payment) -> Mapped:
    if payment.payment_type in SUPPLIER:
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
    status = reading.status(payment.status or "AUTHORISED", PAYMENT_STATUS, "open")
    amount = reading.money(payment.amount, currency, "Amount")
    batch = payment.batch_payment_id or (payment.batch_payment.batch_payment_id if payment.batch_payment else None)
    bank = None if payment.bank_amount is None else _bank_amount(reading, payment, amount)
    value = Payment(
        external_id=reading.record.external_id,
        customer_external_id=target.contact.contact_id if target and target.contact else None,
        paid_on=reading.day(payment.date),
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
        reconciled=yes_no(payment.is_reconciled),
        hints=hints(payment.reference),
        updated_at=instant(payment.updated_date_utc),
    )
    if status != "open" or not amount:
        return reading.done(value)
    allocation = _payment_allocation(reading, payment, target, amount)
    return reading.done(value) if allocation is None else reading.done(value, allocation)


def _bank_amount(reading: Reading, payment: wire.Payment, amount: Money) -> Money | None:
    """What moved in the bank account: in its own currency where the account names one, else in the payment's or the home one."""
    account = payment.account
    held = reading.context.account_currencies.get(account.account_id or "") if account else None
    named = (account.currency_code if account else None) or held
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
    on = reading.day(payment.date)
    return Allocation(
        external_id=f"{own}/{paid}",
        source_kind=refund or SourceKind.PAYMENT,
        source_external_id=paid if refund else own,
        target_kind=TargetKind.REFUND if refund else TargetKind.INVOICE,
        target_external_id=own if refund else paid,
        amount=amount,
        source_amount=amount,
        applied_on=on,
        basis=Basis.STATED if on else Basis.DERIVED,
        exchange_rate=rate(payment.currency_rate, amount.currency, reading.context),
        updated_at=instant(payment.updated_date_utc),
    )
