"""What the connections page counts beside each connection, and the findings."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, and_, case, func, select

from store.tables.intake import findings, records
from store.tables.tenancy import connections, entities

_WORST_FIRST = case((findings.c.severity == "error", 0), (findings.c.severity == "warning", 1), else_=2)


def listed(connection: Connection, organisation_id: UUID) -> list[Row[Any]]:
    """Connections with their entity's name: ledgers first."""
    whose = and_(entities.c.organisation_id == connections.c.organisation_id, entities.c.id == connections.c.entity_id)
    query = (
        select(connections, entities.c.name.label("entity_name"))
        .join_from(connections, entities, whose)
        .where(connections.c.organisation_id == organisation_id)
        .order_by(connections.c.role, connections.c.company_name, connections.c.id)
    )
    return list(connection.execute(query))


def record_counts(connection: Connection, organisation_id: UUID) -> list[Row[Any]]:
    query = (
        select(records.c.connection_id, records.c.kind, func.count().label("records"))
        .where(records.c.organisation_id == organisation_id, records.c.deleted.is_(False))
        .group_by(records.c.connection_id, records.c.kind)
        .order_by(records.c.connection_id, records.c.kind)
    )
    return list(connection.execute(query))


def finding_counts(connection: Connection, organisation_id: UUID) -> dict[UUID, int]:
    query = (
        select(findings.c.connection_id, func.count())
        .where(findings.c.organisation_id == organisation_id, findings.c.settled_at.is_(None))
        .group_by(findings.c.connection_id)
    )
    return {row[0]: int(row[1]) for row in connection.execute(query)}


def findings_page(
    connection: Connection, organisation_id: UUID, connection_id: UUID | None, *, limit: int, offset: int
) -> list[Row[Any]]:
    """Findings that stand, the worst first."""
    whose = and_(
        connections.c.organisation_id == findings.c.organisation_id, connections.c.id == findings.c.connection_id
    )
    query = (
        select(findings, connections.c.provider, connections.c.company_name)
        .join_from(findings, connections, whose)
        .where(findings.c.organisation_id == organisation_id, findings.c.settled_at.is_(None))
    )
    if connection_id is not None:
        query = query.where(findings.c.connection_id == connection_id)
    query = query.order_by(_WORST_FIRST, findings.c.last_seen_at.desc(), findings.c.record_kind, findings.c.external_id)
    return list(connection.execute(query.limit(limit).offset(offset)))
