"""Accounts Receivable on a day, worked out from the documents: what is open, of whom, and the control account.

An application counts from the later of the payment's day and the document's day. Where a payment uses credits, they go
to its debts oldest to oldest, and its own money to the rest. Each document stands at its own exchange rate; what a
settlement at another rate gains or loses is not in Accounts Receivable.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sandbox.quickbooks.books import Books
from sandbox.quickbooks.items import Item
from sandbox.quickbooks.links import Links, Place
from sandbox.quickbooks.wire import ZERO, amount_text

FOREVER = "9999-12-31"


@dataclass(frozen=True, slots=True)
class Allocation:
    """`amount` moves from a credit or a payment to a debt, from the day `on`."""

    source: Place
    target: Place
    amount: Decimal
    on: str


@dataclass(frozen=True, slots=True)
class Open:
    """What is left of an item on the day asked for, signed as it stands on AR, in its currency and at home."""

    item: Item
    amount: Decimal
    home: Decimal


@dataclass(slots=True)
class _Part:
    on: str
    place: Place
    left: Decimal


def allocations(books: Books, links: Links, payment: str) -> list[Allocation]:
    record = books.need("Payment", payment)
    paid_on = record["TxnDate"]
    debts: list[_Part] = []
    sources: list[_Part] = []
    for line in links.lines(payment):
        item = links.item(line.place)
        if item is not None:
            (debts if item.amount > 0 else sources).append(_Part(item.on, line.place, line.amount))
    debts.sort(key=lambda part: part.on)
    sources.sort(key=lambda part: part.on)
    owed = sum((debt.left for debt in debts), ZERO)
    sources.append(_Part(paid_on, (payment, ""), owed))  # the payment's own money takes what is left
    found = []
    for debt in debts:
        for source in sources:
            amount = min(debt.left, source.left)
            if amount > 0:
                debt.left -= amount
                source.left -= amount
                found.append(Allocation(source.place, debt.place, amount, max(debt.on, source.on, paid_on)))
    return found


def open_items(books: Books, links: Links, on: str, applied_to: str | None = None) -> list[Open]:
    """Every item that is not settled on the day, by id. `applied_to`: count applications up to that day instead."""
    until = applied_to or on
    moved: dict[Place, Decimal] = defaultdict(Decimal)
    for payment in books.all("Payment"):
        if not payment["Line"]:
            continue
        for one in allocations(books, links, payment["Id"]):
            if one.on <= until:
                moved[one.source] += one.amount
                moved[one.target] -= one.amount
    found = []
    for item in links.all_items():
        if item.on > on:
            continue
        left = item.amount + moved.get((item.txn, item.line), ZERO)
        if left:
            found.append(Open(item, left, item.home(left, books.home)))
    return found


def truth(books: Books, links: Links, on: str) -> dict[str, Any]:
    """See sandbox/README.md. Credits and unapplied money are negative; `kind` is the wire kind of the document."""
    customers: dict[str, Decimal] = defaultdict(Decimal)
    documents: dict[str, dict[str, Any]] = {}
    total = ZERO
    for one in open_items(books, links, on):
        item = one.item
        customers[item.customer] += one.home
        total += one.home
        held = documents.setdefault(item.txn, {"currency": item.currency, "open": ZERO, "kind": item.kind})
        held["open"] += one.amount
    return {
        "home_currency": books.home,
        "control_account": amount_text(total, books.home),
        "customers": {key: amount_text(value, books.home) for key, value in customers.items() if value},
        "documents": {
            key: {**row, "open": amount_text(row["open"], row["currency"])} for key, row in documents.items()
        },
    }
