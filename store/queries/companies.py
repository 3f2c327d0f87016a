"""What a ledger says of its company, taken over into the entity."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Connection, select, update

from store.scope import Scope
from store.tables.pulled import NOUN_NAMED
from store.tables.tenancy import entities

_companies = NOUN_NAMED["companies"].table


def take_over_lock_date(connection: Connection, scope: Scope, entity_id: UUID) -> None:
    """The ledger's lock date becomes the entity's; a ledger that names none leaves it open."""
    row = connection.execute(
        select(_companies.c.lock_date).where(scope.where(_companies), _companies.c.gone_at.is_(None)).limit(1)
    ).one_or_none()
    if row is None:
        return
    connection.execute(
        update(entities)
        .where(entities.c.organisation_id == scope.organisation_id, entities.c.id == entity_id)
        .values(lock_date=row.lock_date)
    )
