"""Money received and spent: plain, as an overpayment or as a prepayment; and moved between two bank accounts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from sandbox.xero.books import Books, Place
from sandbox.xero.chart import PAYABLE, RECEIVABLE, account, check_open
from sandbox.xero.derive import refresh_source
from sandbox.xero.faults import Invalid
from sandbox.xero.fields import amount_of, currency_of, date_of, rate_of
from sandbox.xero.lines import Lines, read_lines
from sandbox.xero.people import contact_of
from sandbox.xero.wire import Record, day_text, instant_text, true, wire_day, wire_instant

_PLAIN = frozenset({"RECEIVE", "SPEND"})
_CREDITS = {"OVERPAYMENT": ("Overpayments", "OverpaymentID"), "PREPAYMENT": ("Prepayments", "PrepaymentID")}


def save_transaction(books: Books, body: Mapping[str, Any], *, create: bool, four_places: bool = False) -> Record:
    if not create and body.get("BankTransactionID"):
        return _update(books, body)
    word = str(body.get("Type") or "")
    direction, _, special = word.partition("-")
    if direction not in _PLAIN or special not in {"", *_CREDITS}:
        raise Invalid("The Type is not one of RECEIVE, SPEND, and these with -OVERPAYMENT or -PREPAYMENT")
    held = _bank(books, body.get("BankAccount"), "BankAccount")
    contact = contact_of(books, body)
    on = date_of(books, body)
    check_open(books, on)
    currency = currency_of(books, body, held["CurrencyCode"])
    if currency != held["CurrencyCode"] and special != "OVERPAYMENT":
        raise Invalid("Setting currency is only supported on overpayments")
    lines = _lines(books, body, direction, special, four_places=four_places)
    if lines.total <= 0:
        raise Invalid("The total of a bank transaction must be greater than 0")
    place = Place("BankTransactions", books.new_id())
    record: Record = {
        "BankTransactionID": place.id,
        "BankAccount": _shown_account(held),
        "Type": word,
        "Reference": str(body.get("Reference") or ""),
        "IsReconciled": true(body.get("IsReconciled", False)),
        "HasAttachments": False,
        "Contact": books.contact_refs[contact["ContactID"]],
        "DateString": day_text(on),
        "Date": wire_day(on),
        "Status": "AUTHORISED",
        **lines.fields(),
        "CurrencyCode": currency,
        "CurrencyRate": rate_of(books, body, currency, on),
        "_on": on,
    }
    if special:
        kind, id_field = _CREDITS[special]
        record[id_field] = _credit(books, kind, id_field, record)
    books.add(place, record)
    books.link(books.places_of[contact["ContactID"]], place)
    return record


def delete_transaction(books: Books, place: Place) -> Record:
    """With it goes the overpayment or prepayment that it made, unless that has been used."""
    record = books.edit(place)
    if record["Status"] == "DELETED":
        raise Invalid("Bank transaction not of valid status for modification")
    if record["Type"].endswith("-TRANSFER"):
        raise Invalid("A bank transfer is deleted as a whole")
    check_open(books, record["_on"])
    for kind, id_field in _CREDITS.values():
        if record.get(id_field):
            _void_credit(books, Place(kind, record[id_field]))
    record |= {"Status": "DELETED", "IsReconciled": False}
    books.touch(place)
    return record


def transfer(books: Books, body: Mapping[str, Any]) -> Record:
    source = _bank(books, body.get("FromBankAccount"), "FromBankAccount")
    target = _bank(books, body.get("ToBankAccount"), "ToBankAccount")
    if source["AccountID"] == target["AccountID"]:
        raise Invalid("The bank accounts of a transfer must differ")
    if source["CurrencyCode"] != target["CurrencyCode"]:
        raise Invalid("Bank transfers between accounts of different currencies are not supported")
    on = date_of(books, body)
    check_open(books, on)
    amount = amount_of(body)
    place = Place("BankTransfers", books.new_id())
    reconciled = [true(body.get(name, False)) for name in ("FromIsReconciled", "ToIsReconciled")]
    reference = str(body.get("Reference") or "")
    out = _leg(books, "SPEND-TRANSFER", source, amount, on, reference, reconciled=reconciled[0])
    back = _leg(books, "RECEIVE-TRANSFER", target, amount, on, reference, reconciled=reconciled[1])
    return books.add(
        place,
        {
            "BankTransferID": place.id,
            "CreatedDateUTCString": instant_text(books.now()),
            "CreatedDateUTC": wire_instant(books.now()),
            "DateString": day_text(on),
            "Date": wire_day(on),
            "Status": "AUTHORISED",
            "FromBankAccount": _shown_account(source),
            "ToBankAccount": _shown_account(target),
            "Amount": amount,
            "FromBankTransactionID": out,
            "ToBankTransactionID": back,
            "FromIsReconciled": reconciled[0],
            "ToIsReconciled": reconciled[1],
            "Reference": reference,
            "CurrencyRate": rate_of(books, {}, source["CurrencyCode"], on),
            "HasAttachments": False,
            "FromTracking": [],
            "ToTracking": [],
            "_on": on,
        },
    )


def delete_transfer(books: Books, body: Mapping[str, Any]) -> Record:
    if body.get("Status") != "DELETED":
        raise Invalid("A bank transfer can only be given the status DELETED")
    held = books.need("BankTransfers", body.get("BankTransferID"), "Bank transfer")
    place = Place("BankTransfers", held["BankTransferID"])
    record = books.edit(place)
    if record["Status"] == "DELETED":
        raise Invalid("Bank transfer not of valid status for modification")
    check_open(books, record["_on"])
    record["Status"] = "DELETED"
    books.touch(place)
    for name in ("FromBankTransactionID", "ToBankTransactionID"):
        leg = Place("BankTransactions", record[name])
        books.edit(leg)["Status"] = "DELETED"
        books.touch(leg)
    return record


def _update(books: Books, body: Mapping[str, Any]) -> Record:
    held = books.need("BankTransactions", body["BankTransactionID"], "Bank transaction")
    place = Place("BankTransactions", held["BankTransactionID"])
    if body.get("Status") == "DELETED":
        return delete_transaction(books, place)
    record = books.edit(place)
    if record["Status"] != "AUTHORISED" or record["Type"] not in _PLAIN:
        raise Invalid("Bank transaction not of valid status for modification")
    if record["IsReconciled"]:
        raise Invalid("This Bank Transaction cannot be edited as it has been reconciled with a Bank Statement.")
    check_open(books, record["_on"])
    if body.get("Reference") is not None:
        record["Reference"] = str(body["Reference"])
    if body.get("LineItems"):
        record |= read_lines(books, {**record, **body}, None).fields()
    books.touch(place)
    return record


def _lines(books: Books, body: Mapping[str, Any], direction: str, special: str, *, four_places: bool) -> Lines:
    if special != "OVERPAYMENT":
        return read_lines(books, body, None, four_places=four_places)
    given = body.get("LineItems") or []
    if len(given) != 1:
        raise Invalid("An overpayment must have exactly one line item")
    control = RECEIVABLE if direction == "RECEIVE" else PAYABLE
    line = {**given[0], "AccountCode": control, "TaxType": "NONE", "TaxAmount": None}
    return read_lines(books, {"LineItems": [line], "LineAmountTypes": "NoTax"}, control, four_places=four_places)


def _credit(books: Books, kind: str, id_field: str, moved: Record) -> str:
    """The overpayment or prepayment that a bank transaction makes."""
    place = Place(kind, books.new_id())
    record: Record = {
        id_field: place.id,
        "ID": place.id,
        "CurrencyRate": moved["CurrencyRate"],
        "Type": moved["Type"],
        "Reference": moved["Reference"],
        "RemainingCredit": moved["Total"],
        "Allocations": [],
        "Payments": [],
        **{
            name: moved[name]
            for name in (
                "HasAttachments", "Contact", "DateString", "Date", "Status", "LineAmountTypes", "LineItems", "SubTotal",
                "TotalTax", "Total", "CurrencyCode", "_on",
            )
        },
    }  # fmt: skip
    books.add(place, record)
    books.link(books.places_of[moved["Contact"]["ContactID"]], place)
    return place.id


def _void_credit(books: Books, place: Place) -> None:
    credit = books.edit(place)
    if credit["Allocations"] or credit["Payments"]:
        raise Invalid("The money has been allocated or refunded; remove the allocations first")
    credit["Status"] = "VOIDED"
    refresh_source(books, place)


def _leg(books: Books, word: str, held: Record, amount: Decimal, on: date, reference: str, *, reconciled: bool) -> str:
    place = Place("BankTransactions", books.new_id())
    books.add(
        place,
        {
            "BankTransactionID": place.id,
            "BankAccount": _shown_account(held),
            "Type": word,
            "Reference": reference,
            "IsReconciled": reconciled,
            "HasAttachments": False,
            "DateString": day_text(on),
            "Date": wire_day(on),
            "Status": "AUTHORISED",
            "LineAmountTypes": "NoTax",
            "LineItems": [],
            "SubTotal": amount,
            "TotalTax": amount - amount,
            "Total": amount,
            "CurrencyCode": held["CurrencyCode"],
            "CurrencyRate": rate_of(books, {}, held["CurrencyCode"], on),
            "_on": on,
        },
    )
    return place.id


def _bank(books: Books, given: object, field: str) -> Record:
    held = account(books, given)
    if held["Type"] != "BANK":
        raise Invalid(f"{field} must be an account of type BANK")
    return held


def _shown_account(held: Record) -> Record:
    return {"AccountID": held["AccountID"], "Code": held["Code"], "Name": held["Name"]}
