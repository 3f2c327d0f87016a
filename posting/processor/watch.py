"""Watches for a second poster: where another starts to book a kind that Tieout books, posting of that source pauses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from uuid import UUID
from zoneinfo import ZoneInfo

from ledger.finding import Finding, Severity
from ledger.posting import Stop
from posting import ruling, stops
from posting.processor.bookings import TIEOUT
from posting.processor.today import HAND, Booked, booked_today
from posting.rules import Mode, PostingRules
from store import posting_rules
from store.audit import lock
from store.database import Connection
from store.intake import add_findings
from store.queries import processor as queries
from store.queries.planning import books_row
from store.scope import Scope

BY = "watch"
WATCHED_DAYS = 14
"""What another wrote longer ago is not news: the owner was shown it when choosing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rival:
    booked: Booked
    sentence: str


def watch(
    connection: Connection, organisation_id: UUID, entity_id: UUID, *, now: datetime, today: date
) -> list[Rival]:  # fmt: skip
    """Pauses each source in which another poster appeared, once, with a finding and an entry in the audit log.

    In a writing transaction. The stop is of the processor's connection: it holds all postings of its money.
    """
    lock(connection, organisation_id)
    rules, _ = ruling.load(connection, organisation_id, entity_id)
    if rules.mode is Mode.OFF:
        return []
    found = rivals(booked_today(connection, organisation_id, entity_id, today, days=WATCHED_DAYS), rules, today)
    zone = _zone(connection, organisation_id, entity_id)
    fresh = [one for one in found if _is_news(connection, organisation_id, one, zone)]
    for one in fresh:
        _pause(connection, organisation_id, one, now)
    return fresh


def rivals(booked: list[Booked], rules: PostingRules, today: date) -> list[Rival]:
    """Kinds that Tieout books and of which an app wrote something dated since Tieout began.

    What a person or a bank rule enters is seen as recorded one by one; it is no poster that comes again.
    """
    found = []
    for one in booked:
        booking = rules.poster(str(one.source), one.kind)
        if booking is None or booking.poster != TIEOUT or one.poster in (TIEOUT, HAND):
            continue
        begun = max(booking.since or date.min, rules.since or date.min, today - timedelta(days=WATCHED_DAYS))
        own = [example for example in one.examples if example[2] >= begun]
        if own:
            record_kind, external_id, on = own[-1]
            sentence = (
                f"{_capital(one.poster)} has booked a {one.kind.value} of this processor since Tieout does: {record_kind} "
                f"{external_id} of {on.day} {on:%b %Y}. Posting of it is paused, so that nothing stands twice."
            )
            found.append(Rival(booked=one, sentence=sentence))
    return found


def pauses_at_once(booked: list[Booked], before: PostingRules, after: PostingRules, today: date) -> str:
    """Why rules that somebody wants would pause a source at once, with what to do instead; "" where they would not.

    booked: of WATCHED_DAYS. What those rules say as they did before is not asked about again.
    """
    for one in rivals(booked, after, today):
        own = one.booked
        booking = after.poster(str(own.source), own.kind)
        if booking is None or booking == before.poster(str(own.source), own.kind):
            continue
        day = f"{own.last.day} {own.last:%b %Y}"
        return (
            f"{_capital(own.poster)} has booked a {own.kind.value} of this processor on {day}: if Tieout books them from "
            f"{booking.since or 'the start'} on, posting pauses at once. Give a first day after {day}, or leave it to "
            f"{own.poster}."
        )
    return ""


def _capital(poster: str) -> str:
    return poster[:1].upper() + poster[1:]


def _zone(connection: Connection, organisation_id: UUID, entity_id: UUID) -> tzinfo:
    books = queries.books_connection(connection, organisation_id, entity_id)
    return UTC if books is None else ZoneInfo(books_row(connection, organisation_id, books).time_zone)


def _is_news(connection: Connection, organisation_id: UUID, one: Rival, zone: tzinfo) -> bool:
    """Not while it stands paused, and not again for what a person has seen and let go on, by the books' own days."""
    last = posting_rules.stop(connection, organisation_id, one.booked.source)
    return last is None or (last.stopped == Stop.NO.value and one.booked.last > last.at.astimezone(zone).date())


def _pause(connection: Connection, organisation_id: UUID, one: Rival, now: datetime) -> None:
    source = one.booked.source
    stops.stop_in(connection, organisation_id, source, kind=Stop.POSTER, reason=one.sentence, by=BY, now=now)
    finding = Finding(
        code=stops.ANOTHER_POSTER,
        sentence=one.sentence,
        severity=Severity.ERROR,
        record_kind="connection",
        external_id=str(source),
    )
    add_findings(connection, Scope(organisation_id, source), [finding], now)
