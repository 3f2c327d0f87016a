"""What Settings, Posting shows: books and sources of an entity, accounts to choose from, versions and stops."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, Row, and_, exists, or_, select
from sqlalchemy.orm import aliased

from store.payloads import Unreadable, payload
from store.scope import Scope
from store.tables.intake import records
from store.tables.matching import receipts
from store.tables.posting import posting_rules, posting_stops
from store.tables.pulled import NOUN_NAMED
from store.tables.tenancy import connections, entities

_accounts = NOUN_NAMED["accounts"].table
_taxes = NOUN_NAMED["tax_rates"].table


class _Item(msgspec.Struct, rename="pascal"):
    """What of a kept product or service is looked at."""

    name: str = ""
    full_name: str = msgspec.field(default="", name="FullyQualifiedName")
    active: bool = True


def books(connection: Connection, organisation_id: UUID, entity_id: UUID | None = None) -> list[Row[Any]]:
    """Connections that are posted to, with their entity's name: ledgers, and processors of an entity without a ledger."""
    ledgers = aliased(connections)
    has_ledger = exists(
        select(ledgers.c.id).where(
            ledgers.c.organisation_id == connections.c.organisation_id,
            ledgers.c.entity_id == connections.c.entity_id,
            ledgers.c.role == "books",
        )
    )
    own = or_(connections.c.role == "books", and_(connections.c.role == "processor", ~has_ledger))
    return _connections(connection, organisation_id, entity_id, own)


def sources(connection: Connection, organisation_id: UUID, entity_id: UUID | None) -> list[Row[Any]]:
    """Where money comes in, of an entity or of all: processors and bank accounts."""
    return _connections(connection, organisation_id, entity_id, connections.c.role.in_(("processor", "statement")))


def _connections(connection: Connection, organisation_id: UUID, entity_id: UUID | None, which: Any) -> list[Row[Any]]:
    whose = and_(entities.c.organisation_id == connections.c.organisation_id, entities.c.id == connections.c.entity_id)
    query = (
        select(connections, entities.c.name.label("entity_name"), entities.c.home_currency)
        .join_from(connections, entities, whose)
        .where(connections.c.organisation_id == organisation_id, which)
        .order_by(entities.c.name, connections.c.role, connections.c.company_name, connections.c.id)
    )
    if entity_id is not None:
        query = query.where(connections.c.entity_id == entity_id)
    return list(connection.execute(query))


def accounts(connection: Connection, organisation_id: UUID, connection_id: UUID) -> list[Row[Any]]:
    """Accounts of the books that can be chosen, in the chart's order."""
    query = select(
        _accounts.c.external_id, _accounts.c.name, _accounts.c.code, _accounts.c.kind, _accounts.c.currency,
        _accounts.c.status, _accounts.c.system_role,
    ).where(
        _accounts.c.organisation_id == organisation_id, _accounts.c.connection_id == connection_id,
        _accounts.c.gone_at.is_(None), _accounts.c.status == "active",
    )  # fmt: skip
    order = (_accounts.c.kind, _accounts.c.code.nulls_last(), _accounts.c.name, _accounts.c.external_id)
    return list(connection.execute(query.order_by(*order)))


def tax_codes(connection: Connection, organisation_id: UUID, connection_id: UUID) -> list[Row[Any]]:
    query = select(_taxes.c.external_id, _taxes.c.name, _taxes.c.rate).where(
        _taxes.c.organisation_id == organisation_id, _taxes.c.connection_id == connection_id,
        _taxes.c.gone_at.is_(None), _taxes.c.status == "active",
    )  # fmt: skip
    return list(connection.execute(query.order_by(_taxes.c.name, _taxes.c.external_id)))


def items(connection: Connection, scope: Scope) -> dict[str, str]:
    """QuickBooks' products and services that can be chosen: id to name, in the order of their names."""
    query = select(records).where(scope.where(records), records.c.kind == "Item", records.c.deleted.is_(False))
    found: dict[str, str] = {}
    for row in connection.execute(query):
        try:
            content = msgspec.json.decode(payload(connection, row), type=_Item)
        except (msgspec.DecodeError, UnicodeDecodeError, Unreadable):  # it cannot be chosen
            continue
        if content.active:
            found[row.external_id] = content.full_name or content.name or row.external_id
    return dict(sorted(found.items(), key=lambda one: one[1].casefold()))


def currencies(connection: Connection, organisation_id: UUID, entity_id: UUID) -> list[tuple[UUID, str]]:
    """In which currencies each source has brought money in: as settled, where that is known."""
    settled = select(receipts.c.connection_id, receipts.c.settled_currency).where(
        receipts.c.organisation_id == organisation_id,
        receipts.c.entity_id == entity_id,
        receipts.c.settled_currency.is_not(None),
    )
    plain = select(receipts.c.connection_id, receipts.c.currency).where(
        receipts.c.organisation_id == organisation_id,
        receipts.c.entity_id == entity_id,
        receipts.c.settled_currency.is_(None),
    )
    return sorted({(row[0], row[1]) for row in connection.execute(settled.union(plain))}, key=str)


def versions(connection: Connection, organisation_id: UUID, entity_id: UUID, limit: int) -> list[Row[Any]]:
    """The newest first."""
    query = select(posting_rules).where(
        posting_rules.c.organisation_id == organisation_id, posting_rules.c.entity_id == entity_id
    )
    return list(connection.execute(query.order_by(posting_rules.c.version.desc()).limit(limit)))


def version(connection: Connection, organisation_id: UUID, entity_id: UUID, number: int) -> Row[Any] | None:
    query = select(posting_rules).where(
        posting_rules.c.organisation_id == organisation_id,
        posting_rules.c.entity_id == entity_id,
        posting_rules.c.version == number,
    )
    found: Row[Any] | None = connection.execute(query).one_or_none()
    return found


def stops(connection: Connection, organisation_id: UUID, connection_id: UUID, limit: int) -> list[Row[Any]]:
    """Stops and resumptions, the newest first."""
    query = select(posting_stops).where(
        posting_stops.c.organisation_id == organisation_id, posting_stops.c.connection_id == connection_id
    )
    return list(connection.execute(query.order_by(posting_stops.c.sequence.desc()).limit(limit)))
