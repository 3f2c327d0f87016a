"""What the outbox does to the matches and receipts behind its postings, many at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, and_, func, select, update

from ledger.match import MatchState
from ledger.receipt import PostStatus, SightingKind
from store.tables.matching import match_states, matches, receipts, sightings
from store.upsert import insert_new

_PARTS = 500


def move_matches(
    connection: Connection,
    organisation_id: UUID,
    match_ids: Sequence[UUID],
    state: MatchState,
    *,
    expected: Sequence[MatchState],
    by: str,
    reason: str,
    now: datetime,
) -> list[UUID]:
    """Appends a state to those that are in one of the expected states; gives them. A match in another is left alone."""
    moved: list[UUID] = []
    for part in _parts(match_ids):
        where = and_(matches.c.organisation_id == organisation_id, matches.c.id.in_(part))
        due = and_(where, matches.c.state.in_([one.value for one in expected]))
        ids = list(connection.execute(select(matches.c.id).where(due)).scalars())
        if not ids:
            continue
        connection.execute(
            update(matches)
            .where(matches.c.organisation_id == organisation_id, matches.c.id.in_(ids))
            .values(state=state.value)
        )
        _note(connection, organisation_id, ids, state, by, reason, now)
        moved += ids
    return moved


def _note(
    connection: Connection, organisation_id: UUID, ids: Sequence[UUID], state: MatchState, by: str, reason: str,
    now: datetime,
) -> None:  # fmt: skip
    query = (
        select(match_states.c.match_id, func.max(match_states.c.sequence))
        .where(match_states.c.organisation_id == organisation_id, match_states.c.match_id.in_(ids))
        .group_by(match_states.c.match_id)
    )
    last = {row[0]: row[1] for row in connection.execute(query)}
    connection.execute(
        match_states.insert(),
        [
            {
                "organisation_id": organisation_id, "match_id": own, "sequence": last.get(own, 0) + 1,
                "state": state.value, "by": by, "reason": reason, "at": now,
            }
            for own in ids
        ],
    )  # fmt: skip


def set_post_status(
    connection: Connection, organisation_id: UUID, receipt_ids: Sequence[UUID], post_status: PostStatus, **values: Any
) -> None:
    """`values`: further columns of receipts (status, status_reason...)."""
    for part in _parts(receipt_ids):
        where = and_(receipts.c.organisation_id == organisation_id, receipts.c.id.in_(part))
        connection.execute(
            update(receipts)
            .where(where)
            .values(post_status=post_status.value, revision=receipts.c.revision + 1, **values)
        )


def free_receipts(connection: Connection, organisation_id: UUID, receipt_ids: Sequence[UUID], reason: str) -> None:
    """They wait for an answer again, with all that the ledger leaves of them."""
    set_post_status(
        connection, organisation_id, receipt_ids, PostStatus.NONE, status="unmatched", status_reason=reason,
        unapplied_minor=receipts.c.open_minor,
    )  # fmt: skip


def sight_own(connection: Connection, organisation_id: UUID, rows: Sequence[Mapping[str, Any]], now: datetime) -> None:
    """Records that we wrote are sightings of the receipts they came from, from the moment on that we know their ids.

    Each row: connection_id, record_kind, external_id, receipt_id, currency, amount_minor, seen_on.
    """
    fixed = {
        "organisation_id": organisation_id, "kind": SightingKind.LEDGER.value, "reason": "Posted by Tieout.",
        "recorded_at": now,
    }  # fmt: skip
    insert_new(connection, sightings, [{**row, **fixed} for row in rows])


def _parts(ids: Sequence[UUID]) -> list[Sequence[UUID]]:
    return [ids[start : start + _PARTS] for start in range(0, len(ids), _PARTS)]
