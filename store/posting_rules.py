"""An entity's rules of posting and the stops of its connections: every version, append-only."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, Select, Table, bindparam, select

from store.tables.posting import posting_rules, posting_stops


def newest(connection: Connection, organisation_id: UUID, entity_id: UUID) -> Row[Any] | None:
    """The version that holds now; None where nobody has set anything."""
    return _last(connection, posting_rules, "version", organisation_id=organisation_id, entity_id=entity_id)


def since(connection: Connection, organisation_id: UUID, entity_id: UUID) -> datetime | None:
    """When somebody first set rules; None where nobody has."""
    where = (posting_rules.c.organisation_id == organisation_id, posting_rules.c.entity_id == entity_id)
    query = select(posting_rules.c.made_at).where(*where).order_by(posting_rules.c.version).limit(1)
    found: datetime | None = connection.execute(query).scalar_one_or_none()
    return found


def add(
    connection: Connection, organisation_id: UUID, entity_id: UUID, rules: Mapping[str, Any],
    *, note: str, by: str, now: datetime,
) -> int:  # fmt: skip
    """Appends a version and gives its number. The caller holds the organisation's lock (store.audit.lock)."""
    last = newest(connection, organisation_id, entity_id)
    number = 1 if last is None else int(last.version) + 1
    connection.execute(
        posting_rules.insert().values(
            organisation_id=organisation_id, entity_id=entity_id, version=number, rules=dict(rules), note=note, made_by=by,
            made_at=now,
        )
    )  # fmt: skip
    return number


def stop(connection: Connection, organisation_id: UUID, connection_id: UUID) -> Row[Any] | None:
    """Whether posting to this connection is stopped, and why; None where it never was."""
    return _last(connection, posting_stops, "sequence", organisation_id=organisation_id, connection_id=connection_id)


def set_stop(
    connection: Connection, organisation_id: UUID, connection_id: UUID, stopped: str,
    *, reason: str, by: str, now: datetime,
) -> None:  # fmt: skip
    """stopped: no, person, storm, poster. The caller holds the organisation's lock."""
    last = stop(connection, organisation_id, connection_id)
    connection.execute(
        posting_stops.insert().values(
            organisation_id=organisation_id, connection_id=connection_id, sequence=1 if last is None else last.sequence + 1,
            stopped=stopped, reason=reason, by=by, at=now,
        )
    )  # fmt: skip


def _last(connection: Connection, table: Table, order: str, **keys: UUID) -> Row[Any] | None:
    found: Row[Any] | None = connection.execute(_newest_of(table, order, tuple(keys)), keys).one_or_none()
    return found


@cache
def _newest_of(table: Table, order: str, names: tuple[str, ...]) -> Select[Any]:
    """Asked before every call that writes to the books: made once."""
    where = (table.c[name] == bindparam(name) for name in names)
    return select(table).where(*where).order_by(table.c[order].desc()).limit(1)
