"""What people decided, step by step, and what of it the matcher must forget."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, and_, select

from store.tables.matching import match_lines, match_states, matches, receipts
from store.tables.policies import forgotten


def steps(connection: Connection, organisation_id: UUID, entity_id: UUID) -> list[Row[Any]]:
    """Every state of the matches that somebody has decided on, each match's in order, the first decided first."""
    query = (
        select(
            match_states.c.match_id, match_states.c.sequence, match_states.c.state, match_states.c.by, match_states.c.at
        )
        .join_from(
            match_states,
            matches,
            and_(matches.c.organisation_id == match_states.c.organisation_id, matches.c.id == match_states.c.match_id),
        )
        .where(matches.c.organisation_id == organisation_id, matches.c.entity_id == entity_id)
        .where(matches.c.decided_at.is_not(None))
        .order_by(match_states.c.match_id, match_states.c.sequence)
    )
    return list(connection.execute(query))


def decided_lines(connection: Connection, organisation_id: UUID, entity_id: UUID) -> list[Row[Any]]:
    """Lines of those matches, each beside its receipt."""
    query = (
        select(
            receipts, match_lines.c.match_id, match_lines.c.document_id, match_lines.c.applied_minor,
            match_lines.c.residual_minor, match_lines.c.residual_kind,
        )
        .join_from(
            matches,
            receipts,
            and_(receipts.c.organisation_id == matches.c.organisation_id, receipts.c.id == matches.c.receipt_id),
        )
        .join(
            match_lines,
            and_(match_lines.c.organisation_id == matches.c.organisation_id, match_lines.c.match_id == matches.c.id),
        )
        .where(matches.c.organisation_id == organisation_id, matches.c.entity_id == entity_id)
        .where(matches.c.decided_at.is_not(None))
        .order_by(match_lines.c.match_id, match_lines.c.position)
    )  # fmt: skip
    return list(connection.execute(query))


def forgotten_signs(
    connection: Connection, organisation_id: UUID, customer_ids: Sequence[UUID] | None = None
) -> list[Row[Any]]:
    """What is to be forgotten, of these customers or of all; what was taken back is left out."""
    query = select(forgotten).where(forgotten.c.organisation_id == organisation_id, forgotten.c.restored_at.is_(None))
    if customer_ids is not None:
        query = query.where(forgotten.c.customer_id.in_(customer_ids))
    return list(connection.execute(query.order_by(forgotten.c.forgotten_at, forgotten.c.id)))
