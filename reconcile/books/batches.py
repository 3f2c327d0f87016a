"""Several accepted in one act, which is one transaction, one entry of the audit log and one undo."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from ledger.faults import Conflict, NotFound, Refused
from ledger.match import MatchState
from reconcile.books.decisions import Deciding
from store import tenancy
from store.audit import Act, record
from store.database import Connection
from store.matches import batch_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What became of the chosen ones. awaiting: a second person must accept them too. left: they had changed."""

    id: UUID
    approved: tuple[UUID, ...]
    awaiting: tuple[UUID, ...]
    left: tuple[UUID, ...]


def accept_many(deciding: Deciding, chosen: Sequence[tuple[UUID, int]], *, now: datetime) -> Batch:
    """Accepts each of (match, revision seen); what was decided on or changed meanwhile is left as it stands."""
    batch_id = tenancy.new_id(now)
    found: dict[MatchState | None, list[UUID]] = {MatchState.APPROVED: [], MatchState.AWAITING: [], None: []}
    with deciding.alone() as connection:
        for match_id, seen in chosen:
            found[_accept(deciding, connection, match_id, seen, batch_id, now)].append(match_id)
        done = found[MatchState.APPROVED] + found[MatchState.AWAITING]
        if done:
            _audit(
                deciding, connection, "match.accept_many", batch_id, f"{_matches(done)} accepted together.", done, now
            )
    return Batch(
        id=batch_id,
        approved=tuple(found[MatchState.APPROVED]),
        awaiting=tuple(found[MatchState.AWAITING]),
        left=tuple(found[None]),
    )


def undo_batch(deciding: Deciding, batch_id: UUID, *, now: datetime) -> tuple[int, int]:
    """Takes back what still stands of it; gives how many were undone and how many could not be. Raises NotFound."""
    undone, left = [], 0
    with deciding.alone() as connection:
        rows = batch_of(connection, deciding.organisation_id, batch_id)
        if not rows:
            raise NotFound("Nothing of these matches is left to undo.")
        for row in rows:
            try:
                with connection.begin_nested():
                    deciding.undo_in(connection, row.id, now=now, audited=False)
            except (Conflict, Refused):
                left += 1
            else:
                undone.append(row.id)
        _audit(deciding, connection, "match.undo_many", batch_id, f"{_matches(undone)} undone together.", undone, now)
    return len(undone), left


def _accept(
    deciding: Deciding, connection: Connection, match_id: UUID, seen: int, batch_id: UUID, now: datetime
) -> MatchState | None:
    """The state that it came to, None where it could not be; a refusal leaves nothing behind."""
    try:
        with connection.begin_nested():
            return deciding.accept_in(connection, match_id, seen=seen, now=now, batch_id=batch_id)
    except (Conflict, Refused, NotFound):
        return None


def _audit(
    deciding: Deciding,
    connection: Connection,
    verb: str,
    batch_id: UUID,
    summary: str,
    members: Sequence[UUID],
    now: datetime,
) -> None:
    names = sorted(str(own) for own in members)
    detail = {"matches": names, "members_digest": hashlib.sha256("\n".join(names).encode()).hexdigest()}
    act = Act(
        actor=deciding.actor, verb=verb, object_kind="batch", object_id=str(batch_id), summary=summary, detail=detail
    )
    record(connection, deciding.organisation_id, act, now)


def _matches(members: Sequence[UUID]) -> str:
    return f"{len(members)} {'match' if len(members) == 1 else 'matches'}"
