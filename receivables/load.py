"""Loads an entity's AR items and their applications for the pure functions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from ledger.money import Money
from receivables.open_items import Application, Item, Key
from receivables.settled import Settled, as_settled
from store.queries.exports.documents import effective_on, linked, source_dates, target_dates, zones
from store.queries.exports.journals import applied
from store.queries.exports.parts import Reader

_PAYMENT_KINDS = {"payment", "overpayment", "prepayment"}
_NOTHING_OWED = frozenset({"draft", "void", "uncollectible"})


@dataclass(frozen=True, slots=True)
class Ledger:
    """Items and applications, and the rates that the documents tell: (day, currency) -> home units."""

    items: list[Item]
    applications: list[Application]
    rates: dict[tuple[date, str], Decimal]

    def rates_on(self, day: date) -> dict[str, Decimal]:
        """For each currency the newest rate on or before the day."""
        found: dict[str, tuple[date, Decimal]] = {}
        for (on, currency), rate in self.rates.items():
            if on <= day and (currency not in found or found[currency][0] < on):
                found[currency] = (on, rate)
        return {currency: rate for currency, (_, rate) in found.items()}


def load_ledger(reader: Reader, *, role: str | None = None) -> Ledger:
    """AR of the entity's book of record: its ledger, or the processor's records where it has none.

    role processor: receivables that stand at the processor alone. A mirror of a ledger's invoice is never counted: its
    primary is.
    """
    if role is None:
        role = "books" if reader.has_books() else "processor"
    mirrored = set(linked(reader))
    items = [item for item in _items(reader, role) if item is not None]
    if role == "processor":
        hidden = {("invoice", row.external_id) for row in reader.rows("invoices") if row.id in mirrored}
        items = [item for item in items if item.key not in hidden]
    rates = _rates(reader)
    applications = list(_applications(reader, role))
    return Ledger(items, applications if role == "books" else as_settled(_settled(reader, items), applications), rates)


def _items(reader: Reader, role: str) -> Iterator[Item | None]:
    for row in reader.rows("invoices"):
        if row.role == role and row.status not in _NOTHING_OWED:
            yield _item(reader, "invoice", row, row.issued_on, row.total_minor, 1, due_on=row.due_on)
    if role == "processor":
        yield from _balances(reader)
        return
    for row in reader.rows("credit_notes"):
        if row.role == role and row.status not in ("draft", "void"):
            yield _item(reader, "credit_note", row, row.issued_on, row.total_minor, -1)
    for row in reader.rows("payments"):
        if row.role == role and row.kind in _PAYMENT_KINDS and row.status == "open":
            yield _item(reader, row.kind, row, row.paid_on, row.amount_minor, -1)
    for row in reader.rows("journal_lines"):
        if row.role == role:
            sign = 1 if row.amount_minor >= 0 else -1
            yield _item(reader, "journal", row, row.posted_on, abs(row.amount_minor), sign)


def _balances(reader: Reader) -> Iterator[Item]:
    """The credit that a processor keeps for its customers: each movement of it, a credit where it is negative.

    What a credit note or an overpayment puts there is among them, so that neither is counted by itself.
    """
    for row in reader.rows("customer_balance_entries"):
        if row.role == "processor" and row.amount_minor:
            sign = 1 if row.amount_minor > 0 else -1
            yield _item(reader, "customer_balance", row, row.booked_on, abs(row.amount_minor), sign)


def _item(
    reader: Reader, kind: str, row: Any, on: date | None, minor: int, sign: int, due_on: date | None = None
) -> Item:
    return Item(
        key=(kind, row.external_id),
        document=getattr(row, "transaction_external_id", row.external_id),
        customer=reader.customer(row) or "",
        on=on,
        due_on=due_on,
        total=Money(minor, row.currency),
        sign=sign,
        rate=getattr(row, "exchange_rate", None),
        number=getattr(row, "number", None),
    )


def _applications(reader: Reader, role: str) -> Iterator[Application]:
    targets, sources = target_dates(reader), source_dates(reader)
    for one in applied(reader):
        row = one.row
        if row.role != role or row.reversed_on is not None:
            continue
        yield Application(
            source=(row.source_kind, one.source),
            target=(row.target_kind, one.target),
            amount=Money(one.minor, row.currency),
            source_amount=Money(one.source_minor, row.source_currency),
            on=effective_on(one, targets, sources),
        )


def _settled(reader: Reader, items: list[Item]) -> dict[Key, Settled]:
    """What each invoice of the processor says, by its newest time: of a paid one that is when it was paid. The customers'
    balances are settled by nothing but their own movements.
    """
    local, kept = zones(reader), {item.key for item in items}
    found: dict[Key, Settled] = {}
    for row in reader.rows("invoices"):
        key = ("invoice", row.external_id)
        if key in kept and row.role == "processor":
            days = [row.issued_on, row.updated_at and row.updated_at.astimezone(local[row.entity_id]).date()]
            on = max((day for day in days if day is not None), default=None)
            found[key] = Settled(Money(row.total_minor - row.open_amount_minor, row.currency), on)
    return found


def _rates(reader: Reader) -> dict[tuple[date, str], Decimal]:
    found: dict[tuple[date, str], Decimal] = {}
    for noun, day in (("invoices", "issued_on"), ("credit_notes", "issued_on"), ("payments", "paid_on")):
        for row in reader.rows(noun):
            on = getattr(row, day)
            if row.role == "books" and row.exchange_rate is not None and on is not None:
                found.setdefault((on, row.currency), row.exchange_rate)
    for row in reader.rows("exchange_rates"):
        found[(row.on, row.currency)] = row.rate
    return found
