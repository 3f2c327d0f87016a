"""INSERT ... ON CONFLICT for both databases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def upsert(
    connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]], *, keep: Sequence[str] = ()
) -> None:
    """Inserts rows or replaces them by primary key. Columns in `keep` hold what they held."""
    if not rows:
        return
    insert = _insert(connection)(table)
    keys = [column.name for column in table.primary_key]
    fixed = {*keys, *keep}
    changed = {name: insert.excluded[name] for name in rows[0] if name not in fixed}
    connection.execute(insert.on_conflict_do_update(index_elements=keys, set_=changed), list(rows))


def insert_new(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Inserts rows; those whose primary key stands already are left as they are."""
    if not rows:
        return
    keys = [column.name for column in table.primary_key]
    connection.execute(_insert(connection)(table).on_conflict_do_nothing(index_elements=keys), list(rows))


def insert_into(connection: Connection, table: Table) -> Any:
    """An INSERT that may be given an ON CONFLICT of its own."""
    return _insert(connection)(table)


def _insert(connection: Connection) -> Any:
    return postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
