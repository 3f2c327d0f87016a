"""What of a pulled noun has changed since a look: rows by when they were recorded, and a stamp that tells of every change.

Rows are never deleted and revisions only grow, so that count and sum of revisions over all rows, those that are gone too,
are the same only where nothing was written between.
"""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, Select, Table, and_, bindparam, func, select

from store.queries.open_items import of_entity
from store.tables.pulled import NOUN_NAMED
from store.tables.tenancy import connections

Stamp = tuple[int, int]


def stamp(connection: Connection, noun: str, organisation_id: UUID, entity_id: UUID) -> Stamp:
    """(rows, sum of their revisions) of an entity."""
    row = connection.execute(_counted(noun), {"organisation_id": organisation_id, "entity_id": entity_id}).one()
    return int(row[0]), int(row[1])


def gone(connection: Connection, noun: str, organisation_id: UUID, entity_id: UUID) -> dict[UUID, int]:
    """Revisions of the rows that no longer stand."""
    rows = connection.execute(_ended(noun), {"organisation_id": organisation_id, "entity_id": entity_id})
    return {row.id: row.revision for row in rows}


def changed_since(
    connection: Connection, noun: str, organisation_id: UUID, entity_id: UUID, since: datetime
) -> list[Row[Any]]:
    """Rows that were recorded at that moment or later, as `documents` gives them; gone ones have a gone_at."""
    table = NOUN_NAMED[noun].table
    query = of_entity(noun, organisation_id, entity_id, gone=True).where(table.c.recorded_at >= since)
    return list(connection.execute(query))


def newest(connection: Connection, noun: str, organisation_id: UUID, entity_id: UUID) -> datetime | None:
    """When the last row was recorded."""
    found: datetime | None = connection.execute(
        _latest(noun), {"organisation_id": organisation_id, "entity_id": entity_id}
    ).scalar_one_or_none()
    return found


@cache
def _counted(noun: str) -> Select[Any]:
    table = NOUN_NAMED[noun].table
    return _of(table, select(func.count(), func.coalesce(func.sum(table.c.revision), 0)))


@cache
def _ended(noun: str) -> Select[Any]:
    table = NOUN_NAMED[noun].table
    return _of(table, select(table.c.id, table.c.revision)).where(table.c.gone_at.is_not(None))


@cache
def _latest(noun: str) -> Select[Any]:
    table = NOUN_NAMED[noun].table
    return _of(table, select(func.max(table.c.recorded_at)))


def _of(table: Table, query: Select[Any]) -> Select[Any]:
    """Of an entity's rows: looked at for each noun before each matching, so that these are made once."""
    whose = and_(connections.c.organisation_id == table.c.organisation_id, connections.c.id == table.c.connection_id)
    return query.select_from(table.join(connections, whose)).where(
        table.c.organisation_id == bindparam("organisation_id"), connections.c.entity_id == bindparam("entity_id")
    )
