"""What a ledger says of its company, taken over into the entity."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Connection, and_, func, or_, select, update

from store.scope import Scope
from store.tables.proving import closes
from store.tables.pulled import NOUN_NAMED
from store.tables.tenancy import connections, entities

_companies = NOUN_NAMED["companies"].table


def take_over_lock_date(connection: Connection, scope: Scope, entity_id: UUID) -> None:
    """The entity's lock date after a sync: see `settle_lock_date`."""
    settle_lock_date(connection, scope.organisation_id, entity_id)


def company_notes(connection: Connection, scope: Scope) -> list[str]:
    """What a person should know of how this company is set: that it applies credits by itself, say."""
    query = select(_companies.c.notes).where(scope.where(_companies), _companies.c.gone_at.is_(None))
    return [note for notes in connection.execute(query).scalars() for note in notes or ()]


def connected_elsewhere(connection: Connection, row: Any) -> bool:
    """Whether another connection of this installation reads the same company as `row`, a connection."""
    query = select(connections.c.id).where(
        connections.c.provider == row.provider, connections.c.company_id == row.company_id,
        or_(connections.c.organisation_id != row.organisation_id, connections.c.id != row.id),
    )  # fmt: skip
    return connection.execute(query.limit(1)).first() is not None


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
