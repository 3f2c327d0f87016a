"""When the outbox is to be sent: after each look at an entity, and by the schedule where a nudge was lost."""

from __future__ import annotations

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from posting import ruling, stops
from posting.planning.books import books_of
from posting.processor.due import write_due
from posting.processor.watch import watch
from posting.rules import Mode
from posting.unmatched import note_unmatched
from runtime.wiring import App
from store import tenancy
from store.audit import lock
from store.database import Connection
from store.queries import outbox as queries

Target = tuple[UUID, UUID]
"""An organisation and a connection of it."""


def write_what_is_due(app: App, organisation_id: UUID, entity_id: UUID) -> int:
    """Puts into the outbox what an entity's processors did and its books lack; how many came.

    Where another app has begun to book the same, it is paused first.
    """
    now = app.clock.now()
    with app.database.read() as connection:
        rules, _ = ruling.load(connection, organisation_id, entity_id)
        entity = next(row for row in tenancy.list_entities(connection, organisation_id) if row.id == entity_id)
    if rules.mode is Mode.OFF:
        return 0
    today = now.astimezone(ZoneInfo(entity.time_zone)).date()
    with app.database.write() as connection:
        lock(connection, organisation_id)
        watch(connection, organisation_id, entity_id, now=now, today=today)
        return len(write_due(connection, organisation_id, entity_id, now=now, today=today).written)


def note_what_the_feed_lacks(app: App, row: Any) -> int:
    """Once a day: records of ours on a bank account (of the connection `row`) that no line of the bank was matched with."""
    if row.role != "books":
        return 0
    with app.database.write() as connection:
        lock(connection, row.organisation_id)
        rules, _ = ruling.load(connection, row.organisation_id, row.entity_id)
        books = books_of(connection, row.organisation_id, row.id, rules, now=app.clock.now())
        return note_unmatched(connection, books, now=app.clock.now())


def to_be_sent(app: App, organisation_id: UUID | None = None) -> list[Target]:
    """Connections that a worker may send something to now: by their rules, and where nothing stops them."""
    with app.database.read() as connection:
        rows = queries.connections_to_post(connection, app.clock.now(), organisation_id)
        return [(row.organisation_id, row.connection_id) for row in rows if _may_go(connection, row)]


def _may_go(connection: Connection, row: Any) -> bool:
    rules, _ = ruling.load(connection, row.organisation_id, row.entity_id)
    if rules.mode is Mode.OFF or stops.standing(connection, row.organisation_id, row.connection_id) is not None:
        return False
    return rules.mode is Mode.AUTOMATIC or bool(row.asked or row.under_way)
