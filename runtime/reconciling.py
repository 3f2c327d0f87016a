"""Matching an entity from the outside: found by itself, or by one of its connections."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from ledger.faults import NotFound
from reconcile.books.run import Reconciled, reconcile_entity
from reconcile.books.warm import Warm
from runtime.passes import load_row
from runtime.statements import settle_accounts
from runtime.wiring import App
from store import tenancy

ENTITIES_KEPT = 8
"""Copies of entities in one process: some 3 kB an invoice, so 8 of 15,000 take 400 MB at the worst."""
_kept: dict[tuple[str, UUID, UUID], Warm] = {}


def reconcile_entity_of(app: App, organisation_id: UUID, connection_id: UUID) -> Reconciled:
    """Matches the entity that a connection belongs to."""
    return reconcile_one(app, organisation_id, load_row(app, organisation_id, connection_id).entity_id)


def reconcile_one(app: App, organisation_id: UUID, entity_id: UUID) -> Reconciled:
    with app.database.read() as connection:
        entity = _entity(tenancy.list_entities(connection, organisation_id), entity_id)
    settle_accounts(app, organisation_id, entity_id)
    return reconcile_entity(
        app.database, organisation_id, entity, app.clock.now, _warm(app, organisation_id, entity_id)
    )


def _warm(app: App, organisation_id: UUID, entity_id: UUID) -> Warm:
    """This process's copy of the entity; the one that was not used for longest makes room."""
    key = (str(app.database.url), organisation_id, entity_id)
    warm = _kept.pop(key, None) or Warm()
    _kept[key] = warm
    while len(_kept) > ENTITIES_KEPT:
        del _kept[next(iter(_kept))]
    return warm


def forget() -> None:
    """Lets go of every copy: the next look loads its entity anew."""
    _kept.clear()


def _entity(rows: list[Any], entity_id: UUID) -> Any:
    found = next((row for row in rows if row.id == entity_id), None)
    if found is None:
        raise NotFound("This entity does not exist any more.")
    return found
