"""What a ledger says of its company, taken over into the entity."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Connection, and_, func, select, update

from store.scope import Scope
from store.tables.proving import closes
from store.tables.pulled import NOUN_NAMED
from store.tables.tenancy import connections, entities

_companies = NOUN_NAMED["companies"].table


def take_over_lock_date(connection: Connection, scope: Scope, entity_id: UUID) -> None:
    """The entity's lock date after a sync: see `settle_lock_date`."""
    settle_lock_date(connection, scope.organisation_id, entity_id)


def settle_lock_date(connection: Connection, organisation_id: UUID, entity_id: UUID) -> None:
    """The later of the ledger's own lock and the last period that was signed here; a ledger that names none is open."""
    ledger = connection.execute(
        select(func.max(_companies.c.lock_date))
        .join_from(
            _companies,
            connections,
            and_(
                connections.c.organisation_id == _companies.c.organisation_id,
                connections.c.id == _companies.c.connection_id,
            ),
        )
        .where(_companies.c.organisation_id == organisation_id, connections.c.entity_id == entity_id)
        .where(_companies.c.gone_at.is_(None))
    ).scalar_one_or_none()
    signed = connection.execute(
        select(func.max(closes.c.through)).where(
            closes.c.organisation_id == organisation_id, closes.c.entity_id == entity_id, closes.c.state == "reviewed"
        )
    ).scalar_one_or_none()
    connection.execute(
        update(entities)
        .where(entities.c.organisation_id == organisation_id, entities.c.id == entity_id)
        .values(lock_date=max((day for day in (ledger, signed) if day is not None), default=None))
    )
