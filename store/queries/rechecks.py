"""What stands open here, by the provider's record: what a nightly re-read holds against the provider."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, Table, and_, func, select, update

from store.scope import Scope
from store.tables.intake import inbox
from store.tables.pulled import NOUN_NAMED
from store.tables.tenancy import connections, entities

# Nouns that may change with no word of it in a change feed, and the states in which they still may.
_MAY_CHANGE = {
    "invoices": ("open", "draft"),
    "payouts": ("pending", "in_transit"),
}


_CAME_TO_NOTHING = ("failed", "canceled")


def held_open(connection: Connection, scope: Scope) -> dict[str, list[str]]:
    """The provider's kind -> ids of its records that are open here; under `payout_items` payouts of which nothing is here
    that they carry.
    """
    found: dict[str, list[str]] = defaultdict(list)
    for name, states in _MAY_CHANGE.items():
        table = NOUN_NAMED[name].table
        for row in connection.execute(_open(table, scope, states)):
            found[row.record_kind].append(row.record_id)
    bare = connection.execute(_bare_payouts(scope)).scalars().all()
    return {**found, "payout_items": list(bare)} if bare else dict(found)


def _bare_payouts(scope: Scope) -> Any:
    payouts, items = NOUN_NAMED["payouts"].table, NOUN_NAMED["payout_items"].table
    carried = select(items.c.id).where(
        scope.where(items), items.c.payout_external_id == payouts.c.external_id, items.c.gone_at.is_(None)
    )
    where = and_(scope.where(payouts), payouts.c.gone_at.is_(None), payouts.c.automatic.is_(True))
    query = select(payouts.c.external_id).where(where, payouts.c.status.not_in(_CAME_TO_NOTHING), ~carried.exists())
    return query.order_by(payouts.c.external_id)


def _open(table: Table, scope: Scope, states: tuple[str, ...]) -> Any:
    where = and_(scope.where(table), table.c.gone_at.is_(None), table.c.status.in_(states))
    return select(table.c.record_kind, table.c.record_id).where(where).order_by(table.c.record_kind, table.c.record_id)


def scheduled(connection: Connection) -> list[Row[Any]]:
    """Every organisation's connections with the zone of their books."""
    whose = and_(entities.c.organisation_id == connections.c.organisation_id, entities.c.id == connections.c.entity_id)
    query = select(connections, entities.c.time_zone).join_from(connections, entities, whose)
    return list(connection.execute(query.order_by(connections.c.organisation_id, connections.c.id)))


def ask_all_to_catch_up(connection: Connection, provider: str, now: datetime) -> None:
    """Every connection of a provider is due for a sync from `now` on."""
    where = and_(connections.c.provider == provider, connections.c.state != "disconnected")
    connection.execute(update(connections).where(where).values(catch_up_at=now))


def last_heard(connection: Connection, organisation_id: UUID) -> dict[UUID, datetime]:
    """connection id -> when its last webhook came."""
    query = (
        select(inbox.c.connection_id, func.max(inbox.c.received_at))
        .where(inbox.c.organisation_id == organisation_id, inbox.c.connection_id.is_not(None))
        .group_by(inbox.c.connection_id)
    )
    return {row[0]: row[1] for row in connection.execute(query)}
