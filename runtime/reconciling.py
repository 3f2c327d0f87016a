"""Matching an entity from the outside: found by itself, or by one of its connections."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec

from ledger.faults import NotFound
from reconcile.books.run import Reconciled, reconcile_entity
from reconcile.policy import DEFAULT, Policy
from runtime.passes import load_row
from runtime.wiring import App
from store import tenancy


def reconcile_entity_of(app: App, organisation_id: UUID, connection_id: UUID) -> Reconciled:
    """Matches the entity that a connection belongs to."""
    return reconcile_one(app, organisation_id, load_row(app, organisation_id, connection_id).entity_id)


def reconcile_one(app: App, organisation_id: UUID, entity_id: UUID) -> Reconciled:
    with app.database.read() as connection:
        entity = _entity(tenancy.list_entities(connection, organisation_id), entity_id)
        policy = policy_of(tenancy.find_organisation(connection, str(organisation_id)))
    return reconcile_entity(app.database, organisation_id, entity, policy, app.clock.now)


def policy_of(organisation: Any) -> Policy:
    """The organisation's own policy: what it has changed, over the defaults."""
    return msgspec.structs.replace(DEFAULT, **organisation.policy.get("matching", {}))


def _entity(rows: list[Any], entity_id: UUID) -> Any:
    found = next((row for row in rows if row.id == entity_id), None)
    if found is None:
        raise NotFound("This entity does not exist any more.")
    return found
