"""What was posted on a day: by kind, count and sum, what failed and was taken back, and what waits. For a page and a mail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any, Final
from uuid import UUID

from ledger.money import Money
from store.database import Connection
from store.queries.screens import posting_digest

ROWS_MAX = 200
_BOOKED: Final = ("posted", "found")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What came to one state on the day, of one kind of cause in one currency and one set of books."""

    state: str
    books: str
    provider: str
    kind: str
    postings: int
    sum: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Came:
    """One posting that came to a state on the day. row: the posting, with the state and the moment."""

    row: Any
    who: str
    sum: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """on: the day, in the zone of the books. waiting: as of now, by state."""

    on: date
    told: tuple[Told, ...]
    failures: tuple[Came, ...]
    undone: tuple[Came, ...]
    waiting: tuple[tuple[str, int, Money], ...]

    @property
    def booked(self) -> tuple[Told, ...]:
        return tuple(one for one in self.told if one.state in _BOOKED)

    def number(self, *states: str) -> int:
        return sum(one.postings for one in self.told if one.state in states)

    def sums(self, *states: str) -> list[Money]:
        by_currency: dict[str, int] = {}
        for one in self.told:
            if one.state in states:
                by_currency[one.sum.currency] = by_currency.get(one.sum.currency, 0) + one.sum.minor
        return [Money(minor, currency) for currency, minor in sorted(by_currency.items())]


def digest(
    connection: Connection, organisation_id: UUID, on: date, zone: tzinfo, entity_id: UUID | None = None
) -> Digest:
    """Of all entities where none is named."""
    begins, ends = (datetime.combine(day, time(), tzinfo=zone) for day in (on, on + timedelta(days=1)))
    span = posting_digest.Span(organisation_id=organisation_id, entity_id=entity_id, begins=begins, ends=ends)
    return Digest(
        on=on,
        told=tuple(
            Told(
                state=row.state, books=row.company_name or "", provider=row.provider or "", kind=row.cause_kind,
                postings=int(row.postings), sum=Money(int(row.minor), row.currency),
            )
            for row in posting_digest.reached(connection, span)
        ),
        failures=_came(posting_digest.rows(connection, span, ("failed", "given_up"), limit=ROWS_MAX)),
        undone=_came(posting_digest.rows(connection, span, ("undone",), limit=ROWS_MAX)),
        waiting=tuple(
            (row.state, int(row.postings), Money(int(row.minor), row.currency))
            for row in posting_digest.waiting(connection, organisation_id, entity_id)
        ),
    )  # fmt: skip


def _came(rows: Sequence[Any]) -> tuple[Came, ...]:
    return tuple(
        Came(
            row=row,
            who=row.payer_name or row.payer_email or row.payer_account or "",
            sum=Money(row.amount_minor, row.currency),
        )
        for row in rows
    )


def plain(found: Digest) -> dict[str, Any]:
    """As data: amounts as exact decimals beside their currency."""
    return {
        "day": found.on.isoformat(),
        "told": [
            {
                "state": one.state, "books": one.books, "provider": one.provider, "kind": one.kind, "count": one.postings,
                "sum": str(one.sum.decimal()), "currency": one.sum.currency,
            }
            for one in found.told
        ],
        "failures": [_plain(one) for one in found.failures],
        "undone": [_plain(one) for one in found.undone],
        "waiting_now": [
            {"state": state, "count": number, "sum": str(amount.decimal()), "currency": amount.currency}
            for state, number, amount in found.waiting
        ],
    }  # fmt: skip


def _plain(one: Came) -> dict[str, Any]:
    row = one.row
    return {
        "id": str(row.id), "kind": row.cause_kind, "who": one.who, "sum": str(one.sum.decimal()), "currency": row.currency,
        "state": row.came_to, "state_now": row.state, "reason": row.reason, "remedy": row.remedy,
        "at": row.came_at.isoformat(),
    }  # fmt: skip
