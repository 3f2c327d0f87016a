"""The account's own money: balance transactions, and the balance that they add up to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush

from sandbox.core.records import Record
from sandbox.stripe.books import Books
from sandbox.stripe.shapes import balance as shapes

SETTLING_DAYS = 2


def book(
    books: Books,
    at: int,
    *,
    kind: str,
    category: str,
    source: str | None,
    currency: str,
    amount: int,
    fee: int = 0,
    fee_tax: int = 0,
    description: str | None = None,
    exchange_rate: float | None = None,
    at_once: bool = False,
) -> Record:
    """Move money on the balance. It becomes available two days later at midnight UTC, or `at_once`."""
    available_on = at if at_once else _settled(at)
    if not at_once:
        heappush(books.margins.ripening, available_on)
    return books.add(
        "balance_transactions",
        shapes.balance_transaction(
            books.ids.new("txn", at),
            created=at,
            available_on=available_on,
            currency=currency,
            amount=amount,
            fee=fee,
            fee_tax=fee_tax,
            kind=kind,
            category=category,
            source=source,
            description=description,
            exchange_rate=exchange_rate,
        ),
    )


def ripen(books: Books, *, tell: bool = True) -> None:
    """Tell of the money that became available since the last time: one event for all of it, at its latest moment."""
    waiting, now, last = books.margins.ripening, books.now(), None
    while waiting and waiting[0] <= now:
        last = heappop(waiting)
    if tell and last is not None:
        books.happened("balance.available", balance(books), last)


def entries(books: Books, source: str) -> Iterator[Record]:
    """The balance transactions of one charge, refund, dispute or payout, newest first."""
    return books.rows("balance_transactions", "source", source)


def balance(books: Books) -> Record:
    """What is available and what is still pending now, by currency."""
    available: Counter[str] = Counter({books.company.home_currency.lower(): 0})
    pending: Counter[str] = Counter()
    now = books.now()
    for entry in books.store.all("balance_transactions"):
        if entry["created"] > now:
            continue
        side = available if entry["available_on"] <= now else pending
        side[entry["currency"]] += entry["net"]
    return shapes.balance(available, pending)


def standing(books: Books, until: int) -> dict[str, int]:
    """The balance by currency at a moment: the sum of the nets of everything booked before it."""
    sums: Counter[str] = Counter()
    for entry in books.store.all("balance_transactions"):
        if entry["created"] < until:
            sums[entry["currency"]] += entry["net"]
    return dict(sums)


def _settled(at: int) -> int:
    day = datetime.fromtimestamp(at, UTC).date() + timedelta(days=SETTLING_DAYS)
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
