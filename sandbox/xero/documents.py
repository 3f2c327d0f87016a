"""Invoices, bills and credit notes: drafted, approved, edited, voided and deleted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sandbox.xero.books import Books, Place
from sandbox.xero.chart import PURCHASES, SALES, check_open
from sandbox.xero.derive import LIVE, refresh
from sandbox.xero.faults import Invalid
from sandbox.xero.fields import currency_of, date_of, rate_of
from sandbox.xero.kinds import KINDS
from sandbox.xero.lines import read_lines
from sandbox.xero.people import contact_of
from sandbox.xero.wire import ZERO, Record, day_text, true, wire_day

_TYPES = {
    "Invoices": {"ACCREC": SALES, "ACCPAY": PURCHASES},
    "CreditNotes": {"ACCRECCREDIT": SALES, "ACCPAYCREDIT": PURCHASES},
}
_NEXT = {
    "DRAFT": frozenset({"DRAFT", "SUBMITTED", "AUTHORISED", "DELETED"}),
    "SUBMITTED": frozenset({"DRAFT", "SUBMITTED", "AUTHORISED", "DELETED"}),
    "AUTHORISED": frozenset({"AUTHORISED", "VOIDED"}),
    "PAID": frozenset({"PAID", "AUTHORISED"}),
}


def save_document(
    books: Books, kind: str, body: Mapping[str, Any], *, create: bool, four_places: bool = False
) -> Record:
    """PUT (create) or POST (create, or update by id)."""
    held_id = body.get(KINDS[kind].id_field)
    if not create and held_id:
        held = books.need(kind, held_id, "The document")
        return _update(books, Place(kind, held[KINDS[kind].id_field]), body, four_places=four_places)
    return _create(books, kind, body, four_places=four_places)


def _create(books: Books, kind: str, body: Mapping[str, Any], *, four_places: bool) -> Record:
    document_type = str(body.get("Type") or "")
    if document_type not in _TYPES[kind]:
        raise Invalid(f"Type must be one of {', '.join(_TYPES[kind])}")
    status = str(body.get("Status") or "DRAFT")
    if status not in {"DRAFT", "SUBMITTED", "AUTHORISED"}:
        raise Invalid(f"A new document cannot have the status {status}")
    contact = contact_of(books, body)
    on = date_of(books, body)
    due = date_of(books, body, "DueDate", on) if kind == "Invoices" else None
    if kind == "Invoices" and status != "DRAFT" and body.get("DueDate") is None:
        raise Invalid("The document DueDate must be specified")
    check_open(books, on)
    currency = currency_of(books, body, contact.get("DefaultCurrency") or books.home)
    lines = read_lines(books, body, _TYPES[kind][document_type], four_places=four_places)
    place = Place(kind, books.new_id())
    number = _number(books, kind, document_type, body)
    record: Record = {
        "Type": document_type,
        KINDS[kind].id_field: place.id,
        str(KINDS[kind].number_field): number,
        "Reference": str(body.get("Reference") or ""),
        **_frame(kind, place.id),
        "SentToContact": true(body.get("SentToContact", False)),
        "CurrencyRate": rate_of(books, body, currency, on),
        "HasAttachments": False,
        "HasErrors": False,
        "Contact": books.contact_refs[contact["ContactID"]],
        **_dates(on, due),
        "Status": status,
        **lines.fields(),
        "CurrencyCode": currency,
    }
    if body.get("Url"):
        record["Url"] = str(body["Url"])
    _open_amounts(kind, record)
    books.add(place, record)
    if number:
        books.keys[f"{document_type}/{number.casefold()}"] = place
    books.link(books.places_of[contact["ContactID"]], place)
    if status == "AUTHORISED" and not record["Total"]:
        refresh(books, place)
    return record


def _update(books: Books, place: Place, body: Mapping[str, Any], *, four_places: bool) -> Record:
    record = books.edit(place)
    status = str(body.get("Status") or record["Status"])
    if status not in _NEXT.get(record["Status"], frozenset()):
        raise Invalid(f"Document of status {record['Status']} cannot be changed to {status}")
    check_open(books, record["_on"])
    if status in {"VOIDED", "DELETED"}:
        return _end(books, place, record, status)
    if record["Status"] == "PAID" or _is_touched(record):
        _refuse_money(body)
    _texts(record, body)
    _move(books, place, record, body)
    if body.get("LineItems"):
        merged = {**record, **body, "LineAmountTypes": body.get("LineAmountTypes") or record["LineAmountTypes"]}
        lines = read_lines(books, merged, _TYPES[place.kind][record["Type"]], four_places=four_places)
        record |= lines.fields()
    if record["Status"] not in LIVE:
        record["Status"] = status
    if place.kind == "Invoices" and record["Status"] in LIVE and "_due" not in record:
        raise Invalid("The document DueDate must be specified")
    _open_amounts(place.kind, record)
    refresh(books, place)
    return record


def _end(books: Books, place: Place, record: Record, status: str) -> Record:
    if _is_touched(record):
        raise Invalid("This document cannot be voided or deleted because it has payments or allocations")
    record["Status"] = status
    refresh(books, place)
    return record


def _is_touched(record: Record) -> bool:
    return any(record.get(name) for name in ("Payments", "CreditNotes", "Overpayments", "Prepayments", "Allocations"))


def _refuse_money(body: Mapping[str, Any]) -> None:
    named = [name for name in ("LineItems", "Contact", "Date", "CurrencyCode", "CurrencyRate", "Type") if name in body]
    if named:
        raise Invalid("Invoice not of valid status for modification")


def _texts(record: Record, body: Mapping[str, Any]) -> None:
    for field in ("Reference", "Url"):
        if body.get(field) is not None:
            record[field] = str(body[field])
    if "SentToContact" in body:
        record["SentToContact"] = true(body["SentToContact"])


def _move(books: Books, place: Place, record: Record, body: Mapping[str, Any]) -> None:
    """Other dates, number, contact and rate."""
    on = date_of(books, body, default=record["_on"])
    check_open(books, on)
    due = None
    if place.kind == "Invoices":
        due = date_of(books, body, "DueDate", record.get("_due") or on)
    record |= _dates(on, due)
    field = str(KINDS[place.kind].number_field)
    if body.get(field) and body[field] != record[field]:
        record[field] = _number(books, place.kind, record["Type"], body)
        books.keys[f"{record['Type']}/{record[field].casefold()}"] = place
    if body.get("Contact"):
        contact = contact_of(books, body)
        books.unlink(books.places_of[record["Contact"]["ContactID"]], place)
        books.link(books.places_of[contact["ContactID"]], place)
        record["Contact"] = books.contact_refs[contact["ContactID"]]
    if body.get("CurrencyRate") is not None:
        record["CurrencyRate"] = rate_of(books, body, record["CurrencyCode"], on)


def _number(books: Books, kind: str, document_type: str, body: Mapping[str, Any]) -> str:
    """The number asked for, or the next one of sales; unique among sales documents that are not void."""
    given = str(body.get(str(KINDS[kind].number_field)) or "")
    if document_type in {"ACCPAY", "ACCPAYCREDIT"}:
        return given
    if not given:
        count = books.store.count(kind) + 1
        prefix = "INV" if kind == "Invoices" else "CN"
        while f"{document_type}/{prefix.casefold()}-{count:04d}" in books.keys:
            count += 1
        return f"{prefix}-{count:04d}"
    place = books.keys.get(f"{document_type}/{given.casefold()}")
    held = books.get(place.kind, place.id) if place else None
    if held is not None and held["Status"] not in {"VOIDED", "DELETED"}:
        raise Invalid("Invoice # must be unique." if kind == "Invoices" else "Credit note number must be unique.")
    return given


def _frame(kind: str, document_id: str) -> Record:
    if kind == "CreditNotes":
        return {"ID": document_id, "Payments": [], "Allocations": []}
    return {"Payments": [], "CreditNotes": [], "Prepayments": [], "Overpayments": [], "IsDiscounted": False}


def _dates(on: date, due: date | None) -> Record:
    fields: Record = {"DateString": day_text(on), "Date": wire_day(on), "_on": on}
    if due is not None:
        fields |= {"DueDateString": day_text(due), "DueDate": wire_day(due), "_due": due}
    return fields


def _open_amounts(kind: str, record: Record) -> None:
    """Before anything has been paid. Drafts show what will be due."""
    if kind == "CreditNotes":
        record.setdefault("RemainingCredit", record["Total"])
        if not _is_touched(record):
            record["RemainingCredit"] = record["Total"]
        return
    if not _is_touched(record):
        record |= {"AmountDue": record["Total"], "AmountPaid": ZERO, "AmountCredited": ZERO}
