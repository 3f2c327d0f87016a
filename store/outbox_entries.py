"""The outbox's entries: one record of the books each, with what became of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import Connection, Row, and_, bindparam, delete, select, update

from ledger.posting import EntryState, PostingState
from store.tables.posting import entries, postings
from store.upsert import insert_new

_PARTS = 500


def entry_id(posting_id: UUID, write_id: str) -> UUID:
    """Follows from the posting and the marker: planning twice writes the same rows."""
    return uuid5(posting_id, write_id)


def replace_waiting(
    connection: Connection, organisation_id: UUID, posting_ids: Sequence[UUID], rows: Sequence[Mapping[str, Any]]
) -> None:
    """The entries of postings as they are planned now. What stands, or may, is kept; what never went out is replaced."""
    for part in _parts(posting_ids):
        connection.execute(
            delete(entries).where(
                entries.c.organisation_id == organisation_id,
                entries.c.posting_id.in_(part),
                entries.c.state.in_((EntryState.WAITING.value, EntryState.REFUSED.value, EntryState.ENDED.value)),
            )
        )
    insert_new(connection, entries, rows)


def wait_again(connection: Connection, organisation_id: UUID, posting_ids: Sequence[UUID], now: datetime) -> None:
    """What was refused of postings that stand in part is to be sent once more, as it was."""
    for part in _parts(posting_ids):
        connection.execute(
            update(entries)
            .where(entries.c.organisation_id == organisation_id, entries.c.posting_id.in_(part))
            .where(entries.c.state == EntryState.REFUSED.value)
            .values(state=EntryState.WAITING.value, code=None, reason=None, updated_at=now)
        )


def entries_of(connection: Connection, organisation_id: UUID, posting_ids: Sequence[UUID]) -> list[Row[Any]]:
    """In the order in which they are to stand, posting by posting."""
    found: list[Row[Any]] = []
    for part in _parts(posting_ids):
        where = and_(entries.c.organisation_id == organisation_id, entries.c.posting_id.in_(part))
        found += connection.execute(select(entries).where(where).order_by(entries.c.posting_id, entries.c.position))
    return found


def find_entries(connection: Connection, organisation_id: UUID, own_ids: Sequence[UUID]) -> list[Row[Any]]:
    found: list[Row[Any]] = []
    for part in _parts(own_ids):
        where = and_(entries.c.organisation_id == organisation_id, entries.c.id.in_(part))
        found += connection.execute(select(entries).where(where).order_by(entries.c.created_at, entries.c.id))
    return found


def in_state(
    connection: Connection, organisation_id: UUID, connection_id: UUID, states: Sequence[EntryState]
) -> list[Row[Any]]:
    where = and_(entries.c.organisation_id == organisation_id, entries.c.connection_id == connection_id)
    query = select(entries).where(where, entries.c.state.in_([state.value for state in states]))
    return list(connection.execute(query.order_by(entries.c.created_at, entries.c.id)))


def set_state(
    connection: Connection,
    organisation_id: UUID,
    own_ids: Sequence[UUID],
    state: EntryState,
    now: datetime,
    **values: Any,
) -> None:
    for part in _parts(own_ids):
        where = and_(entries.c.organisation_id == organisation_id, entries.c.id.in_(part))
        connection.execute(update(entries).where(where).values(state=state.value, updated_at=now, **values))


def settle_each(connection: Connection, organisation_id: UUID, rows: Sequence[Mapping[str, Any]]) -> None:
    """Each row: id, state, code, reason, record_kind, external_id, provider_version, standing, updated_at, posted_at."""
    if not rows:
        return
    names = [name for name in rows[0] if name != "id"]
    statement = (
        update(entries)
        .where(entries.c.organisation_id == organisation_id, entries.c.id == bindparam("own_id"))
        .values({name: bindparam(f"to_{name}", type_=entries.c[name].type) for name in names})
    )
    connection.execute(
        statement, [{"own_id": row["id"], **{f"to_{name}": row[name] for name in names}} for row in rows]
    )


def touch(connection: Connection, organisation_id: UUID, posting_ids: Sequence[UUID], now: datetime) -> None:
    """Looked at: what the store learns of their records from now on is news."""
    for part in _parts(posting_ids):
        where = and_(entries.c.organisation_id == organisation_id, entries.c.posting_id.in_(part))
        connection.execute(update(entries).where(where).values(updated_at=now))


def note_read_back(connection: Connection, organisation_id: UUID, standing: Mapping[UUID, Any], now: datetime) -> None:
    """What was read back of each entry, by its id."""
    if not standing:
        return
    statement = (
        update(entries)
        .where(entries.c.organisation_id == organisation_id, entries.c.id == bindparam("own_id"))
        .values(standing=bindparam("to_standing", type_=entries.c.standing.type), updated_at=now)
    )
    connection.execute(statement, [{"own_id": own, "to_standing": content} for own, content in standing.items()])


def of_open_postings(connection: Connection, organisation_id: UUID, connection_id: UUID) -> list[Row[Any]]:
    """Entries of postings that are being written, with their posting's id: what a run goes on with."""
    whose = and_(postings.c.organisation_id == entries.c.organisation_id, postings.c.id == entries.c.posting_id)
    query = (
        select(entries)
        .join_from(entries, postings, whose)
        .where(entries.c.organisation_id == organisation_id, entries.c.connection_id == connection_id)
        .where(postings.c.state == PostingState.POSTING.value)
        .order_by(postings.c.created_at, entries.c.posting_id, entries.c.position)
    )
    return list(connection.execute(query))


def _parts(ids: Sequence[UUID]) -> list[Sequence[UUID]]:
    return [ids[start : start + _PARTS] for start in range(0, len(ids), _PARTS)]
