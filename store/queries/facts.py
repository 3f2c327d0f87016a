"""What a mapping has to know of a connection: its entity's home currency and zone, and which accounts are which."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, and_, bindparam, select

from ledger.account import Account
from store.scope import Scope, of_keys
from store.tables.pulled import NOUN_NAMED
from store.tables.tenancy import connections, entities
from store.values import from_row

_accounts = NOUN_NAMED["accounts"].table
_entity_of = and_(entities.c.organisation_id == connections.c.organisation_id, entities.c.id == connections.c.entity_id)
_COMPANY = (
    select(connections.c.provider, connections.c.company_id, entities.c.home_currency, entities.c.time_zone)
    .join_from(connections, entities, _entity_of)
    .where(
        connections.c.organisation_id == bindparam("organisation_id"), connections.c.id == bindparam("connection_id")
    )
)
_NAMED = select(_accounts.c.external_id, _accounts.c.kind, _accounts.c.currency).where(
    of_keys(_accounts), _accounts.c.kind.in_(("receivable", "bank")), _accounts.c.gone_at.is_(None)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingFacts:
    provider: str
    company_id: str
    home_currency: str
    time_zone: str
    receivable_accounts: frozenset[str]
    bank_accounts: frozenset[str]
    account_currencies: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class WritingFacts:
    """What is known of the books that are written to. accounts: the whole chart as it was last read."""

    home_currency: str
    time_zone: str
    country: str
    accounts: tuple[Account, ...]


def writing_facts(connection: Connection, scope: Scope) -> WritingFacts:
    row = connection.execute(
        select(entities.c.home_currency, entities.c.time_zone, entities.c.country)
        .join_from(connections, entities, _entity_of)
        .where(connections.c.organisation_id == scope.organisation_id, connections.c.id == scope.connection_id)
    ).one()
    query = select(_accounts).where(scope.where(_accounts), _accounts.c.gone_at.is_(None))
    accounts = connection.execute(query.order_by(_accounts.c.external_id)).mappings()
    return WritingFacts(
        home_currency=row.home_currency,
        time_zone=row.time_zone,
        country=row.country or "",
        accounts=tuple(from_row(Account, dict(one)) for one in accounts),
    )


def mapping_facts(connection: Connection, scope: Scope) -> MappingFacts:
    row = connection.execute(_COMPANY, scope.keys()).one()
    accounts = connection.execute(_NAMED, scope.keys()).all()
    return MappingFacts(
        provider=row.provider,
        company_id=row.company_id,
        home_currency=row.home_currency,
        time_zone=row.time_zone,
        receivable_accounts=frozenset(item.external_id for item in accounts if item.kind == "receivable"),
        bank_accounts=frozenset(item.external_id for item in accounts if item.kind == "bank"),
        account_currencies={
            item.external_id: item.currency for item in accounts if item.kind == "bank" and item.currency
        },
    )
