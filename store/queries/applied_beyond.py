"""A processor's applications that its invoice no longer bears out: more is applied than the invoice says is settled.

A payment that is taken off an invoice later, or that fails after it had succeeded, changes the invoice; of the application
itself a list by creation tells nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Table, and_, case, or_, select

from store import bulk
from store.incoming import Key
from store.scope import Scope
from store.sums import compared_sum, exact_sum
from store.tables.intake import records
from store.tables.pulled import NOUN_NAMED

_invoices = NOUN_NAMED["invoices"].table
_allocations = NOUN_NAMED["allocations"].table
_links = NOUN_NAMED["payment_links"].table
_stands = and_(
    _allocations.c.target_kind == "invoice", _allocations.c.gone_at.is_(None), _allocations.c.reversed_on.is_(None)
)
_settled = case((_invoices.c.status == "void", 0), else_=_invoices.c.total_minor - _invoices.c.open_amount_minor)
"""Of a void invoice nothing is."""
_SECOND = timedelta(seconds=1)  # an event's stamp is a whole second: what was read within it may be from before


def links_beyond(
    connection: Connection, scope: Scope, *, since: datetime | None = None, among: Collection[Key] | None = None
) -> list[Key]:
    """Paid links to read again, (kind, id): of invoices with more applied than they say, and seen before the invoice was.

    One that was read later than its invoice is not named again until the invoice changes. among: invoices of these
    records; else those that are open, and all that were written `since`.
    """
    bulk.plan_afresh(connection)
    if _first(connection, scope, _links) is None:
        return []
    is_open = _invoices.c.status == "open"
    if among is None:
        chosen = is_open if since is None else or_(is_open, _invoices.c.recorded_at >= since)
        return sorted(_found(connection, scope, chosen))
    kind = _first(connection, scope, _invoices)
    ids = sorted({record_id for record_kind, record_id in among if record_kind == kind})
    less = _settled_for_less(connection, scope, ids) if ids else []
    return sorted(_found(connection, scope, bulk.among(connection, _invoices.c.external_id, less))) if less else []


def _first(connection: Connection, scope: Scope, table: Table) -> str | None:
    """The kind of the records that the table's values come from: one processor has one for each."""
    found: str | None = connection.execute(select(table.c.record_kind).where(scope.where(table)).limit(1)).scalar()
    return found


def _settled_for_less(connection: Connection, scope: Scope, ids: Sequence[str]) -> list[str]:
    """Of these invoices those with more applied than settled, each table looked at by itself.

    They were written a moment ago, and while PostgreSQL has not counted that it takes each table for a row or two: joined,
    it once compared everything with everything for minutes.
    """
    stands = and_(scope.where(_allocations), _stands, bulk.among(connection, _allocations.c.target_external_id, ids))
    sums = select(_allocations.c.target_external_id, exact_sum(_allocations.c.amount_minor)).where(stands)
    applied = {row[0]: int(row[1]) for row in connection.execute(sums.group_by(_allocations.c.target_external_id))}
    if not applied:
        return []
    own = and_(scope.where(_invoices), _invoices.c.gone_at.is_(None))
    chosen = bulk.among(connection, _invoices.c.external_id, sorted(applied))
    rows = connection.execute(select(_invoices.c.external_id, _settled.label("settled")).where(own, chosen))
    return sorted(row.external_id for row in rows if applied[row.external_id] > row.settled)


def _found(connection: Connection, scope: Scope, chosen: Any) -> set[Key]:
    beyond = _beyond(scope, chosen)
    link, invoice = records.alias("link"), records.alias("invoice")
    query = (
        select(_links.c.record_kind, _links.c.record_id, link.c.seen_at, invoice.c.seen_at.label("invoice_seen_at"))
        .join_from(beyond, _links, and_(scope.where(_links), _links.c.invoice_external_id == beyond.c.external_id))
        .join(link, _of(scope, link, _links.c.record_kind, _links.c.record_id))
        .join(invoice, _of(scope, invoice, beyond.c.record_kind, beyond.c.record_id))
        .where(_links.c.gone_at.is_(None), _links.c.status == "paid")
    )
    rows = connection.execute(query)
    return {(row.record_kind, row.record_id) for row in rows if row.seen_at < row.invoice_seen_at + _SECOND}


def applied_to(scope: Scope) -> Any:
    """Joins an invoice with what stands applied to it."""
    return and_(scope.where(_allocations), _allocations.c.target_external_id == _invoices.c.external_id, _stands)


def _beyond(scope: Scope, chosen: Any) -> Any:
    """Invoices of which less is settled than what stands applied to them."""
    keys = (_invoices.c.external_id, _invoices.c.record_kind, _invoices.c.record_id)
    return (
        select(*keys)
        .join_from(_invoices, _allocations, applied_to(scope))
        .where(scope.where(_invoices), _invoices.c.gone_at.is_(None), chosen)
        .group_by(*keys, _invoices.c.status, _invoices.c.total_minor, _invoices.c.open_amount_minor)
        .having(compared_sum(_allocations.c.amount_minor) > _settled)
        .subquery()
    )


def _of(scope: Scope, table: Any, kind: Any, record_id: Any) -> Any:
    return and_(scope.where(table), table.c.kind == kind, table.c.external_id == record_id)
