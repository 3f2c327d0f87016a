"""Kept payloads as they came, and the dictionaries that they were compressed with. Everybody reads a body through here."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from threading import Lock
from typing import Any
from uuid import UUID

import zstandard
from sqlalchemy import Connection, select

from ledger.faults import NotFound
from store import bulk
from store.dictionary import Dictionary, number_of, unpacked
from store.incoming import Key
from store.scope import Scope
from store.tables.intake import payload_dictionaries

HELD_MAX = 32
_COLUMNS = tuple(column.name for column in payload_dictionaries.columns)
_held: dict[tuple[UUID, UUID, int], zstandard.ZstdCompressionDict] = {}
_holding = Lock()


class Unreadable(NotFound):
    """What was kept cannot be read any more."""


def payload(connection: Connection, row: Any) -> bytes:
    """What the provider sent, of a row of `records`. Raises Unreadable."""
    return opened(connection, Scope(row.organisation_id, row.connection_id), (row.kind, row.external_id), row.body)


def opened(connection: Connection, scope: Scope, key: Key, body: bytes) -> bytes:
    """The same of a body whose row may not be written yet."""
    number = number_of(body)
    if not number:
        return unpacked(body, None)
    own = (scope.organisation_id, scope.connection_id, number)  # organisations may share a connection's id
    known = _held.get(own)
    if known is None:
        known = zstandard.ZstdCompressionDict(_content(connection, scope, number, key))
        with _holding:
            while len(_held) >= HELD_MAX:
                del _held[next(iter(_held))]
            _held[own] = known
    return unpacked(body, known)


def _content(connection: Connection, scope: Scope, number: int, key: Key) -> bytes:
    where = (scope.where(payload_dictionaries), payload_dictionaries.c.number == number)
    content: bytes | None = connection.execute(select(payload_dictionaries.c.content).where(*where)).scalar()
    if content is None:
        kind, external_id = key
        raise Unreadable(
            f"What was kept of {kind} {external_id} cannot be read: dictionary {number} of connection"
            f" {scope.connection_id} is missing. Restore payload_dictionaries from a backup."
        )
    return content


def add_dictionaries(connection: Connection, scope: Scope, found: Iterable[Dictionary], now: datetime) -> None:
    """Keeps dictionaries, in the transaction of what was compressed with them; one that stands is left as it is."""
    own = {one.number: one for one in found}
    rows = [(*scope.keys().values(), one.number, one.kind, one.content, now) for one in own.values()]
    bulk.add(connection, payload_dictionaries, _COLUMNS, rows)


def standing_dictionaries(connection: Connection, scope: Scope) -> list[Dictionary]:
    """Of a connection, the oldest first."""
    table = payload_dictionaries
    query = select(table.c.number, table.c.kind, table.c.content).where(scope.where(table))
    return [Dictionary(*row) for row in connection.execute(query.order_by(table.c.created_at, table.c.number))]
