"""What is open on a day, of whom, and the control accounts, worked out from the documents.

A document counts from its date, what settles it from the date of the payment or the allocation. Xero revalues every
day: a foreign balance stands in home currency at that day's rate.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sandbox.xero.books import Books, Place
from sandbox.xero.derive import LIVE
from sandbox.xero.kinds import KINDS, SOURCES
from sandbox.xero.wire import ZERO, Record, text

SALES_TYPES = frozenset({"ACCREC", "ACCRECCREDIT", "RECEIVE-OVERPAYMENT", "RECEIVE-PREPAYMENT"})


@dataclass(frozen=True)
class Open:
    """What is left of a document on the day: positive is owed, negative a credit. Sums are in the document's currency."""

    place: Place
    record: Record
    total: Decimal
    paid: Decimal
    credited: Decimal
    home: Decimal

    @property
    def amount(self) -> Decimal:
        return self.total - self.paid - self.credited


def open_items(books: Books, on: date, *, suppliers: bool = False) -> Iterator[Open]:
    """Every approved document of customers (or of suppliers) that is not settled on the day."""
    paid, credited = _settled(books, on)
    for kind in ("Invoices", *SOURCES):
        sign = 1 if kind == "Invoices" else -1
        for record in books.all(kind):
            if record["Status"] not in LIVE or (record["Type"] in SALES_TYPES) is suppliers:
                continue
            record_id = record[KINDS[kind].id_field]
            total = sign * record["Total"] if record["_on"] <= on else ZERO
            gone, used = sign * paid.get(record_id, ZERO), sign * credited.get(record_id, ZERO)
            if total == gone + used:
                continue
            rate = books.rate_on(record["CurrencyCode"], on)
            yield Open(Place(kind, record_id), record, total, gone, used, books.to_home(total - gone - used, rate))


def control_account(books: Books, on: date, *, suppliers: bool = False) -> Decimal:
    return sum((one.home for one in open_items(books, on, suppliers=suppliers)), ZERO)


def truth(books: Books, on: date) -> dict[str, Any]:
    """See sandbox/README.md. Credits and money on account are negative; `kind` is the resource of the document."""
    customers: dict[str, Decimal] = defaultdict(lambda: ZERO)
    documents: dict[str, dict[str, str]] = {}
    control = ZERO
    for one in open_items(books, on):
        customers[one.record["Contact"]["ContactID"]] += one.home
        control += one.home
        documents[one.place.id] = {
            "currency": one.record["CurrencyCode"],
            "open": text(one.amount),
            "kind": one.place.kind,
        }
    return {
        "home_currency": books.home,
        "control_account": text(control),
        "customers": {contact: text(amount) for contact, amount in customers.items() if amount},
        "documents": documents,
    }


def _settled(books: Books, on: date) -> tuple[dict[str, Decimal], dict[str, Decimal]]:
    """By document: paid (of a credit: paid back), and credited (of a credit: used), up to the day."""
    paid: dict[str, Decimal] = defaultdict(lambda: ZERO)
    credited: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for payment in books.all("Payments"):
        if payment["Status"] == "AUTHORISED" and payment["_on"] <= on:
            paid[payment["_target"].id] += payment["Amount"]
    for kind in SOURCES:
        for source in books.all(kind):
            for one in source["Allocations"]:
                if one["_on"] <= on:
                    credited[source[KINDS[kind].id_field]] += one["Amount"]
                    credited[one["Invoice"]["InvoiceID"]] += one["Amount"]
    return paid, credited
