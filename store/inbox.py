"""The inbox: each webhook kept once by its event id, before anything is done with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import zstandard
from sqlalchemy import Connection, select, update

from store.tables.intake import inbox
from store.upsert import insert_new

MAX_TRIES = 8  # after that an event is set aside as failed and shown; the poll finds what it told of


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One event as it arrived. company_id: the provider's company that it speaks of, where it says so."""

    provider: str
    event_id: str
    type: str
    company_id: str | None
    organisation_id: UUID | None
    connection_id: UUID | None
    body: bytes


def keep(connection: Connection, deliveries: Sequence[Delivery], now: datetime) -> None:
    """Keeps events; one that is here already stays as it is."""
    compressor = zstandard.ZstdCompressor(level=1)
    rows = [
        {
            "provider": item.provider,
            "event_id": item.event_id,
            "company_id": item.company_id,
            "organisation_id": item.organisation_id,
            "connection_id": item.connection_id,
            "type": item.type,
            "body": compressor.compress(item.body),
            "received_at": now,
            "state": "new",
            "tries": 0,
        }
        for item in deliveries
    ]
    insert_new(connection, inbox, rows)


def waiting(connection: Connection, organisation_id: UUID, connection_id: UUID, limit: int) -> list[Any]:
    """Events of one connection that are still to be worked on, oldest first."""
    query = (
        select(inbox)
        .where(inbox.c.organisation_id == organisation_id, inbox.c.connection_id == connection_id)
        .where(inbox.c.state == "new")
        .order_by(inbox.c.received_at, inbox.c.event_id)
        .limit(limit)
    )
    return list(connection.execute(query))


def body(row: Any) -> bytes:
    return zstandard.ZstdDecompressor().decompress(row.body)


def finish(connection: Connection, provider: str, event_ids: Sequence[str], now: datetime) -> None:
    _set(connection, provider, event_ids, {"state": "done", "worked_at": now, "problem": None})


def fail(connection: Connection, provider: str, event_ids: Sequence[str], problem: str, now: datetime) -> None:
    """Counts a try; after MAX_TRIES the event is set aside as failed."""
    _set(connection, provider, event_ids, {"tries": inbox.c.tries + 1, "problem": problem, "worked_at": now})
    where = (inbox.c.provider == provider) & inbox.c.event_id.in_(event_ids) & (inbox.c.tries >= MAX_TRIES)
    connection.execute(update(inbox).where(where).values(state="failed"))


def reopen(connection: Connection, organisation_id: UUID, connection_id: UUID) -> int:
    """Puts every kept event of a connection back to be worked on again; returns how many."""
    done = connection.execute(
        update(inbox)
        .where(inbox.c.organisation_id == organisation_id, inbox.c.connection_id == connection_id)
        .where(inbox.c.state != "new")
        .values(state="new", tries=0, problem=None)
    )
    return done.rowcount


def connections_waiting(connection: Connection) -> list[tuple[UUID, UUID]]:
    """Connections with events to work on: what the schedule nudges when a queue was lost."""
    query = select(inbox.c.organisation_id, inbox.c.connection_id).where(inbox.c.state == "new")
    found = connection.execute(query.where(inbox.c.connection_id.is_not(None)).distinct())
    return [(row[0], row[1]) for row in found]


def _set(connection: Connection, provider: str, event_ids: Sequence[str], values: dict[str, Any]) -> None:
    where = (inbox.c.provider == provider) & inbox.c.event_id.in_(event_ids)
    connection.execute(update(inbox).where(where).values(**values))
