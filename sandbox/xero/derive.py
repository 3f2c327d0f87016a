"""What Xero works out itself: what is paid, credited and due, the status that follows, and what documents show of each other."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import Any

from sandbox.xero.books import Books, Place
from sandbox.xero.kinds import KINDS, SOURCES
from sandbox.xero.wire import ZERO, Record, wire_day

LIVE = frozenset({"AUTHORISED", "PAID"})


def live_payments(books: Books, document_id: str) -> list[Record]:
    found = (books.store.get("Payments", payment_id) for payment_id in books.payments_of.get(document_id, ()))
    return [payment for payment in found if payment is not None and payment["Status"] == "AUTHORISED"]


def allocations_to(books: Books, invoice_id: str) -> list[tuple[Place, Record]]:
    """What is allocated to an invoice: the source and its allocation."""
    found = []
    for place in books.sources_of.get(invoice_id, ()):
        source = books.store.get(place.kind, place.id)
        assert source is not None
        found += [(place, one) for one in source["Allocations"] if one["Invoice"]["InvoiceID"] == invoice_id]
    return found


def refresh_invoice(books: Books, invoice_id: str) -> None:
    """Derive an invoice anew and stamp it."""
    place = Place("Invoices", invoice_id)
    invoice = books.edit(place)
    payments = live_payments(books, invoice_id)
    allocated = allocations_to(books, invoice_id)
    invoice["Payments"] = [_shown_payment(payment) for payment in payments]
    for kind in SOURCES:
        invoice[kind] = _shown_sources(books, kind, allocated)
    paid = sum((payment["Amount"] for payment in payments), ZERO)
    credited = sum((one["Amount"] for _, one in allocated), ZERO)
    invoice |= {"AmountPaid": paid, "AmountCredited": credited}
    due = invoice["Total"] - paid - credited
    invoice["AmountDue"] = ZERO if invoice["Status"] in {"VOIDED", "DELETED"} else due
    days = [payment["_on"] for payment in payments] + [one["_on"] for _, one in allocated]
    _settle(invoice, due, days)
    books.touch(place)


def refresh_source(books: Books, place: Place) -> None:
    """Derive a credit note, an overpayment or a prepayment anew and stamp it."""
    source = books.edit(place)
    refunds = live_payments(books, place.id)
    source["Payments"] = [_shown_payment(payment) for payment in refunds]
    used = sum((one["Amount"] for one in source["Allocations"]), ZERO)
    back = sum((payment["Amount"] for payment in refunds), ZERO)
    left = source["Total"] - used - back
    source["RemainingCredit"] = ZERO if source["Status"] in {"VOIDED", "DELETED"} else left
    days = [payment["_on"] for payment in refunds] + [one["_on"] for one in source["Allocations"]]
    _settle(source, left, days, say_when=place.kind == "CreditNotes")
    books.touch(place)


def refresh(books: Books, place: Place) -> None:
    if place.kind == "Invoices":
        refresh_invoice(books, place.id)
    else:
        refresh_source(books, place)


def _settle(document: Record, left: Decimal, days: list[date], *, say_when: bool = True) -> None:
    if document["Status"] not in LIVE:
        return
    document.pop("FullyPaidOnDate", None)
    document["Status"] = "AUTHORISED" if left else "PAID"
    if not left and say_when:
        document["FullyPaidOnDate"] = wire_day(max(days or [document["_on"]]))


def _shown_payment(payment: Record) -> Record:
    shown: Record = {
        "PaymentID": payment["PaymentID"],
        "Date": payment["Date"],
        "Amount": payment["Amount"],
        "Reference": payment["Reference"],
        "CurrencyRate": payment["CurrencyRate"],
        "HasAccount": False,
        "HasValidationErrors": False,
    }
    if payment.get("BatchPaymentID"):
        shown["BatchPaymentID"] = payment["BatchPaymentID"]
    return shown


def _shown_sources(books: Books, kind: str, allocated: list[tuple[Place, Record]]) -> list[Record]:
    """One entry for each source, with all that it gave."""
    sums: dict[str, Any] = defaultdict(lambda: ZERO)
    for place, one in allocated:
        if place.kind == kind:
            sums[place.id] += one["Amount"]
    shown = []
    for source_id, amount in sums.items():
        source = books.store.get(kind, source_id)
        assert source is not None
        row: Record = {KINDS[kind].id_field: source_id, "ID": source_id}
        if kind == "CreditNotes":
            row["CreditNoteNumber"] = source["CreditNoteNumber"]
        row |= {"AppliedAmount": amount, "DateString": source["DateString"], "Date": source["Date"]}
        shown.append({**row, "LineItems": [], "Total": source["Total"]})
    return shown
