"""What the matcher must forget of a payer, and what is remembered again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, select, update

from ledger.faults import NotFound
from store.tables.policies import forgotten


def add_forgotten(connection: Connection, row: Mapping[str, Any]) -> None:
    connection.execute(forgotten.insert().values(**row))


def find_forgotten(connection: Connection, organisation_id: UUID, own_id: UUID) -> Row[Any]:
    """One that still stands. Raises NotFound."""
    where = (
        forgotten.c.organisation_id == organisation_id,
        forgotten.c.id == own_id,
        forgotten.c.restored_at.is_(None),
    )
    row = connection.execute(select(forgotten).where(*where)).one_or_none()
    if row is None:
        raise NotFound("Nothing is forgotten here that could be remembered; look at the customer again.")
    return row


def restore(connection: Connection, organisation_id: UUID, own_id: UUID, *, by: str, now: datetime) -> None:
    where = (forgotten.c.organisation_id == organisation_id, forgotten.c.id == own_id)
    connection.execute(update(forgotten).where(*where).values(restored_by=by, restored_at=now))
