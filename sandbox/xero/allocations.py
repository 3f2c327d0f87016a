"""Credit that is put to invoices: of credit notes, overpayments and prepayments, and taken back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.xero.books import Books, Place
from sandbox.xero.chart import check_open
from sandbox.xero.derive import refresh_invoice, refresh_source
from sandbox.xero.faults import Invalid, not_found
from sandbox.xero.fields import amount_of, date_of
from sandbox.xero.kinds import KINDS
from sandbox.xero.wire import Record, wire_day

_DEBT = {
    "ACCRECCREDIT": "ACCREC",
    "RECEIVE-OVERPAYMENT": "ACCREC",
    "RECEIVE-PREPAYMENT": "ACCREC",
    "ACCPAYCREDIT": "ACCPAY",
    "SPEND-OVERPAYMENT": "ACCPAY",
    "SPEND-PREPAYMENT": "ACCPAY",
}


def allocate(books: Books, place: Place, body: Mapping[str, Any]) -> Record:
    """Returns the allocation as the source holds it."""
    source = books.edit(place)
    if body.get("Date") is None:
        raise Invalid("Date must be specified for an allocation")
    on = date_of(books, body)
    check_open(books, on)
    invoice = _invoice(books, body)
    amount = amount_of(body)
    _check(source, invoice)
    if amount > source["RemainingCredit"]:
        raise Invalid("The amount allocated exceeds the remaining credit of this document")
    if amount > invoice["AmountDue"]:
        raise Invalid("The amount allocated exceeds the amount outstanding on the invoice")
    allocation: Record = {
        "AllocationID": books.new_id(),
        "Amount": amount,
        "Date": wire_day(on),
        "Invoice": shown_invoice(invoice),
        "_on": on,
    }
    source["Allocations"] = [*source["Allocations"], allocation]
    books.link(books.sources_of[invoice["InvoiceID"]], place)
    refresh_source(books, place)
    refresh_invoice(books, invoice["InvoiceID"])
    return allocation


def unallocate(books: Books, place: Place, allocation_id: str) -> Record:
    source = books.edit(place)
    found: Record | None = next(
        (one for one in source["Allocations"] if one["AllocationID"] == allocation_id.lower()), None
    )
    if found is None:
        raise not_found()
    check_open(books, found["_on"])
    invoice_id = found["Invoice"]["InvoiceID"]
    source["Allocations"] = [one for one in source["Allocations"] if one is not found]
    if not any(one["Invoice"]["InvoiceID"] == invoice_id for one in source["Allocations"]):
        books.unlink(books.sources_of[invoice_id], place)
    refresh_source(books, place)
    refresh_invoice(books, invoice_id)
    return found


def shown_source(place: Place) -> Record:
    """What the answer to an allocation shows of its source."""
    return {KINDS[place.kind].id_field: place.id, "ID": place.id, "LineItems": []}


def shown_invoice(invoice: Record) -> Record:
    return {
        "InvoiceID": invoice["InvoiceID"],
        "InvoiceNumber": invoice["InvoiceNumber"],
        "Payments": [],
        "CreditNotes": [],
        "Prepayments": [],
        "Overpayments": [],
        "HasErrors": False,
        "IsDiscounted": False,
        "LineItems": [],
    }


def _invoice(books: Books, body: Mapping[str, Any]) -> Record:
    given = body.get("Invoice")
    given = given if isinstance(given, dict) else {}
    if given.get("InvoiceID"):
        return books.need("Invoices", given["InvoiceID"], "Invoice")
    place = books.keys.get(f"ACCREC/{str(given.get('InvoiceNumber', '')).casefold()}")
    if place is None:
        raise Invalid("Invoice could not be found")
    return books.need(place.kind, place.id, "Invoice")


def _check(source: Record, invoice: Record) -> None:
    if source["Status"] != "AUTHORISED":
        raise Invalid(f"A document of status {source['Status']} cannot be allocated")
    if invoice["Type"] != _DEBT[source["Type"]]:
        raise Invalid(f"The invoice must be of type {_DEBT[source['Type']]}")
    if invoice["Status"] != "AUTHORISED":
        raise Invalid("Allocations can only be made to authorised invoices with an amount outstanding")
    if invoice["Contact"]["ContactID"] != source["Contact"]["ContactID"]:
        raise Invalid("The invoice and the credit must belong to the same contact")
    if invoice["CurrencyCode"] != source["CurrencyCode"]:
        raise Invalid("The invoice and the credit must be in the same currency")
