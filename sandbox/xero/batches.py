"""Batch payments: several documents paid by one line of the bank."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.xero.books import Books, Place
from sandbox.xero.chart import account, check_open
from sandbox.xero.faults import Invalid
from sandbox.xero.fields import date_of
from sandbox.xero.payments import delete_payment, find_target, pay
from sandbox.xero.wire import ZERO, Record, day_text, true, wire_day

DETAILS_MAX = 18
_LENGTHS = {"Details": DETAILS_MAX, "Narrative": 18, "Code": 12, "Particulars": 12, "Reference": 255}
_NEW_ZEALAND_ONLY = ("Particulars", "Code")


def pay_batch(books: Books, body: Mapping[str, Any]) -> Record:
    given = body.get("Payments") or []
    if not given:
        raise Invalid("A batch payment must contain at least one payment")
    held = account(books, body.get("Account"))
    if held["Type"] != "BANK":
        raise Invalid("A batch payment must be made from or to a bank account")
    on = date_of(books, body)
    check_open(books, on)
    texts = _texts(books, body)
    directions = {_direction(books, one) for one in given}
    if len(directions) != 1:
        raise Invalid("A batch payment cannot mix invoices and bills")
    place = Place("BatchPayments", books.new_id())
    reconciled = true(body.get("IsReconciled", False))
    payments = [
        pay(books, _part(one, held, on.isoformat(), texts.get("Reference", ""), reconciled=reconciled), place.id)
        for one in given
    ]
    return books.add(
        place,
        {
            "Account": {"AccountID": held["AccountID"], "CurrencyCode": held["CurrencyCode"]},
            **texts,
            "BatchPaymentID": place.id,
            "DateString": day_text(on),
            "Date": wire_day(on),
            "Payments": [_shown(payment) for payment in payments],
            "Type": directions.pop(),
            "Status": "AUTHORISED",
            "TotalAmount": sum((payment["BankAmount"] for payment in payments), ZERO),
            "IsReconciled": reconciled,
            "_on": on,
        },
    )


def delete_batch(books: Books, body: Mapping[str, Any]) -> Record:
    if body.get("Status") != "DELETED":
        raise Invalid("A batch payment can only be given the status DELETED")
    held = books.need("BatchPayments", body.get("BatchPaymentID"), "Batch payment")
    place = Place("BatchPayments", held["BatchPaymentID"])
    batch = books.edit(place)
    if batch["Status"] == "DELETED":
        raise Invalid("Batch payment not of valid status for modification")
    for payment in batch["Payments"]:
        delete_payment(books, payment["PaymentID"], with_batch=True)
    batch |= {"Status": "DELETED", "Payments": [], "IsReconciled": False}
    books.touch(place)
    return batch


def shown_batch(books: Books, batch_id: str) -> Record:
    """What a payment shows of its batch."""
    batch = books.need("BatchPayments", batch_id, "Batch payment")
    return {
        "Account": {"AccountID": batch["Account"]["AccountID"]},
        "BatchPaymentID": batch_id,
        "Date": batch["Date"],
        "Type": batch["Type"],
        "Status": batch["Status"],
        "TotalAmount": batch["TotalAmount"],
        "UpdatedDateUTC": batch["UpdatedDateUTC"],
        "IsReconciled": batch["IsReconciled"],
    }


def _texts(books: Books, body: Mapping[str, Any]) -> Record:
    texts = {field: str(body[field]) for field in _LENGTHS if body.get(field)}
    too_long = [field for field, most in _LENGTHS.items() if len(texts.get(field, "")) > most]
    if too_long:
        raise Invalid(f"{too_long[0]} cannot be longer than {_LENGTHS[too_long[0]]} characters")
    if books.company.country != "NZ":
        for field in _NEW_ZEALAND_ONLY:
            texts.pop(field, None)
    return texts


def _direction(books: Books, one: Mapping[str, Any]) -> str:
    target = find_target(books, one)
    if target.place.kind != "Invoices":
        raise Invalid("A batch payment can only pay invoices or bills")
    return "RECBATCH" if target.record["Type"] == "ACCREC" else "PAYBATCH"


def _part(one: Mapping[str, Any], held: Record, on: str, reference: str, *, reconciled: bool) -> Record:
    return {
        **one,
        "Account": {"AccountID": held["AccountID"]},
        "Date": on,
        "Reference": one.get("Reference") or reference,
        "IsReconciled": reconciled,
    }


def _shown(payment: Record) -> Record:
    invoice = payment["Invoice"]
    return {
        "Invoice": {
            "InvoiceID": invoice["InvoiceID"],
            "CurrencyCode": invoice["CurrencyCode"],
            "Payments": [],
            "CreditNotes": [],
            "Prepayments": [],
            "Overpayments": [],
            "HasErrors": False,
            "IsDiscounted": False,
            "LineItems": [],
        },
        "PaymentID": payment["PaymentID"],
        "Amount": payment["Amount"],
        "BankAmount": payment["BankAmount"],
    }
