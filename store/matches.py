"""Matches with their lines and states, and mirror links: written, decided on, never rewritten."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, and_, bindparam, delete, exists, func, select, update

from ledger.faults import Conflict, NotFound
from ledger.match import MatchState
from store.tables.matching import match_lines, match_states, matches, mirrors, receipts
from store.tables.pulled import NOUN_NAMED
from store.upsert import upsert


def add_match(
    connection: Connection, row: Mapping[str, Any], lines: Sequence[Mapping[str, Any]], *, by: str, now: datetime
) -> None:
    """A proposal with its lines and its first state."""
    connection.execute(matches.insert(), {**row, "recorded_at": now})
    keys = {"organisation_id": row["organisation_id"], "match_id": row["id"]}
    if lines:
        connection.execute(match_lines.insert(), [{**keys, "position": n, **line} for n, line in enumerate(lines, 1)])
    connection.execute(
        match_states.insert(),
        {**keys, "sequence": 1, "state": row["state"], "by": by, "reason": row["reason"], "at": now},
    )


def move_match(
    connection: Connection,
    organisation_id: UUID,
    match_id: UUID,
    state: MatchState,
    *,
    expected: Sequence[MatchState],
    by: str,
    reason: str,
    now: datetime,
    decided: bool = False,
    seconded: bool = False,
) -> None:
    """Appends a state. Raises Conflict where the match is in none of the expected states any more."""
    values: dict[str, Any] = {"state": state.value}
    if decided:
        values |= {"decided_by": by, "decided_at": now, "seconded_by": None, "seconded_at": None}
    if seconded:
        values |= {"seconded_by": by, "seconded_at": now}
    done = connection.execute(
        update(matches)
        .where(matches.c.organisation_id == organisation_id, matches.c.id == match_id)
        .where(matches.c.state.in_([item.value for item in expected]))
        .values(**values)
    )
    if done.rowcount != 1:
        raise Conflict("Somebody has decided on this match meanwhile; look at the receipt again.")
    where = and_(match_states.c.organisation_id == organisation_id, match_states.c.match_id == match_id)
    last = connection.execute(select(func.max(match_states.c.sequence)).where(where)).scalar_one()
    connection.execute(
        match_states.insert().values(
            organisation_id=organisation_id,
            match_id=match_id,
            sequence=last + 1,
            state=state.value,
            by=by,
            reason=reason,
            at=now,
        )
    )


def note_decision(connection: Connection, match: Any, *, batch_id: UUID | None, policy_version: str) -> None:
    """Under which policy it was decided, and with which others."""
    connection.execute(
        update(matches)
        .where(matches.c.organisation_id == match.organisation_id, matches.c.id == match.id)
        .values(batch_id=batch_id, policy_version=policy_version)
    )


def note_rivals(connection: Connection, organisation_id: UUID, match_id: UUID, rivals: Sequence[Any]) -> None:
    """The other answers as they stand now; they decide nothing, so the proposal stays the same."""
    connection.execute(
        update(matches)
        .where(matches.c.organisation_id == organisation_id, matches.c.id == match_id, matches.c.state == "proposed")
        .values(rivals=list(rivals))
    )


_BESIDE = (
    select(
        matches,
        receipts.c.revision.label("receipt_revision"),
        receipts.c.currency.label("receipt_currency"),
        receipts.c.amount_minor.label("receipt_minor"),
        receipts.c.status.label("receipt_status"),
        receipts.c.external_id.label("receipt_external_id"),
    )
    .join_from(
        matches,
        receipts,
        and_(receipts.c.organisation_id == matches.c.organisation_id, receipts.c.id == matches.c.receipt_id),
    )
    .where(matches.c.organisation_id == bindparam("organisation_id"), matches.c.id == bindparam("match_id"))
)
_LINES = (
    select(match_lines)
    .where(
        match_lines.c.organisation_id == bindparam("organisation_id"), match_lines.c.match_id == bindparam("match_id")
    )
    .order_by(match_lines.c.position)
)
_OF_RECEIPT = (
    select(matches)
    .where(matches.c.organisation_id == bindparam("organisation_id"), matches.c.receipt_id == bindparam("receipt_id"))
    .order_by(matches.c.rank, matches.c.recorded_at)
)
"""These run several times for each decision: made once."""


def find_match(connection: Connection, organisation_id: UUID, match_id: UUID) -> Row[Any]:
    """A match beside its receipt. Raises NotFound."""
    row = connection.execute(_BESIDE, {"organisation_id": organisation_id, "match_id": match_id}).one_or_none()
    if row is None:
        raise NotFound("This match does not exist; look at the receipt again.")
    return row


def lines_of(connection: Connection, organisation_id: UUID, match_id: UUID) -> list[Row[Any]]:
    return list(connection.execute(_LINES, {"organisation_id": organisation_id, "match_id": match_id}))


def matches_of(connection: Connection, organisation_id: UUID, receipt_id: UUID) -> list[Row[Any]]:
    return list(connection.execute(_OF_RECEIPT, {"organisation_id": organisation_id, "receipt_id": receipt_id}))


def last_state(connection: Connection, match: Any) -> Row[Any]:
    """The newest entry of a match's states."""
    where = and_(match_states.c.organisation_id == match.organisation_id, match_states.c.match_id == match.id)
    return connection.execute(select(match_states).where(where).order_by(match_states.c.sequence.desc()).limit(1)).one()


def batch_of(connection: Connection, organisation_id: UUID, batch_id: UUID) -> list[Row[Any]]:
    """What one act accepted and still stands, in a fixed order."""
    where = and_(matches.c.organisation_id == organisation_id, matches.c.batch_id == batch_id)
    query = select(matches).where(where, matches.c.state.in_(("awaiting", "approved")))
    return list(connection.execute(query.order_by(matches.c.recorded_at, matches.c.id)))


def link_mirrors(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Sets mirror links (or their opposite) by mirror and primary."""
    upsert(connection, mirrors, rows)


def dissolve_links(connection: Connection, organisation_id: UUID, entity_id: UUID, *, made_by: str) -> int:
    """Ends links that `made_by` made and whose primary is void, deleted or gone: the mirror is then a debt by itself."""
    invoices = NOUN_NAMED["invoices"].table
    stands = exists().where(
        invoices.c.organisation_id == mirrors.c.organisation_id,
        invoices.c.id == mirrors.c.primary_id,
        invoices.c.gone_at.is_(None),
        invoices.c.status.not_in(("void", "draft")),
    )
    done = connection.execute(
        delete(mirrors).where(
            mirrors.c.organisation_id == organisation_id,
            mirrors.c.entity_id == entity_id,
            mirrors.c.state == "linked",
            mirrors.c.decided_by == made_by,
            ~stands,
        )
    )
    return int(done.rowcount)
