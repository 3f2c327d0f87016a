"""The outbox's postings: added with the decision they follow from, moved from state to state, never deleted.

Every state that a posting has had is kept (`posting_states`); `postings.state` is the last of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, and_, func, select, update

from ledger.faults import Conflict, NotFound, Refused
from ledger.money import Money
from ledger.posting import Cause, EntryState, PostingState
from store.tables.posting import entries, posting_states, postings
from store.tenancy import new_id

ENDED = (PostingState.WITHDRAWN, PostingState.UNDONE)
_PARTS = 500  # ids in one statement
_MAYBE_THERE = (EntryState.SENT, EntryState.UNKNOWN, EntryState.POSTED, EntryState.ENDING)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPosting:
    """What somebody decided shall stand in the books. connection_id: the books; None where the entity has none."""

    organisation_id: UUID
    entity_id: UUID
    connection_id: UUID | None
    cause: Cause
    cause_id: str
    amount: Money
    on: date
    match_id: UUID | None = None
    receipt_id: UUID | None = None
    choices: Mapping[str, Any] = field(default_factory=dict)


def add(connection: Connection, new: NewPosting, *, by: str, reason: str, now: datetime) -> UUID:
    """Writes a posting down as ready, in the transaction of the decision. Raises Conflict where its cause has one already."""
    return add_many(connection, [new], by=by, reason=reason, now=now)[0]


def add_many(connection: Connection, new: Sequence[NewPosting], *, by: str, reason: str, now: datetime) -> list[UUID]:
    """Several of one organisation. Raises Conflict where a cause has a posting that stands."""
    if not new:
        return []
    rows = [_row(one, by, now) for one in new]
    for one in new:
        if of_cause(connection, one.organisation_id, one.cause, one.cause_id) is not None:
            raise Conflict("This is in the outbox already; look at it again.")
    connection.execute(postings.insert(), rows)
    connection.execute(
        posting_states.insert(),
        [
            {
                "organisation_id": row["organisation_id"], "posting_id": row["id"], "sequence": 1, "state": row["state"],
                "by": by, "reason": reason, "at": now,
            }
            for row in rows
        ],
    )  # fmt: skip
    return [row["id"] for row in rows]


def _row(new: NewPosting, by: str, now: datetime) -> dict[str, Any]:
    return {
        "organisation_id": new.organisation_id,
        "id": new_id(now),
        "entity_id": new.entity_id,
        "connection_id": new.connection_id,
        "cause_kind": new.cause.value,
        "cause_id": new.cause_id,
        "match_id": new.match_id,
        "receipt_id": new.receipt_id,
        "currency": new.amount.currency,
        "amount_minor": new.amount.minor,
        "dated_on": new.on,
        "state": PostingState.READY.value,
        "choices": dict(new.choices),
        "approved_by": by,
        "created_at": now,
        "updated_at": now,
    }


def move(
    connection: Connection,
    organisation_id: UUID,
    posting_ids: Sequence[UUID],
    state: PostingState,
    *,
    expected: Sequence[PostingState],
    by: str,
    reason: str,
    now: datetime,
    **values: Any,
) -> None:
    """Appends a state to each. `values`: columns of postings that change with it (code, remedy, due_at...).

    With a code the reason stands in the posting, too; a state without one wipes out what an earlier failure said.

    Raises Conflict, with nothing done by the caller's transaction, where one is in none of the expected states any more.
    """
    told = {"code": None, "remedy": None, "reason": reason if values.get("code") else None, **values}
    for part in _parts(posting_ids):
        where = and_(postings.c.organisation_id == organisation_id, postings.c.id.in_(part))
        done = connection.execute(
            update(postings)
            .where(where, postings.c.state.in_([one.value for one in expected]))
            .values(state=state.value, updated_at=now, revision=postings.c.revision + 1, **told)
        )
        if done.rowcount != len(part):
            raise Conflict("Somebody has changed this posting meanwhile; look at it again.")
        _note_states(connection, organisation_id, part, state, by, reason, now)


def _note_states(
    connection: Connection, organisation_id: UUID, ids: Sequence[UUID], state: PostingState, by: str, reason: str,
    now: datetime,
) -> None:  # fmt: skip
    query = (
        select(posting_states.c.posting_id, func.max(posting_states.c.sequence))
        .where(posting_states.c.organisation_id == organisation_id, posting_states.c.posting_id.in_(ids))
        .group_by(posting_states.c.posting_id)
    )
    last = {row[0]: row[1] for row in connection.execute(query)}
    connection.execute(
        posting_states.insert(),
        [
            {
                "organisation_id": organisation_id, "posting_id": own, "sequence": last.get(own, 0) + 1,
                "state": state.value, "by": by, "reason": reason, "at": now,
            }
            for own in ids
        ],
    )  # fmt: skip


def change(connection: Connection, organisation_id: UUID, posting_ids: Sequence[UUID], **values: Any) -> None:
    """Columns that are no state: due_at, batch_id, choices, rules_version..."""
    for part in _parts(posting_ids):
        where = and_(postings.c.organisation_id == organisation_id, postings.c.id.in_(part))
        connection.execute(update(postings).where(where).values(revision=postings.c.revision + 1, **values))


def count_attempts(connection: Connection, organisation_id: UUID, posting_ids: Sequence[UUID]) -> None:
    """One more try of each to write it."""
    for part in _parts(posting_ids):
        where = and_(postings.c.organisation_id == organisation_id, postings.c.id.in_(part))
        connection.execute(update(postings).where(where).values(attempts=postings.c.attempts + 1))


def place(connection: Connection, organisation_id: UUID, entity_id: UUID, connection_id: UUID) -> None:
    """Postings that were decided on before the entity had books go to these."""
    where = and_(postings.c.organisation_id == organisation_id, postings.c.entity_id == entity_id)
    connection.execute(
        update(postings).where(where, postings.c.connection_id.is_(None)).values(connection_id=connection_id)
    )


def withdraw(
    connection: Connection, organisation_id: UUID, cause: Cause, cause_id: str, *, by: str, reason: str, now: datetime
) -> None:
    """The decision is taken back before anything of it reached the books. Nothing where there is no such posting.

    Raises Refused, with what to do instead, where something is on its way or stands.
    """
    row = of_cause(connection, organisation_id, cause, cause_id)
    if row is None:
        return
    may_withdraw(connection, row)
    move(
        connection, organisation_id, [row.id], PostingState.WITHDRAWN,
        expected=(PostingState.READY, PostingState.FAILED, PostingState.GIVEN_UP), by=by, reason=reason, now=now,
    )  # fmt: skip


def may_withdraw(connection: Connection, row: Any) -> None:
    """Raises Refused where something of a posting is on its way to the books or stands there."""
    state = PostingState(row.state)
    if state in (PostingState.POSTING, PostingState.UNDOING):
        raise Refused("This is being written to the books right now; wait until it stands, then undo it there.")
    if state in (PostingState.POSTED, PostingState.FOUND):
        raise Refused("This stands in the books; undo its posting instead, which shows first what will be taken back.")
    if reached(connection, row.organisation_id, row.id):
        raise Refused("A part of this stands in the books; retry its posting, or undo that part there first.")


def reached(connection: Connection, organisation_id: UUID, posting_id: UUID) -> bool:
    """Whether anything of a posting stands in the books, or may."""
    query = select(entries.c.id).where(
        entries.c.organisation_id == organisation_id,
        entries.c.posting_id == posting_id,
        entries.c.state.in_([one.value for one in _MAYBE_THERE]),
    )
    return connection.execute(query.limit(1)).first() is not None


def of_cause(connection: Connection, organisation_id: UUID, cause: Cause, cause_id: str) -> Row[Any] | None:
    """The posting of a cause that stands; None where there is none, or it was withdrawn or undone."""
    query = select(postings).where(
        postings.c.organisation_id == organisation_id,
        postings.c.cause_kind == cause.value,
        postings.c.cause_id == cause_id,
        _stands(),
    )
    found: Row[Any] | None = connection.execute(query).one_or_none()
    return found


def _stands() -> ColumnElement[bool]:
    return postings.c.state.not_in([one.value for one in ENDED])


def find(connection: Connection, organisation_id: UUID, posting_id: UUID) -> Row[Any]:
    """Raises NotFound."""
    where = and_(postings.c.organisation_id == organisation_id, postings.c.id == posting_id)
    row = connection.execute(select(postings).where(where)).one_or_none()
    if row is None:
        raise NotFound("This posting does not exist here.")
    return row


def find_many(connection: Connection, organisation_id: UUID, posting_ids: Sequence[UUID]) -> list[Row[Any]]:
    found: list[Row[Any]] = []
    for part in _parts(posting_ids):
        where = and_(postings.c.organisation_id == organisation_id, postings.c.id.in_(part))
        found += connection.execute(select(postings).where(where).order_by(postings.c.created_at, postings.c.id))
    return found


def states_of(connection: Connection, organisation_id: UUID, posting_id: UUID) -> list[Row[Any]]:
    """Every state that a posting has had, the first one first."""
    where = and_(posting_states.c.organisation_id == organisation_id, posting_states.c.posting_id == posting_id)
    return list(connection.execute(select(posting_states).where(where).order_by(posting_states.c.sequence)))


def _parts(ids: Sequence[UUID]) -> list[Sequence[UUID]]:
    return [ids[start : start + _PARTS] for start in range(0, len(ids), _PARTS)]
