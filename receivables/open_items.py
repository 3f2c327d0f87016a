"""What was open on a day, by the books' dates. Pure.

open(document, D) = its total less every allocation effective by D. A credit note, unapplied cash and a journal line on AR
are open the same way, with the other sign where they lower what is owed, so that the sum is the control account's balance.
A voided document counts 0 on every day; one issued after D is not there yet.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ledger.money import Money, convert

Key = tuple[str, str]
"""(kind, external id): invoice, credit_note, payment, overpayment, prepayment, journal, customer_balance, refund."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """Something that stands on AR. sign: 1 where it raises what is owed, -1 where it lowers it; total is positive.

    document: the external id of the transaction that it is, or is a line of.
    rate: home units for one unit of the document's currency, the document's own; None where it has none.
    """

    key: Key
    document: str
    customer: str
    on: date | None
    due_on: date | None
    total: Money
    sign: int
    rate: Decimal | None
    number: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """An allocation: `amount` off its target, `source_amount` off its source, effective on a day."""

    source: Key
    target: Key
    amount: Money
    source_amount: Money
    on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenItem:
    """What is left of an item on the day. `open` carries the sign: credits are negative."""

    item: Item
    open: Money


def open_on(items: Iterable[Item], applications: Iterable[Application], day: date) -> list[OpenItem]:
    """Every item with something left on `day`. An application without a date counts always."""
    used: dict[Key, int] = defaultdict(int)
    standing = list(items)
    issued = {item.key: item.on for item in standing}
    for application in applications:
        if application.on is not None and application.on > day:
            continue
        used[application.target] += application.amount.minor
        used[application.source] += application.source_amount.minor
    found = []
    for item in standing:
        on = issued[item.key]
        if on is not None and on > day:
            continue  # what has no date stands on every day: it is owed, and its finding says that the date is missing
        left = item.total.minor - used[item.key]
        if left:
            found.append(OpenItem(item=item, open=Money(item.sign * left, item.total.currency)))
    return found


def home_at_document_rate(open_item: OpenItem, home: str) -> Money | None:
    """In home currency at the document's own rate; None where it has none."""
    if open_item.open.currency == home:
        return open_item.open
    rate = open_item.item.rate
    return None if rate is None else convert(open_item.open, rate, home)


def home_at(open_item: OpenItem, home: str, rates: Mapping[str, Decimal]) -> Money | None:
    """In home currency at the day's rates; None where there is none for the currency."""
    if open_item.open.currency == home:
        return open_item.open
    rate = rates.get(open_item.open.currency)
    return None if rate is None else convert(open_item.open, rate, home)


def by_customer(open_items: Iterable[OpenItem]) -> dict[tuple[str, str], Money]:
    """(customer, currency) -> what is open, credits netted."""
    sums: dict[tuple[str, str], Money] = {}
    for found in open_items:
        key = (found.item.customer, found.open.currency)
        sums[key] = sums.get(key, Money(0, found.open.currency)) + found.open
    return sums
