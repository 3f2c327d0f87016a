"""Matching an entity from the outside: found by itself, or by one of its connections."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from ledger.faults import NotFound
from reconcile.books.run import Reconciled, reconcile_entity
from runtime.passes import load_row
from runtime.statements import settle_accounts
from runtime.wiring import App
from store import tenancy


def reconcile_entity_of(app: App, organisation_id: UUID, connection_id: UUID) -> Reconciled:
    """Matches the entity that a connection belongs to."""
    return reconcile_one(app, organisation_id, load_row(app, organisation_id, connection_id).entity_id)


def reconcile_one(app: App, organisation_id: UUID, entity_id: UUID) -> Reconciled:
    with app.database.read() as connection:
        entity = _entity(tenancy.list_entities(connection, organisation_id), entity_id)
    settle_accounts(app, organisation_id, entity_id)
    return reconcile_entity(app.database, organisation_id, entity, app.clock.now)


def _entity(rows: list[Any], entity_id: UUID) -> Any:
    found = next((row for row in rows if row.id == entity_id), None)
    if found is None:
        raise NotFound("This entity does not exist any more.")
    return found
