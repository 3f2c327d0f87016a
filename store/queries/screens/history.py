"""Who did what, and which of it can still be undone."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Connection, select

from store.tables.matching import matches

_UNDOABLE = ("awaiting", "approved", "declined")


def undoable(connection: Connection, organisation_id: UUID, match_ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """Those of the matches whose decision stands and has not reached the books, with their receipts."""
    query = select(matches.c.id, matches.c.receipt_id).where(
        matches.c.organisation_id == organisation_id, matches.c.id.in_(match_ids), matches.c.state.in_(_UNDOABLE)
    )
    return {row[0]: row[1] for row in connection.execute(query)}


def undoable_batches(connection: Connection, organisation_id: UUID, batch_ids: Sequence[UUID]) -> set[UUID]:
    """Those of the acts of which something still stands that can be undone."""
    query = select(matches.c.batch_id).where(
        matches.c.organisation_id == organisation_id,
        matches.c.batch_id.in_(batch_ids),
        matches.c.state.in_(("awaiting", "approved")),
    )
    return set(connection.execute(query.distinct()).scalars())


def receipts_of(connection: Connection, organisation_id: UUID, match_ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """Match -> receipt."""
    query = select(matches.c.id, matches.c.receipt_id).where(
        matches.c.organisation_id == organisation_id, matches.c.id.in_(match_ids)
    )
    return {row[0]: row[1] for row in connection.execute(query)}
