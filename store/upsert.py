"""INSERT ... ON CONFLICT for both databases."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Dialect, Table
from sqlalchemy.dialects import postgresql, sqlite


def upsert(
    connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]], *, keep: Sequence[str] = ()
) -> None:
    """Inserts rows or replaces them by primary key. Columns in `keep` hold what they held."""
    if not rows:
        return
    connection.execute(_replacing(_insert(connection), table, tuple(rows[0]), tuple(keep)), list(rows))


def insert_new(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Inserts rows; those whose primary key stands already are left as they are."""
    if not rows:
        return
    connection.execute(_adding(_insert(connection), table), list(rows))


@lru_cache(maxsize=512)
def _replacing(make: Any, table: Table, names: tuple[str, ...], keep: tuple[str, ...]) -> Any:
    insert = make(table)
    keys = [column.name for column in table.primary_key]
    fixed = {*keys, *keep}
    changed = {name: insert.excluded[name] for name in names if name not in fixed}
    return insert.on_conflict_do_update(index_elements=keys, set_=changed)


@lru_cache(maxsize=512)
def _adding(make: Any, table: Table) -> Any:
    return make(table).on_conflict_do_nothing(index_elements=[column.name for column in table.primary_key])


def insert_into(connection: Connection, table: Table) -> Any:
    """An INSERT that may be given an ON CONFLICT of its own."""
    return _insert(connection)(table)


def _insert(connection: Connection) -> Any:
    return postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert


def insert_all_new(cursor: Any, dialect: Dialect, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """As `insert_new`, as one statement: for a few rows that should take one trip to the server.

    cursor: the bare driver's, whose errors it raises. At the door all that is between costs as much as the insert.
    """
    if not rows:
        return
    head, one, tail, columns, binds = _values(dialect, table, tuple(rows[0]))
    values = [bind(row[name]) if bind else row[name] for row in rows for name, bind in zip(columns, binds, strict=True)]
    cursor.execute(head + ", ".join([one] * len(rows)) + tail, values)


@lru_cache(maxsize=64)
def _values(
    dialect: Dialect, table: Table, columns: tuple[str, ...]
) -> tuple[str, str, str, tuple[str, ...], tuple[Any, ...]]:
    """The text of an insert before, of and after a row, and how each column's values are handed to the driver."""
    make = postgresql.insert if dialect.name == "postgresql" else sqlite.insert
    keys = [column.name for column in table.primary_key]
    named = tuple(column.name for column in table.columns if column.name in columns or column.default is not None)
    if len(named) != len(columns):
        raise ValueError(f"A row for {table.name} has to name {', '.join(named)}.")
    statement = make(table).on_conflict_do_nothing(index_elements=keys).values(dict.fromkeys(named))
    head, values, row = str(statement.compile(dialect=dialect)).partition("VALUES ")
    row, conflict, rest = row.partition(" ON CONFLICT")
    mark = "?" if dialect.paramstyle == "qmark" else "%s"
    binds = tuple(table.c[name].type.dialect_impl(dialect).bind_processor(dialect) for name in named)
    return head + values, re.sub(r"%\(\w+\)s|\?", mark, row), conflict + rest, named, binds
