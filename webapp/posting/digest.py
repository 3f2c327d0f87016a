"""`/posting/digest`: what was posted on a day, as a page and as data; what a mail of the morning will say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, jsonify, render_template, request
from werkzeug.wrappers import Response

from ledger.faults import BadInput
from ledger.money import Money
from store.database import Connection
from store.queries.screens import posting_digest
from webapp.auth.rights import Right, needs
from webapp.context import database, organisation_id, parse_id
from webapp.posting.view import STATES
from webapp.posting.words import CAUSES
from webapp.shown import today, zone

blueprint = Blueprint("posting_digest", __name__, url_prefix="/posting/digest")
ROWS_MAX = 200
_BOOKED: Final = ("posted", "found")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What came to one state on the day, of one kind in one currency and one set of books."""

    state: str
    books: str
    provider: str
    kind: str
    postings: int
    sum: Money

    @property
    def kind_words(self) -> str:
        return CAUSES.get(self.kind, self.kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """on: the day, in the zone of the books."""

    on: date
    told: tuple[Told, ...]
    failures: tuple[Any, ...]
    undone: tuple[Any, ...]
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


@blueprint.get("")
@needs(Right.READ)
def page() -> str | Response:
    on = _day(request.args.get("day"))
    entity_id = parse_id(request.args["entity"]) if request.args.get("entity") else None
    with database().read() as connection:
        found = digest(connection, on, entity_id)
    if request.args.get("format") == "json":
        return jsonify(plain(found))
    return render_template(
        "posting/digest.html", digest=found, entity_id=entity_id, states=STATES, before=on - timedelta(days=1),
        after=on + timedelta(days=1) if on < today() else None,
    )  # fmt: skip


def _day(text: str | None) -> date:
    """Yesterday where no day is asked for: the last one that is over."""
    if not text:
        return today() - timedelta(days=1)
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadInput(f"{text[:20]!r} is no day; write it like 2026-04-01.") from None


def digest(connection: Connection, on: date, entity_id: UUID | None = None) -> Digest:
    span = posting_digest.Span(
        organisation_id=organisation_id(), entity_id=entity_id, begins=_midnight(on), ends=_midnight(on + timedelta(days=1))
    )  # fmt: skip
    return Digest(
        on=on,
        told=tuple(
            Told(
                state=row.state, books=row.company_name or "", provider=row.provider or "", kind=row.cause_kind,
                postings=int(row.postings), sum=Money(int(row.minor), row.currency),
            )
            for row in posting_digest.reached(connection, span)
        ),
        failures=_shown(posting_digest.rows(connection, span, ("failed", "given_up"), limit=ROWS_MAX)),
        undone=_shown(posting_digest.rows(connection, span, ("undone",), limit=ROWS_MAX)),
        waiting=tuple(
            (row.state, int(row.postings), Money(int(row.minor), row.currency))
            for row in posting_digest.waiting(connection, organisation_id(), entity_id)
        ),
    )  # fmt: skip


def _midnight(on: date) -> datetime:
    return datetime.combine(on, time(), tzinfo=zone())


def _shown(rows: Sequence[Any]) -> tuple[Any, ...]:
    return tuple(
        {
            "row": row, "sum": Money(row.amount_minor, row.currency), "kind": CAUSES.get(row.cause_kind, row.cause_kind),
            "who": row.payer_name or row.payer_email or row.payer_account or "",
        }
        for row in rows
    )  # fmt: skip


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
        "failures": [_plain_row(one) for one in found.failures],
        "undone": [_plain_row(one) for one in found.undone],
        "waiting_now": [
            {"state": state, "count": number, "sum": str(amount.decimal()), "currency": amount.currency}
            for state, number, amount in found.waiting
        ],
    }  # fmt: skip


def _plain_row(one: dict[str, Any]) -> dict[str, Any]:
    row = one["row"]
    return {
        "id": str(row.id), "kind": row.cause_kind, "who": one["who"], "sum": str(one["sum"].decimal()), "currency": row.currency,
        "state": row.came_to, "state_now": row.state, "reason": row.reason, "remedy": row.remedy,
        "at": row.came_at.isoformat(),
    }  # fmt: skip
