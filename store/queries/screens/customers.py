"""Customers with what they owe, and one customer with all that is open."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, Select, and_, func, or_, select

from ledger.faults import NotFound
from store.queries.screens.parts import connection_of, contains, customers, is_mirror
from store.sums import compared_sum, exact_sum
from store.tables.matching import receipts
from store.tables.pulled import NOUN_NAMED
from store.tables.tenancy import connections

_invoices = NOUN_NAMED["invoices"].table
_payments = NOUN_NAMED["payments"].table
_credits = NOUN_NAMED["credit_notes"].table


def _owing(organisation_id: UUID) -> Any:
    return (
        select(
            _invoices.c.connection_id, _invoices.c.customer_external_id, func.count().label("open_invoices"),
            compared_sum(_invoices.c.open_amount_minor).label("open_minor"),
        )
        .where(_invoices.c.organisation_id == organisation_id, _invoices.c.gone_at.is_(None))
        .where(_invoices.c.status == "open", ~is_mirror(_invoices))
        .group_by(_invoices.c.connection_id, _invoices.c.customer_external_id)
        .subquery()
    )  # fmt: skip


def _narrowed(query: Select[Any], organisation_id: UUID, text: str) -> Select[Any]:
    query = query.where(customers.c.organisation_id == organisation_id, customers.c.gone_at.is_(None))
    query = query.where(customers.c.status != "merged")
    if text:
        fields = (customers.c.name, customers.c.email, customers.c.account_number, customers.c.external_id)
        query = query.where(or_(*(contains(field, text) for field in fields)))
    return query


def count(connection: Connection, organisation_id: UUID, text: str) -> int:
    query = _narrowed(select(func.count()).select_from(customers), organisation_id, text)
    return int(connection.execute(query).scalar_one())


def page(connection: Connection, organisation_id: UUID, text: str, *, limit: int, offset: int) -> list[Row[Any]]:
    """Those who owe first, then by name."""
    owing = _owing(organisation_id)
    joined = customers.join(connections, connection_of(customers)).outerjoin(
        owing,
        and_(
            owing.c.connection_id == customers.c.connection_id,
            owing.c.customer_external_id == customers.c.external_id,
        ),
    )
    query: Select[Any] = select(
        customers.c.id, customers.c.name, customers.c.email, customers.c.status, customers.c.external_id,
        customers.c.connection_id, connections.c.provider, connections.c.role, owing.c.open_invoices,
    ).select_from(joined)  # fmt: skip
    query = _narrowed(query, organisation_id, text)
    query = query.order_by(
        func.coalesce(owing.c.open_minor, 0).desc(), connections.c.role, customers.c.name, customers.c.id
    )
    return list(connection.execute(query.limit(limit).offset(offset)))


def owed_by(connection: Connection, organisation_id: UUID, rows: Sequence[Any]) -> list[Row[Any]]:
    """What customers of a page owe, by currency."""
    if not rows:
        return []
    query = (
        select(
            _invoices.c.connection_id, _invoices.c.customer_external_id, _invoices.c.currency,
            exact_sum(_invoices.c.open_amount_minor).label("open_minor"),
        )
        .where(_invoices.c.organisation_id == organisation_id, _invoices.c.gone_at.is_(None))
        .where(_invoices.c.status == "open", ~is_mirror(_invoices))
        .where(_invoices.c.customer_external_id.in_({row.external_id for row in rows}))
        .group_by(_invoices.c.connection_id, _invoices.c.customer_external_id, _invoices.c.currency)
        .order_by(_invoices.c.currency)
    )  # fmt: skip
    return list(connection.execute(query))


def find(connection: Connection, organisation_id: UUID, customer_id: UUID) -> Row[Any] | None:
    found: Row[Any] | None = connection.execute(
        select(
            customers, connections.c.provider, connections.c.role, connections.c.company_name, connections.c.entity_id
        )
        .join_from(customers, connections, connection_of(customers))
        .where(customers.c.organisation_id == organisation_id, customers.c.id == customer_id)
    ).one_or_none()
    return found


def id_of(connection: Connection, organisation_id: UUID, external_id: str) -> UUID:
    """The standing record by the provider's id, the ledger's first. Raises NotFound."""
    found: UUID | None = connection.execute(
        select(customers.c.id)
        .join_from(customers, connections, connection_of(customers))
        .where(customers.c.organisation_id == organisation_id, customers.c.external_id == external_id)
        .where(customers.c.gone_at.is_(None))
        .order_by(connections.c.role, customers.c.id)
        .limit(1)
    ).scalar_one_or_none()
    if found is None:
        raise NotFound(f"There is no customer {external_id!r} here.")
    return found


def unapplied_payments(connection: Connection, customer: Any) -> list[Row[Any]]:
    query = _of(_payments, customer).where(_payments.c.status == "open", _payments.c.unapplied_minor > 0)
    return list(connection.execute(query.order_by(_payments.c.paid_on, _payments.c.external_id)))


def open_credits(connection: Connection, customer: Any) -> list[Row[Any]]:
    query = _of(_credits, customer).where(_credits.c.status == "open", _credits.c.open_amount_minor > 0)
    return list(connection.execute(query.order_by(_credits.c.issued_on, _credits.c.external_id)))


def receipts_of(connection: Connection, customer: Any, limit: int) -> list[Row[Any]]:
    """The latest receipts whose payer is this customer record."""
    query = _of(receipts, customer, gone=False).order_by(receipts.c.received_on.desc(), receipts.c.id)
    return list(connection.execute(query.limit(limit)))


def _of(table: Any, customer: Any, *, gone: bool = True) -> Select[Any]:
    query = select(table).where(
        table.c.organisation_id == customer.organisation_id,
        table.c.connection_id == customer.connection_id,
        table.c.customer_external_id == customer.external_id,
    )
    return query.where(table.c.gone_at.is_(None)) if gone else query
