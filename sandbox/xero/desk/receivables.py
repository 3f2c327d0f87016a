"""Accounts Receivable on a day, worked out from the documents and from the days of what was put to them.

Xero revalues open foreign balances every day: each stands at home at the rate of the day asked for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sandbox.xero.desk.books import Books
from sandbox.xero.desk.settle import LIVE
from sandbox.xero.desk.wire import ZERO, Record, cents, rate_of

AR_TYPES = {
    "Invoices": frozenset({"ACCREC"}),
    "CreditNotes": frozenset({"ACCRECCREDIT"}),
    "Overpayments": frozenset({"RECEIVE-OVERPAYMENT", "AROVERPAYMENT"}),
    "Prepayments": frozenset({"RECEIVE-PREPAYMENT", "ARPREPAYMENT"}),
}
AP_TYPES = {
    "Invoices": frozenset({"ACCPAY"}),
    "CreditNotes": frozenset({"ACCPAYCREDIT"}),
    "Overpayments": frozenset({"SPEND-OVERPAYMENT", "APOVERPAYMENT"}),
    "Prepayments": frozenset({"SPEND-PREPAYMENT", "APPREPAYMENT"}),
}
_ID = {
    "Invoices": "InvoiceID",
    "CreditNotes": "CreditNoteID",
    "Overpayments": "OverpaymentID",
    "Prepayments": "PrepaymentID",
}


@dataclass(frozen=True, slots=True)
class Open:
    """What is left of a document on a day; credits are negative. `home` at that day's rate."""

    kind: str
    record: Record
    id: str
    amount: Decimal
    home: Decimal


def left_on(books: Books, kind: str, record: Record, day: str) -> Decimal:
    """What a live document has open at the end of an ISO day, without a sign; zero before its date."""
    if record["Status"] not in LIVE or record["Date"] > day:
        return ZERO
    key = record[_ID[kind]]
    left: Decimal = record["Total"]
    for payment_id in books.payments_on.get(key, ()):
        payment = books.need("Payments", payment_id)
        if payment["Status"] == "AUTHORISED" and payment["Date"] <= day:
            left -= payment["Amount"]
    links = books.allocations_on if kind == "Invoices" else books.allocations_of
    for one in links.get(key, ()):
        if not one.deleted and one.on <= day:
            left -= one.amount
    return left


def at_home(books: Books, record: Record, amount: Decimal, day: str) -> Decimal:
    if record["CurrencyCode"] == books.home:
        return amount
    rate = books.rate_on(day, record["CurrencyCode"])
    # a rate has six decimals, foreign for one at home: what is published is what Xero reckons with
    return cents(amount / (rate_of(str(rate)) if rate is not None else record["CurrencyRate"]))


def open_items(
    books: Books, day: str, types: dict[str, frozenset[str]], among: Iterable[tuple[str, Record]] | None = None
) -> Iterator[Open]:
    """Every document that is not settled at the end of the day; `among` narrows them to some (kind, record)."""
    if among is None:
        among = ((kind, record) for kind in types for record in books.store.all(kind))
    for kind, record in among:
        if record["Type"] not in types.get(kind, ()):
            continue
        left = left_on(books, kind, record, day)
        if left:
            sign = 1 if kind == "Invoices" else -1
            home = at_home(books, record, left, day)
            yield Open(kind, record, record[_ID[kind]], sign * left, sign * home)


def truth(books: Books, on: date) -> dict[str, Any]:
    """See sandbox/README.md. Credits and unapplied money are negative; what is settled is left out."""
    customers: dict[str, Decimal] = defaultdict(lambda: ZERO)
    documents: dict[str, dict[str, str]] = {}
    total = ZERO
    for one in open_items(books, on.isoformat(), AR_TYPES):
        customers[one.record["ContactID"]] += one.home
        total += one.home
        documents[one.id] = {"currency": one.record["CurrencyCode"], "open": str(one.amount), "kind": one.kind}
    return {
        "home_currency": books.home,
        "control_account": str(total),
        "customers": {key: str(amount) for key, amount in customers.items() if amount},
        "documents": documents,
    }


def balances(books: Books, contact_id: str) -> Record:
    """IsCustomer, IsSupplier and Balances of a contact, in home currency as of today."""
    mine = [(kind, books.need(kind, key)) for kind, key in books.documents_of.get(contact_id, ())]
    held = {"IsSupplier": _traded(mine, "ACCPAY"), "IsCustomer": _traded(mine, "ACCREC")}
    if not mine:
        return held
    day = books.today().isoformat()
    sides = {}
    for name, types in (("AccountsReceivable", AR_TYPES), ("AccountsPayable", AP_TYPES)):
        items = list(open_items(books, day, types, mine))
        late = (one.home for one in items if one.kind == "Invoices" and (one.record.get("DueDate") or day) < day)
        sides[name] = {"Outstanding": sum((one.home for one in items), ZERO), "Overdue": sum(late, ZERO)}
    return {**held, "Balances": sides}


def _traded(mine: list[tuple[str, Record]], type_: str) -> bool:
    return any(record["Type"] == type_ for kind, record in mine if kind == "Invoices")
