"""When consents end, and the findings that warn of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, and_, select, update

from ledger.finding import Finding
from store.intake import add_findings
from store.scope import Scope
from store.tables.intake import findings
from store.tables.tenancy import connections, token_sets

WARNED = "connection"  # the record kind of findings about a connection itself


def consents(connection: Connection, organisation_id: UUID | None = None) -> list[Row[Any]]:
    """Connections that have tokens, with when those end; of one organisation or of all."""
    whose = and_(
        token_sets.c.organisation_id == connections.c.organisation_id, token_sets.c.id == connections.c.token_set_id
    )
    query = select(connections, token_sets.c.refresh_expires_at, token_sets.c.dead_at, token_sets.c.sealed)
    query = query.join_from(connections, token_sets, whose)
    if organisation_id is not None:
        query = query.where(connections.c.organisation_id == organisation_id)
    return list(connection.execute(query.order_by(connections.c.organisation_id, connections.c.id)))


def set_warnings(
    connection: Connection, scope: Scope, company_id: str, warnings: Mapping[str, Finding | None], now: datetime
) -> None:
    """By code: a finding that stands now, or None where it stands no longer."""
    ended = [code for code, finding in warnings.items() if finding is None]
    where = and_(scope.where(findings), findings.c.record_kind == WARNED, findings.c.external_id == company_id)
    where = and_(where, findings.c.code.in_(ended), findings.c.settled_at.is_(None))
    connection.execute(update(findings).where(where).values(settled_at=now))
    add_findings(connection, scope, [finding for finding in warnings.values() if finding is not None], now)
