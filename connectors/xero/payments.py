"""Xero's payments, overpayments and prepayments.

A payment pays one document. AR*PAYMENT on a credit note, overpayment or prepayment is cash going back: a refund.
"""

from __future__ import annotations

from collections.abc import Callable

from connectors.port import Mapped
from connectors.xero import wire
from connectors.xero.dates import instant
from connectors.xero.documents import allocations_of, customer_of, remaining_of
from connectors.xero.reading import PAYMENT_STATUS, SUPPLIER, Reading, hints, is_foreign, yes_no
from ledger.allocation import Allocation, Basis, SourceKind, TargetKind
from ledger.faults import BadInput
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
        currency = reading.currency(paid.currency_code, paid.currency_rate)
        status = reading.status(paid.status, _PREPAID_STATUS, "open")
        amount = reading.money(paid.total, currency, "Total")
        value = Payment(
            external_id=reading.record.external_id,
            customer_external_id=customer_of(reading, paid.contact),
            paid_on=reading.own_day(paid.date),
            amount=amount,
            unapplied=Money(0, currency) if status == "void" else remaining_of(reading, paid, amount),
            kind=kind.value,
            status=status,
            reference=paid.reference or None,
            exchange_rate=reading.rate(paid.currency_rate, currency),
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
    currency = _currency(reading, payment, target)
    status = reading.status(payment.status or "AUTHORISED", PAYMENT_STATUS, "open")
    amount = reading.money(payment.amount, currency, "Amount")
    batch = payment.batch_payment_id or (payment.batch_payment.batch_payment_id if payment.batch_payment else None)
    value = Payment(
        external_id=reading.record.external_id,
        customer_external_id=target.contact.contact_id if target and target.contact else None,
        paid_on=reading.own_day(payment.date),
        amount=amount,
        unapplied=Money(0, currency),
        kind="refund" if payment.payment_type in _REFUNDS else "payment",
        status=status,
        reference=payment.reference or None,
        deposit_account=payment.account.account_id if payment.account else None,
        batch_external_id=batch,
        exchange_rate=reading.rate(payment.currency_rate, currency),
        home_amount=amount if currency == reading.context.home_currency else None,
        bank_amount=_bank_amount(reading, payment, amount),
        reconciled=yes_no(payment.is_reconciled),
        hints=hints(payment.reference),
        updated_at=instant(payment.updated_date_utc),
    )
    if status != "open" or not amount:
        return reading.done(value)
    allocation = _payment_allocation(reading, payment, target, value)
    return reading.done(value) if allocation is None else reading.done(value, allocation)


def _currency(reading: Reading, payment: wire.Payment, target: wire.DocumentRef | None) -> str:
    """The document's. One that names none is in the base currency at a rate of 1, at another in that of a foreign account
    which took the very amount; else nothing says it, and that is told.
    """
    if target is not None and target.currency_code:
        return reading.currency(target.currency_code)
    paid = None if target is None else _own_id(target) or target.invoice_id
    told = reading.context.document_currencies.get(paid or "")
    if told is not None:
        return told
    home = reading.context.home_currency
    rates = [payment.currency_rate, target.currency_rate if target else None]
    foreign = next((one for one in rates if is_foreign(one)), None)
    if foreign is None:
        if not any(rates):
            reading.currency_missing("the currency of the payment's document is missing")
        return home
    held = reading.held_in(payment.account)
    if held and held != home and payment.bank_amount in (None, payment.amount):
        return held
    reading.currency_missing(f"the currency of the payment's document is missing though the rate is {foreign}")
    return home


def _own_id(target: wire.DocumentRef) -> str | None:
    """That of what is no invoice."""
    return target.credit_note_id or target.overpayment_id or target.prepayment_id


def _bank_amount(reading: Reading, payment: wire.Payment, amount: Money) -> Money | None:
    """What moved in the bank account, in its currency. Of an account that is not known, the payment's own amount is in the
    payment's currency, and any other in none: it is told. The payment itself stands either way.
    """
    moved = payment.bank_amount
    if moved is None:
        return None
    currency = reading.held_in(payment.account) or (amount.currency if moved == payment.amount else None)
    if currency is None:
        what = f"the bank amount {moved} is in the currency of an account that is not known; it was left out."
        reading.note("bank_amount_unknown", what, field_name="BankAmount")
        return None
    try:
        return Money.of(moved, currency)
    except BadInput as fault:
        reading.note("bank_amount_too_fine", f"the bank amount was left out: {fault}", field_name="BankAmount")
        return None


def _payment_allocation(
    reading: Reading, payment: wire.Payment, target: wire.DocumentRef | None, value: Payment
) -> Allocation | None:
    own = reading.record.external_id
    refund = _REFUNDS.get(payment.payment_type or "")
    if target is None:
        reading.note("target_missing", "the payment names no document.", field_name="Invoice")
        return None
    # a refunded credit note comes as an "Invoice" of type ACCRECCREDIT
    paid = (_own_id(target) or target.invoice_id) if refund else target.invoice_id
    if paid is None:
        reading.note("target_missing", "the payment's document has no id.", field_name="Invoice")
        return None
    return Allocation(
        external_id=f"{own}/{paid}",
        source_kind=refund or SourceKind.PAYMENT,
        source_external_id=paid if refund else own,
        target_kind=TargetKind.REFUND if refund else TargetKind.INVOICE,
        target_external_id=own if refund else paid,
        amount=value.amount,
        source_amount=value.amount,
        applied_on=value.paid_on,
        basis=Basis.STATED if value.paid_on else Basis.DERIVED,
        exchange_rate=value.exchange_rate,
        updated_at=value.updated_at,
    )
