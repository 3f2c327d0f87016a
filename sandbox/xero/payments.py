"""Payments of documents, one document each, alone or in a batch; undone by deletion."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sandbox.xero.books import Books, Place
from sandbox.xero.chart import account, check_open
from sandbox.xero.derive import refresh
from sandbox.xero.faults import Invalid
from sandbox.xero.fields import amount_of, date_of, rate_of
from sandbox.xero.kinds import KINDS
from sandbox.xero.wire import Record, cents, number, true, wire_day

_TYPES = {
    "ACCREC": "ACCRECPAYMENT",
    "ACCPAY": "ACCPAYPAYMENT",
    "ACCRECCREDIT": "ARCREDITPAYMENT",
    "ACCPAYCREDIT": "APCREDITPAYMENT",
    "RECEIVE-OVERPAYMENT": "AROVERPAYMENTPAYMENT",
    "SPEND-OVERPAYMENT": "APOVERPAYMENTPAYMENT",
    "RECEIVE-PREPAYMENT": "ARPREPAYMENTPAYMENT",
    "SPEND-PREPAYMENT": "APPREPAYMENTPAYMENT",
}
# A payment shows whatever it pays as an invoice; this is the type it then has.
_SHOWN_TYPES = {
    "RECEIVE-OVERPAYMENT": "AROVERPAYMENT",
    "SPEND-OVERPAYMENT": "APOVERPAYMENT",
    "RECEIVE-PREPAYMENT": "ARPREPAYMENT",
    "SPEND-PREPAYMENT": "APPREPAYMENT",
}
_TARGETS = {
    "Invoice": "Invoices",
    "CreditNote": "CreditNotes",
    "Prepayment": "Prepayments",
    "Overpayment": "Overpayments",
}
_RATE_LEEWAY = Decimal("0.1")


@dataclass(frozen=True)
class Target:
    """The document that a payment pays and what it still takes."""

    place: Place
    record: Record

    @property
    def left(self) -> Decimal:
        left: Decimal = self.record["AmountDue" if self.place.kind == "Invoices" else "RemainingCredit"]
        return left


def pay(books: Books, body: Mapping[str, Any], batch_id: str | None = None) -> Record:
    """Make one payment, of a batch where `batch_id` is given."""
    target = find_target(books, body)
    if target.record["Status"] not in {"AUTHORISED", "PAID"}:
        raise Invalid("Payments can only be made against Authorised documents")
    on = date_of(books, body)
    check_open(books, on)
    held = account(books, body.get("Account"))
    if held["Type"] != "BANK" and not held["EnablePaymentsToAccount"]:
        raise Invalid("Account is not a valid payment account")
    amount = amount_of(body)
    if amount > target.left:
        raise Invalid("Payment amount exceeds the amount outstanding on this document")
    rate = rate_of(books, body, target.record["CurrencyCode"], on)
    bank = _bank_amount(books, body, held, target.record["CurrencyCode"], amount, rate)
    place = Place("Payments", books.new_id())
    record: Record = {
        "PaymentID": place.id,
        "Date": wire_day(on),
        "BankAmount": bank,
        "Amount": amount,
        "Reference": str(body.get("Reference") or ""),
        "CurrencyRate": rate,
        "PaymentType": _TYPES[target.record["Type"]],
        "Status": "AUTHORISED",
        "HasAccount": True,
        "IsReconciled": true(body.get("IsReconciled", False)),
        "Account": {"AccountID": held["AccountID"], "Code": held["Code"]},
        "Invoice": _shown(target),
        "HasValidationErrors": False,
        "_on": on,
        "_target": target.place,
        "_warnings": _odd_rate(books, target.record["CurrencyCode"], rate, on),
    }
    if batch_id is not None:
        record["BatchPaymentID"] = batch_id
    books.add(place, record)
    books.link(books.payments_of[target.place.id], place.id)
    books.link(books.places_of[target.record["Contact"]["ContactID"]], place)
    refresh(books, target.place)
    return record


def delete_payment(books: Books, payment_id: str, *, with_batch: bool = False) -> Record:
    held = books.need("Payments", payment_id, "Payment")
    place = Place("Payments", held["PaymentID"])
    payment = books.edit(place)
    if payment["Status"] == "DELETED":
        raise Invalid("Payment not of valid status for modification")
    if payment.get("BatchPaymentID") and not with_batch:
        raise Invalid("Payments that are part of a batch payment cannot be deleted; delete the batch payment")
    check_open(books, payment["_on"])
    payment |= {"Status": "DELETED", "IsReconciled": False}
    books.touch(place)
    refresh(books, payment["_target"])
    return payment


def find_target(books: Books, body: Mapping[str, Any]) -> Target:
    for field, kind in _TARGETS.items():
        given = body.get(field)
        if not isinstance(given, dict):
            continue
        id_field, number_field = KINDS[kind].id_field, KINDS[kind].number_field
        if given.get(id_field):
            record = books.need(kind, given[id_field], field)
            return Target(Place(kind, record[id_field]), record)
        place = _by_number(books, kind, given.get(number_field or ""))
        if place is not None:
            return Target(place, books.need(kind, place.id, field))
    for field, kind in (("InvoiceNumber", "Invoices"), ("CreditNoteNumber", "CreditNotes")):
        place = _by_number(books, kind, body.get(field))
        if place is not None:
            return Target(place, books.need(kind, place.id, field))
    raise Invalid("Invoice could not be found")


def _by_number(books: Books, kind: str, number_: object) -> Place | None:
    """Numbers are unique among sales documents alone."""
    word = {"Invoices": "ACCREC", "CreditNotes": "ACCRECCREDIT"}.get(kind)
    return books.keys.get(f"{word}/{str(number_).casefold()}") if number_ else None


def _bank_amount(
    books: Books, body: Mapping[str, Any], held: Record, currency: str, amount: Decimal, rate: Decimal
) -> Decimal:
    """In the currency of the bank account; what the body says wins where the two differ."""
    bank_currency = held.get("CurrencyCode", books.home)
    if bank_currency == currency:
        return amount
    if body.get("BankAmount") is not None:
        return cents(number(body["BankAmount"]))
    home = books.to_home(amount, rate)
    if bank_currency == books.home:
        return home
    return cents(home * books.rate_on(bank_currency, date_of(books, body)))


def _odd_rate(books: Books, currency: str, rate: Decimal, on: date) -> list[str]:
    """A rate far from the day's is taken, and remarked on."""
    try:
        usual = books.rate_on(currency, on)
    except Invalid:
        return []  # nothing to compare it with
    if abs(rate - usual) <= usual * _RATE_LEEWAY:
        return []
    return [f"The currency rate {rate:f} differs from the rate of the day, {usual:f}, by more than 10%."]


def _shown(target: Target) -> Record:
    record = target.record
    number_field = KINDS[target.place.kind].number_field
    return {
        "Type": _SHOWN_TYPES.get(record["Type"], record["Type"]),
        "InvoiceID": target.place.id,
        "InvoiceNumber": record[number_field] if number_field else "",
        "Payments": [],
        "CreditNotes": [],
        "Prepayments": [],
        "Overpayments": [],
        "HasErrors": False,
        "IsDiscounted": False,
        "Contact": record["Contact"],
        "LineItems": [],
        "CurrencyCode": record["CurrencyCode"],
    }
