"""The outbox's calls: stored with their exact bytes before they are sent, and never changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, and_, bindparam, func, literal, select, update

from ledger.faults import Conflict
from ledger.posting import BatchState
from store.tables.posting import batch_members, post_batches

TAKEN_OVER = "Another run has taken this connection's posting over; this one ends, and that one goes on."


def add_batch(
    connection: Connection, organisation_id: UUID, row: Mapping[str, Any], entry_ids: Sequence[UUID], now: datetime
) -> None:
    """`row`: id, connection_id, purpose, key, method, path, query, content_type, body. members: in the body's order."""
    connection.execute(
        post_batches.insert().values(
            **row, organisation_id=organisation_id, state=BatchState.STORED.value, sends=0, created_at=now
        )
    )
    connection.execute(
        batch_members.insert(),
        [
            {"organisation_id": organisation_id, "batch_id": row["id"], "position": position, "entry_id": entry}
            for position, entry in enumerate(entry_ids, 1)
        ],
    )


def open_batches(connection: Connection, organisation_id: UUID, connection_id: UUID) -> list[Row[Any]]:
    """Those without an outcome, the oldest first."""
    query = select(post_batches).where(
        post_batches.c.organisation_id == organisation_id,
        post_batches.c.connection_id == connection_id,
        post_batches.c.state.in_((BatchState.STORED.value, BatchState.SENT.value)),
    )
    return list(connection.execute(query.order_by(post_batches.c.created_at, post_batches.c.id)))


def members_of(connection: Connection, organisation_id: UUID, batch_id: UUID) -> list[Row[Any]]:
    where = and_(batch_members.c.organisation_id == organisation_id, batch_members.c.batch_id == batch_id)
    return list(connection.execute(select(batch_members).where(where).order_by(batch_members.c.position)))


def note_send(connection: Connection, batch: Any, now: datetime, *, first: bool) -> None:
    """From now on it may have arrived. sent_at: the first time, which a provider's memory of the key counts from.

    first: it was not sent before. Raises Conflict where another run has sent, dropped or settled it.
    """
    _moved(
        connection, batch, BatchState.STORED if first else BatchState.SENT,
        state=BatchState.SENT.value, sends=post_batches.c.sends + 1,
        sent_at=func.coalesce(post_batches.c.sent_at, literal(now, post_batches.c.sent_at.type)),
    )  # fmt: skip


def note_unsent(connection: Connection, batch: Any) -> None:
    """The provider said that it did nothing with the only call that went out: it is as if it had not been sent.

    Where another run has sent it since, that one finds out what became of it.
    """
    connection.execute(
        update(post_batches)
        .where(post_batches.c.organisation_id == batch.organisation_id, post_batches.c.id == batch.id)
        .where(post_batches.c.state == BatchState.SENT.value, post_batches.c.sends == 1)
        .values(state=BatchState.STORED.value, sends=0, sent_at=None)
    )


def _moved(connection: Connection, batch: Any, expected: BatchState, **values: Any) -> None:
    """What a run may do with a call depends on what was done with it: two runs never both do it."""
    done = connection.execute(
        update(post_batches)
        .where(post_batches.c.organisation_id == batch.organisation_id, post_batches.c.id == batch.id)
        .where(post_batches.c.state == expected.value)
        .values(**values)
    )
    if done.rowcount != 1:
        raise Conflict(TAKEN_OVER)


def note_problem(connection: Connection, batch: Any, problem: str) -> None:
    connection.execute(
        update(post_batches)
        .where(post_batches.c.organisation_id == batch.organisation_id, post_batches.c.id == batch.id)
        .values(problem=problem)
    )


def drop(connection: Connection, batch: Any, now: datetime, problem: str) -> None:
    """A call that was not sent never is. Raises Conflict where it was by now."""
    _moved(connection, batch, BatchState.STORED, state=BatchState.SETTLED.value, settled_at=now, problem=problem)


def settle_batch(connection: Connection, batch: Any, results: Sequence[Mapping[str, Any]], now: datetime) -> None:
    """`results`: entry_id, result, code, sentence of each member. Raises Conflict where another run has settled it."""
    _moved(connection, batch, BatchState.SENT, state=BatchState.SETTLED.value, settled_at=now, problem=None)
    if not results:
        return
    statement = (
        update(batch_members)
        .where(batch_members.c.organisation_id == batch.organisation_id, batch_members.c.batch_id == batch.id)
        .where(batch_members.c.entry_id == bindparam("own_id"))
        .values(result=bindparam("to_result"), code=bindparam("to_code"), sentence=bindparam("to_sentence"))
    )
    connection.execute(
        statement,
        [
            {
                "own_id": one["entry_id"], "to_result": one["result"], "to_code": one["code"],
                "to_sentence": one["sentence"],
            }
            for one in results
        ],
    )  # fmt: skip
