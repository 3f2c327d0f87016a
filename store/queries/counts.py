"""Counts for summaries."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Connection, func, select

from store.tables.matching import receipts


def receipts_by_status(connection: Connection, organisation_id: UUID, entity_id: UUID | None = None) -> dict[str, int]:
    query = select(receipts.c.status, func.count()).where(receipts.c.organisation_id == organisation_id)
    if entity_id is not None:
        query = query.where(receipts.c.entity_id == entity_id)
    rows = connection.execute(query.group_by(receipts.c.status).order_by(receipts.c.status))
    return {row[0]: int(row[1]) for row in rows}
