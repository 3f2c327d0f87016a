"""What the statements pages list: bank accounts with how far they reach, imports, and an account's lines."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, and_, func, select

from store.scope import Scope
from store.tables.matching import receipts, sightings
from store.tables.pulled import NOUN_NAMED
from store.tables.statements import statement_imports, statement_sheets
from store.tables.tenancy import connections, entities, money_accounts

_entries = NOUN_NAMED["bank_entries"].table


def accounts_shown(connection: Connection, organisation_id: UUID) -> list[Row[Any]]:
    """Each bank account with its entity, how many lines it has, and from when to when they reach."""
    booked = and_(
        _entries.c.organisation_id == connections.c.organisation_id,
        _entries.c.connection_id == connections.c.id,
        _entries.c.gone_at.is_(None),
        _entries.c.status == "open",
    )
    whose = and_(
        money_accounts.c.organisation_id == connections.c.organisation_id,
        money_accounts.c.connection_id == connections.c.id,
    )
    owner = and_(entities.c.organisation_id == connections.c.organisation_id, entities.c.id == connections.c.entity_id)
    columns = (
        connections.c.id, connections.c.company_name, connections.c.last_synced_at, entities.c.name.label("entity_name"),
        money_accounts.c.name, money_accounts.c.external_id.label("number"), money_accounts.c.currency,
    )  # fmt: skip
    query = (
        select(
            *columns,
            func.count(_entries.c.id).label("lines"),
            func.min(_entries.c.moved_on).label("first_on"),
            func.max(_entries.c.moved_on).label("last_on"),
        )
        .select_from(connections.join(money_accounts, whose).join(entities, owner).outerjoin(_entries, booked))
        .where(connections.c.organisation_id == organisation_id, connections.c.role == "statement")
        .group_by(*columns)
        .order_by(entities.c.name, money_accounts.c.name)
    )
    return list(connection.execute(query))


def closing_balances(connection: Connection, organisation_id: UUID) -> dict[UUID, Any]:
    """The newest closing balance that a statement told, by account."""
    query = (
        select(
            statement_sheets.c.connection_id,
            statement_sheets.c.last_on,
            statement_sheets.c.closing_minor,
            statement_sheets.c.currency,
        )
        .where(statement_sheets.c.organisation_id == organisation_id, statement_sheets.c.closing_minor.is_not(None))
        .order_by(statement_sheets.c.last_on, statement_sheets.c.import_id, statement_sheets.c.position)
    )
    return {row.connection_id: row for row in connection.execute(query)}


def imports_shown(connection: Connection, organisation_id: UUID, limit: int) -> list[Row[Any]]:
    """Imports that were confirmed, the newest first; those that were taken back too."""
    columns = [column for column in statement_imports.columns if column.name != "body"]
    query = (
        select(*columns)
        .where(statement_imports.c.organisation_id == organisation_id, statement_imports.c.state != "waiting")
        .order_by(statement_imports.c.at.desc(), statement_imports.c.id)
        .limit(limit)
    )
    return list(connection.execute(query))


def sheets_of(connection: Connection, organisation_id: UUID, import_id: UUID) -> list[Row[Any]]:
    """Statements of an import with their account's name."""
    whose = and_(
        money_accounts.c.organisation_id == statement_sheets.c.organisation_id,
        money_accounts.c.connection_id == statement_sheets.c.connection_id,
    )
    query = (
        select(statement_sheets, money_accounts.c.name, money_accounts.c.external_id.label("account_number"))
        .join_from(statement_sheets, money_accounts, whose)
        .where(statement_sheets.c.organisation_id == organisation_id, statement_sheets.c.import_id == import_id)
        .order_by(statement_sheets.c.position)
    )
    return list(connection.execute(query))


def lines_count(connection: Connection, scope: Scope) -> int:
    query = select(func.count()).select_from(_entries).where(scope.where(_entries), _entries.c.gone_at.is_(None))
    return int(connection.execute(query).scalar_one())


def lines_page(connection: Connection, scope: Scope, *, limit: int, offset: int) -> list[Row[Any]]:
    """An account's lines, the newest first and pending ones on top, with the receipt that each is a sighting of."""
    seen = and_(
        sightings.c.organisation_id == _entries.c.organisation_id,
        sightings.c.connection_id == _entries.c.connection_id,
        sightings.c.record_kind == _entries.c.record_kind,
        sightings.c.external_id == _entries.c.external_id,
    )
    own = and_(receipts.c.organisation_id == sightings.c.organisation_id, receipts.c.id == sightings.c.receipt_id)
    query = (
        select(
            _entries,
            receipts.c.id.label("receipt_id"),
            receipts.c.status.label("receipt_status"),
            receipts.c.post_status,
            receipts.c.status_reason,
        )
        .select_from(_entries.outerjoin(sightings, seen).outerjoin(receipts, own))
        .where(scope.where(_entries), _entries.c.gone_at.is_(None))
        .order_by(_entries.c.moved_on.is_(None).desc(), _entries.c.moved_on.desc(), _entries.c.external_id)
        .limit(limit)
        .offset(offset)
    )
    return list(connection.execute(query))
