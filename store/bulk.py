"""Many rows at once: COPY on PostgreSQL, the bare driver's statements on SQLite.

Rows are tuples in the order of `names`. A JSON column takes its text; an id may be a UUID or its 32 hex digits; all
else is as the table's types take it. Keys have to be unique within one call.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import cache, lru_cache
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import (
    ARRAY,
    Column,
    ColumnElement,
    Connection,
    LargeBinary,
    String,
    Table,
    any_,
    bindparam,
    func,
    select,
)  # fmt: skip

from store import bound, packed
from store.database import Database
from store.forms import form_of
from store.lines import liner
from store.shapes import Cell
from store.types import cell_of

Row = tuple[Any, ...]

_BETWEEN = "\x1f"  # in no provider's ids
_FEW = 24  # rows; below it a staging table costs more than it saves


def plan_afresh(connection: Connection) -> None:
    """Until the transaction ends PostgreSQL plans each statement for the values that it is given.

    A plan that is kept for any values knows of no lists: of a table whose rows were not counted yet, as after a first
    import, it compares every row with every one of a thousand ids.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL plan_cache_mode TO force_custom_plan")


def commit_soon(connection: Connection) -> None:
    """The transaction's commit does not wait for the disk; the order of commits stays what it is."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL synchronous_commit TO off")


def count_anew(database: Database, tables: Iterable[Table]) -> None:
    """After much was written at once, so that PostgreSQL plans for what the tables hold now.

    Its own daemon comes when it looks next, up to a minute later; the first page that somebody opens comes sooner.
    """
    if database.is_sqlite:
        return
    with database.autocommit() as connection:
        connection.exec_driver_sql(f"ANALYZE {_listed(table.name for table in tables)}")


def insert(connection: Connection, table: Table, names: Sequence[str], rows: Sequence[Row]) -> None:
    """Rows whose keys are known to be absent: nobody else may be writing them."""
    if not rows:
        return
    if connection.dialect.name == "postgresql":
        _copy(connection, table.name, table, names, rows)
    else:
        _bind(connection, table, names, rows)


def insert_packed(
    connection: Connection, table: Table, names: Sequence[str], rows: Sequence[bytes], last: datetime
) -> None:
    """As `insert`: rows as their form (store/forms.py) made them of all columns but the last one, which is the same in all.

    Where a key stands after all, the driver's IntegrityError comes, and some of the rows may be written: the transaction
    has to end with it. To be able to take back single statements SQLite copies every page that they touch.
    """
    if not rows:
        return
    dialect = connection.dialect.name
    end = form_of(dialect, cells(table, tuple(names))).end(last)
    if dialect == "sqlite":
        _bind_packed(connection, table, names, rows, end)
        return
    with _copying(connection, table.name, table, names) as copy:
        if _holds_bytes(table):
            copy.write(packed.HEAD)
        for start in range(0, len(rows), _ROWS_A_WRITE):
            copy.write(end.join([*rows[start : start + _ROWS_A_WRITE], b""]))
        if _holds_bytes(table):
            copy.write(packed.TAIL)


def merge(
    connection: Connection, table: Table, names: Sequence[str], rows: Sequence[Row], *, keep: Sequence[str] = ()
) -> None:
    """Inserts rows or replaces them by primary key. Columns in `keep` hold what they held."""
    fixed = {*_keys(table), *keep}
    changed = ", ".join(f"{_quoted(name)} = excluded.{_quoted(name)}" for name in names if name not in fixed)
    _put(connection, table, names, rows, f"DO UPDATE SET {changed}")


def add(connection: Connection, table: Table, names: Sequence[str], rows: Sequence[Row]) -> None:
    """Inserts rows; those whose primary key stands already are left as they are. A key may come twice."""
    _put(connection, table, names, rows, "DO NOTHING")


def among(connection: Connection, column: Column[Any], texts: Sequence[str]) -> ColumnElement[bool]:
    """The column is one of the texts, which go out as one value: a place for each would cost more than the query."""
    if connection.dialect.name == "postgresql":
        joined = _BETWEEN.join(texts)
        if joined.count(_BETWEEN) == len(texts) - 1:  # the driver takes long over lists
            return column == any_(func.string_to_array(joined, _BETWEEN))
        return column == any_(bindparam(None, list(texts), type_=ARRAY(String)))
    listed = func.json_each(msgspec.json.encode(texts).decode()).table_valued("value")
    return column.in_(select(listed.c.value))


def present(connection: Connection, table: Table, column: str, organisation_id: UUID, ids: Sequence[str]) -> set[str]:
    """Which of these ids (32 hex digits) stand in a column that is next in the key to the organisation's."""
    if not ids:
        return set()
    cursor, name, where = (
        _cursor(connection),
        _quoted(table.name),
        f"organisation_id = {{}} AND {_quoted(column)} = {{}}",
    )
    if connection.dialect.name == "postgresql":
        # one look into the key for each: left to itself the planner may read the whole organisation
        look = f"SELECT 1 FROM {name} WHERE {where.format('%s', 'wanted.id')} LIMIT 1"  # noqa: S608 - names are our tables' own
        wanted = "SELECT wanted.id FROM unnest(string_to_array(%s, ',')::uuid[]) AS wanted (id), LATERAL"
        # never prepared: a plan that was made while the table was small would be kept while it grows
        cursor.execute(f"{wanted} ({look}) AS found", (",".join(ids), organisation_id), prepare=False)
        return {row[0].hex for row in cursor}
    look = f"SELECT 1 FROM {name} WHERE {where.format('?', 'wanted.value')}"  # noqa: S608 - names are our tables' own
    cursor.execute(
        f"SELECT wanted.value FROM json_each(?) AS wanted WHERE EXISTS ({look})",  # noqa: S608 - as above
        (msgspec.json.encode(ids).decode(), organisation_id.hex),
    )
    return {row[0] for row in cursor}


def _put(connection: Connection, table: Table, names: Sequence[str], rows: Sequence[Row], action: str) -> None:
    if not rows:
        return
    conflict = f" ON CONFLICT ({_listed(_keys(table))}) {action}"
    if connection.dialect.name != "postgresql":
        _bind(connection, table, names, rows, conflict)
    elif len(rows) < _FEW:
        _cursor(connection).executemany(_insert(table, tuple(names), "%s") + conflict, rows)
    else:
        _stage(connection, table, names, rows, conflict)


def _stage(connection: Connection, table: Table, names: Sequence[str], rows: Sequence[Row], conflict: str) -> None:
    """COPY into a table of this session alone, then one statement for all."""
    own, listed, cursor = f"staged_{table.name}", _listed(names), _cursor(connection)
    made = f"SELECT {listed} FROM {_quoted(table.name)} WITH NO DATA"  # noqa: S608 - names are our tables' own
    cursor.execute(f"CREATE TEMPORARY TABLE {_quoted(own)} ON COMMIT DROP AS {made}")
    _copy(connection, own, table, names, rows)
    cursor.execute(f"INSERT INTO {_quoted(table.name)} ({listed}) SELECT {listed} FROM {_quoted(own)}{conflict}")  # noqa: S608 - names are our tables' own
    cursor.execute(f"DROP TABLE {_quoted(own)}")


def _copy(connection: Connection, into: str, table: Table, names: Sequence[str], rows: Sequence[Row]) -> None:
    blocks = _packed(table, names, rows) if _holds_bytes(table) else _lines(table, names, rows)
    with _copying(connection, into, table, names) as copy:
        for block in blocks:
            copy.write(block)


def _copying(connection: Connection, into: str, table: Table, names: Sequence[str]) -> Any:
    form = "binary" if _holds_bytes(table) else "text"
    return _cursor(connection).copy(f"COPY {_quoted(into)} ({_listed(names)}) FROM STDIN (FORMAT {form})")


def _lines(table: Table, names: Sequence[str], rows: Sequence[Row]) -> Iterator[str | bytes]:
    line = liner(cells(table, tuple(names)))
    for start in range(0, len(rows), _ROWS_A_WRITE):
        yield "\n".join([*[line(row) for row in rows[start : start + _ROWS_A_WRITE]], ""])


def _packed(table: Table, names: Sequence[str], rows: Sequence[Row]) -> Iterator[str | bytes]:
    pack = packed.packer(cells(table, tuple(names)), later=0)
    yield packed.HEAD
    for start in range(0, len(rows), _ROWS_A_WRITE):
        yield b"".join([pack(row) for row in rows[start : start + _ROWS_A_WRITE]])
    yield packed.TAIL


@lru_cache(maxsize=256)
def cells(table: Table, names: tuple[str, ...]) -> tuple[Cell, ...]:
    """The columns in plain words."""
    return tuple(cell_of(table.columns[name]) for name in names)


@cache
def _holds_bytes(table: Table) -> bool:
    """As text a payload is twice as long: such tables are sent in the binary form."""
    return any(isinstance(column.type, LargeBinary) for column in table.columns)


_ROWS_A_WRITE = 200
_ROWS_A_STATEMENT = (64, 8, 1)  # few forms: the driver keeps those that it prepared


def _bind(connection: Connection, table: Table, names: Sequence[str], rows: Sequence[Row], conflict: str = "") -> None:
    bind = bound.binder(cells(table, tuple(names)))
    _cursor(connection).executemany(_insert(table, tuple(names), "?") + conflict, map(bind, rows))


def _bind_packed(connection: Connection, table: Table, names: Sequence[str], rows: Sequence[bytes], end: bytes) -> None:
    """Some rows a statement: for each one the driver binds, steps and lets go of the interpreter, which others then take."""
    cursor, sent = _cursor(connection), 0
    for count in _ROWS_A_STATEMENT:
        whole = len(rows) - (len(rows) - sent) % count
        bindings = (bound.values(rows[start : start + count], end, len(names)) for start in range(sent, whole, count))
        cursor.executemany(_insert(table, tuple(names), "?", count, " OR FAIL"), bindings)
        sent = whole


@lru_cache(maxsize=256)
def _insert(table: Table, names: tuple[str, ...], mark: str, rows: int = 1, otherwise: str = "") -> str:
    row = f"({', '.join([mark] * len(names))})"
    values = ", ".join([row] * rows)
    return f"INSERT{otherwise} INTO {_quoted(table.name)} ({_listed(names)}) VALUES {values}"


def _cursor(connection: Connection) -> Any:
    """The driver's own cursor, within the connection's transaction."""
    return connection.connection.driver_connection.cursor()  # type: ignore[union-attr]


def _keys(table: Table) -> list[str]:
    return [column.name for column in table.primary_key]


def _listed(names: Iterable[str]) -> str:
    return ", ".join(map(_quoted, names))


def _quoted(name: str) -> str:
    return f'"{name}"'
