"""The inbox: each webhook kept once by its event id, before anything is done with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import zstandard
from sqlalchemy import func, select, update

from ledger.faults import Unreachable
from store.database import BUSY_TIMEOUT_MS, Connection, Database, is_busy, wait_for
from store.tables.intake import inbox
from store.upsert import insert_all_new

IDS_PER_QUERY = 1_000
ROWS_PER_STATEMENT = 100  # a statement is made and prepared for each number of rows
PATIENCE_MS = 4_000  # for a lock: Xero waits five seconds for an answer; who gets none sends again
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

    @property
    def key(self) -> tuple[str, str]:
        return (self.provider, self.event_id)


class Keeping:
    """Keeps events over one connection of its own, each batch as one statement that commits by itself.

    A pooled transaction takes five trips to the server, this takes one: at the door that is most of the time. For one
    thread at a time; a connection that broke is opened again.
    """

    def __init__(self, database: Database, *, patience_ms: int = PATIENCE_MS) -> None:
        """patience_ms: how long a lock is waited for."""
        self._database = database
        self._patience_ms = patience_ms
        self._link: Connection | None = None
        self._cursor: Any = None
        self._compressor = zstandard.ZstdCompressor(level=1)

    def keep(self, deliveries: Sequence[Delivery], now: datetime) -> None:
        """Keeps events; one that is here already stays as it is. Raises Unreachable."""
        once = {item.key: item for item in deliveries}
        # by their keys: two that keep some of the same at once wait for each other in one direction only
        rows = [self._row(once[key], now) for key in sorted(once)]
        for start in range(0, len(rows), ROWS_PER_STATEMENT):
            self._insert(rows[start : start + ROWS_PER_STATEMENT])

    def close(self) -> None:
        if self._link is not None:
            with suppress(Exception):  # what is broken does not go back to the pool
                if not self._link.invalidated:  # it would be opened anew only to be closed
                    wait_for(self._link, BUSY_TIMEOUT_MS)
            self._link.close()
            self._link = self._cursor = None

    def _insert(self, rows: Sequence[Mapping[str, Any]]) -> None:
        link = self._open()
        try:
            insert_all_new(self._cursor, link.dialect, inbox, rows)
        except link.dialect.loaded_dbapi.Error as error:
            broken = link.dialect.is_disconnect(error, link.connection.driver_connection, None)
            if broken:
                link.invalidate()
            busy = is_busy(error)
            self.close()
            if busy:
                raise Unreachable(f"The database was busy for {self._patience_ms / 1_000:g} seconds.") from error
            if not broken:
                raise
            dialect = self._open().dialect
            insert_all_new(self._cursor, dialect, inbox, rows)

    def _open(self) -> Connection:
        if self._link is None:
            self._link = self._database.autocommit()
            wait_for(self._link, self._patience_ms)
            self._cursor = self._link.connection.cursor()
        return self._link

    def _row(self, item: Delivery, now: datetime) -> dict[str, Any]:
        return {
            "provider": item.provider,
            "event_id": item.event_id,
            "company_id": item.company_id,
            "organisation_id": item.organisation_id,
            "connection_id": item.connection_id,
            "type": item.type,
            "body": self._compressor.compress(item.body),
            "received_at": now,
            "state": "new",
            "tries": 0,
        }


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
    unpacked: bytes = zstandard.decompress(row.body)
    return unpacked


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


def left(connection: Connection, organisation_id: UUID) -> dict[tuple[UUID, str], int]:
    """(connection, state) -> how many kept events are not worked on yet ("new") or were set aside ("failed")."""
    query = (
        select(inbox.c.connection_id, inbox.c.state, func.count())
        .where(inbox.c.organisation_id == organisation_id, inbox.c.connection_id.is_not(None))
        .where(inbox.c.state.in_(("new", "failed")))
        .group_by(inbox.c.connection_id, inbox.c.state)
    )
    return {(row[0], row[1]): int(row[2]) for row in connection.execute(query)}


def connections_waiting(connection: Connection) -> list[tuple[UUID, UUID]]:
    """Connections with events to work on: what the schedule nudges when a queue was lost."""
    query = select(inbox.c.organisation_id, inbox.c.connection_id).where(inbox.c.state == "new")
    found = connection.execute(query.where(inbox.c.connection_id.is_not(None)).distinct())
    return [(row[0], row[1]) for row in found]


def _set(connection: Connection, provider: str, event_ids: Sequence[str], values: dict[str, Any]) -> None:
    for start in range(0, len(event_ids), IDS_PER_QUERY):
        where = (inbox.c.provider == provider) & inbox.c.event_id.in_(event_ids[start : start + IDS_PER_QUERY])
        connection.execute(update(inbox).where(where).values(**values))
