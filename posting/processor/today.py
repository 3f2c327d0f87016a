"""Who books Stripe today: what of a processor's money stands in the books, by kind and by who put it there."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from posting.processor.bookings import TIEOUT
from posting.rules import Kind
from store.database import Connection
from store.queries import processor as queries
from store.queries.booked_today import Recorded, recorded_since

DAYS = 90
APART_DAYS = 7
EXAMPLES = 3
APP = "another app"
HAND = "by hand or by a bank rule"
_KNOWN = (
    "A2X", "Acodei", "Bookkeep", "Synder", "PayTraQer", "Webgility", "Zapier", "Finaloop", "Stripe Connector", "Greenback",
    "Entriwise", "LinkMyBooks", "Link My Books", "Silver Siphon", "Amaka", "Chargebee", "Recurly", "Maxio", "Workato",
)  # fmt: skip
_ID = re.compile(r"\b(?:txn|ch|py|pi|po|re|pyr|du|dp|in)_[A-Za-z0-9]{6,}\b")
_CATEGORIES = {
    "charge": Kind.CHARGE, "refund": Kind.REFUND, "refund_failure": Kind.REFUND, "charge_failure": Kind.REFUND,
    "dispute": Kind.DISPUTE, "dispute_reversal": Kind.DISPUTE, "fee": Kind.FEE, "network_cost": Kind.FEE,
    "tax": Kind.FEE, "payout": Kind.PAYOUT, "payout_reversal": Kind.PAYOUT, "topup": Kind.PAYOUT,
}  # fmt: skip
_INTO = frozenset({"payment", "overpayment", "prepayment", "sale", "receive"})
_MOVES = frozenset({"transfer"})
_OUT = frozenset({"spend", "refund", "journal"})
_FITS = {
    Kind.CHARGE: _INTO, Kind.PAYOUT: _MOVES, Kind.FEE: _OUT, Kind.REFUND: _OUT, Kind.DISPUTE: _OUT, Kind.RESERVE: _OUT,
}  # fmt: skip


@dataclass(slots=True, kw_only=True)
class Booked:
    """What one poster put into the books of one kind of one source, in one currency. examples: record kind, id, day."""

    source: UUID
    kind: Kind
    poster: str
    currency: str
    count: int = 0
    minor: int = 0
    first: date = date.max
    last: date = date.min
    examples: list[tuple[str, str, date]] = field(default_factory=list)

    def add(self, one: Recorded) -> None:
        self.count += 1
        self.minor += one.minor
        self.first, self.last = min(self.first, one.on), max(self.last, one.on)
        self.examples = [*self.examples, (one.record_kind, one.external_id, one.on)][-EXAMPLES:]


def booked_today(
    connection: Connection, organisation_id: UUID, entity_id: UUID, today: date, *, days: int = DAYS
) -> list[Booked]:
    """By source, kind and poster; Tieout's own records as `tieout`."""
    books = queries.books_connection(connection, organisation_id, entity_id)
    sources = queries.processors(connection, organisation_id, entity_id)
    if books is None or not sources:
        return []
    since = today - timedelta(days=days)
    records = recorded_since(connection, organisation_id, books, since)
    found: dict[tuple[UUID, Kind, str, str], Booked] = {}
    for source in sources:
        known = Money90.of(connection, organisation_id, source.id, since - timedelta(days=APART_DAYS))
        for one in records:
            kind = known.kind_of(one)
            if kind is not None:
                key = (source.id, kind, poster_of(one), one.currency)
                booked = found.setdefault(key, Booked(source=key[0], kind=kind, poster=key[2], currency=key[3]))
                booked.add(one)
    return sorted(found.values(), key=lambda one: (str(one.source), list(Kind).index(one.kind), -one.count, one.poster))


def poster_of(one: Recorded) -> str:
    """The app that its marks name; a stranger that writes a processor's ids; else somebody by hand."""
    if one.ours:
        return TIEOUT
    said = " ".join(one.texts).lower()
    app = next((name for name in _KNOWN if name.lower() in said), None)
    if app is not None:
        return app
    return APP if _ID.search(" ".join(one.texts)) else HAND


@dataclass(frozen=True, slots=True, kw_only=True)
class Money90:
    """A source's money to hold records against: ids with their kinds, and days of amounts by kind."""

    source: UUID
    ids: Mapping[str, Kind]
    amounts: Mapping[tuple[Kind, str, int], Sequence[date]]

    @classmethod
    def of(cls, connection: Connection, organisation_id: UUID, source: UUID, since: date) -> Money90:
        rows = queries.transactions(connection, organisation_id, source, since=since)
        payouts = queries.payouts(connection, organisation_id, source, since=since)
        ids = {row.external_id: kind for row in rows if (kind := _kind(row)) is not None}
        ids |= {
            row.source_external_id: kind for row in rows if row.source_external_id and (kind := _kind(row)) is not None
        }
        ids |= {row.trace_id: Kind.PAYOUT for row in payouts if row.trace_id}
        amounts: dict[tuple[Kind, str, int], list[date]] = defaultdict(list)
        for kind, currency, minor, on in (*_amounts(rows), *_arrivals(payouts)):
            amounts[kind, currency, minor].append(on)
        return cls(source=source, ids=ids, amounts=amounts)

    def kind_of(self, one: Recorded) -> Kind | None:
        """Which kind of this source's money a record is; None where nothing says that it is any."""
        if one.charge is not None:
            return Kind.CHARGE if one.charge_source == self.source else None
        if one.payout is not None:
            return Kind.PAYOUT if one.payout in self.ids else None
        named = {self.ids[name] for text in one.texts for name in _ID.findall(text) if name in self.ids}
        for kind in (*sorted(named), *Kind):
            near = self._near(kind, one)
            if one.kind in _FITS[kind] and (near if kind not in named else kind in named):
                return self._better(kind, one, named=bool(named))
        return None

    def _better(self, kind: Kind, one: Recorded, *, named: bool) -> Kind | None:
        """An equal amount alone says little of a customer's payment, and enough of a transfer or a fee."""
        return kind if named or kind is not Kind.CHARGE else None

    def _near(self, kind: Kind, one: Recorded) -> bool:
        days = self.amounts.get((kind, one.currency, one.minor), ())
        return any(abs((one.on - day).days) <= APART_DAYS for day in days)


def _kind(row: Any) -> Kind | None:
    return Kind.RESERVE if row.treatment == "reserve" else _CATEGORIES.get(row.reporting_category)


def _amounts(rows: Iterable[Any]) -> Iterator[tuple[Kind, str, int, date]]:
    """Each line of the processor, and its fees by day and by payout as other apps book them."""
    fees: dict[tuple[str, str], int] = defaultdict(int)
    days: dict[tuple[str, str], date] = {}
    for row in rows:
        kind = _kind(row)
        if kind is not None and kind is not Kind.PAYOUT and row.gross_minor:
            yield kind, row.currency, abs(row.gross_minor), row.booked_on
        fee = row.fee_minor - (row.gross_minor if kind is Kind.FEE else 0)
        for place in filter(None, (row.payout_external_id, row.booked_on.isoformat())):
            fees[place, row.currency] += fee
            days[place, row.currency] = max(row.booked_on, days.get((place, row.currency), row.booked_on))
    for key, minor in fees.items():
        if minor:
            yield Kind.FEE, key[1], abs(minor), days[key]


def _arrivals(payouts: Iterable[Any]) -> Iterator[tuple[Kind, str, int, date]]:
    for row in payouts:
        yield Kind.PAYOUT, row.currency, abs(row.amount_minor), row.arrives_on or row.left_on
