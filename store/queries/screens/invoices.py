"""Invoices as a list and one by one, and the search for open ones to match by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, Select, and_, func, literal, or_, select

from store.queries.screens.parts import connection_of, contains, customer_of, customers, is_mirror
from store.sums import exact_sum
from store.tables.matching import match_lines, matches, mirrors, receipts
from store.tables.pulled import NOUN_NAMED
from store.tables.tenancy import connections

invoices = NOUN_NAMED["invoices"].table
_credits = NOUN_NAMED["credit_notes"].table
_journals = NOUN_NAMED["journal_lines"].table
allocations = NOUN_NAMED["allocations"].table

STATUSES = ("open", "overdue", "paid", "draft", "void", "uncollectible", "all")
SORTS = ("due", "issued", "number", "customer", "total", "open")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """minor_units: the search text read as an amount, in each number of decimals that a currency may have."""

    organisation_id: UUID
    today: date
    status: str = "open"
    text: str = ""
    minor_units: tuple[int, ...] = ()
    sort: str = "due"
    descending: bool = False
    entity_id: UUID | None = None
    customer_id: UUID | None = None


_COLUMNS = (
    invoices.c.id, invoices.c.number, invoices.c.external_id, invoices.c.status, invoices.c.issued_on, invoices.c.due_on,
    invoices.c.currency, invoices.c.total_minor, invoices.c.open_amount_minor, invoices.c.reference,
    customers.c.id.label("customer_id"), customers.c.name.label("customer_name"), connections.c.provider,
    connections.c.role,
)  # fmt: skip
_ORDER: dict[str, Any] = {
    "due": invoices.c.due_on, "issued": invoices.c.issued_on, "number": invoices.c.number, "customer": customers.c.name,
    "total": invoices.c.total_minor, "open": invoices.c.open_amount_minor,
}  # fmt: skip


def _from(query: Select[Any]) -> Select[Any]:
    return query.select_from(
        invoices.join(connections, connection_of(invoices)).outerjoin(customers, customer_of(invoices))
    )


def _narrowed(query: Select[Any], wanted: Wanted) -> Select[Any]:
    query = _from(query).where(invoices.c.organisation_id == wanted.organisation_id, invoices.c.gone_at.is_(None))
    query = query.where(~is_mirror(invoices))
    if wanted.status == "overdue":
        query = query.where(invoices.c.status == "open", invoices.c.due_on < wanted.today)
    elif wanted.status != "all":
        query = query.where(invoices.c.status == wanted.status)
    if wanted.entity_id is not None:
        query = query.where(connections.c.entity_id == wanted.entity_id)
    if wanted.customer_id is not None:
        query = query.where(customers.c.id == wanted.customer_id)
    if wanted.text:
        fields: list[Any] = [
            contains(field, wanted.text)
            for field in (invoices.c.number, customers.c.name, invoices.c.reference, invoices.c.external_id)
        ]
        if wanted.minor_units:
            fields += [
                invoices.c.open_amount_minor.in_(wanted.minor_units), invoices.c.total_minor.in_(wanted.minor_units)
            ]  # fmt: skip
        query = query.where(or_(*fields))
    return query


def page(connection: Connection, wanted: Wanted, *, limit: int, offset: int) -> list[Row[Any]]:
    column = _ORDER[wanted.sort]
    order = column.desc().nulls_last() if wanted.descending else column.asc().nulls_last()
    query = _narrowed(select(*_COLUMNS), wanted).order_by(order, invoices.c.id)
    return list(connection.execute(query.limit(limit).offset(offset)))


def totals(connection: Connection, wanted: Wanted) -> list[Row[Any]]:
    """How many, and how much is open and in all, by currency."""
    query = select(
        invoices.c.currency, func.count().label("invoices"), exact_sum(invoices.c.total_minor).label("total_minor"),
        exact_sum(invoices.c.open_amount_minor).label("open_minor"),
    )  # fmt: skip
    query = _narrowed(query, wanted).group_by(invoices.c.currency).order_by(invoices.c.currency)
    return list(connection.execute(query))


def find(connection: Connection, organisation_id: UUID, invoice_id: UUID) -> Row[Any] | None:
    query = _from(
        select(
            invoices, customers.c.id.label("customer_id"), customers.c.name.label("customer_name"),
            connections.c.provider, connections.c.role, connections.c.company_name, connections.c.entity_id,
        )
    )  # fmt: skip
    found: Row[Any] | None = connection.execute(
        query.where(invoices.c.organisation_id == organisation_id, invoices.c.id == invoice_id)
    ).one_or_none()
    return found


def allocations_to(connection: Connection, organisation_id: UUID, invoice: Any) -> list[Row[Any]]:
    """What the books have applied to it, with the day of the credit or journal behind it (source_on)."""
    query = (
        select(allocations, func.coalesce(_credits.c.issued_on, _journals.c.posted_on).label("source_on"))
        .outerjoin_from(allocations, _credits, _is_source(_credits, "credit_note"))
        .outerjoin(_journals, _is_source(_journals, "journal"))
        .where(allocations.c.organisation_id == organisation_id, allocations.c.connection_id == invoice.connection_id)
        .where(allocations.c.target_kind == "invoice", allocations.c.target_external_id == invoice.external_id)
        .where(allocations.c.gone_at.is_(None))
        .order_by(allocations.c.applied_on, allocations.c.external_id)
    )
    return list(connection.execute(query))


def _is_source(table: Any, kind: str) -> Any:
    return and_(
        table.c.organisation_id == allocations.c.organisation_id, table.c.connection_id == allocations.c.connection_id,
        table.c.external_id == allocations.c.source_external_id, allocations.c.source_kind == kind,
    )  # fmt: skip


def matches_of(connection: Connection, organisation_id: UUID, invoice_id: UUID) -> list[Row[Any]]:
    """Matches that name the invoice and are not withdrawn, with their receipts."""
    lines = and_(match_lines.c.organisation_id == matches.c.organisation_id, match_lines.c.match_id == matches.c.id)
    own = and_(receipts.c.organisation_id == matches.c.organisation_id, receipts.c.id == matches.c.receipt_id)
    query = (
        select(
            matches.c.id, matches.c.state, matches.c.reason, matches.c.decided_by, matches.c.decided_at, matches.c.rank,
            match_lines.c.applied_minor, match_lines.c.currency, receipts.c.id.label("receipt_id"),
            receipts.c.received_on, receipts.c.payer_name, receipts.c.amount_minor.label("receipt_minor"),
            receipts.c.currency.label("receipt_currency"),
        )
        .select_from(match_lines.join(matches, lines).join(receipts, own))
        .where(match_lines.c.organisation_id == organisation_id, match_lines.c.document_id == invoice_id)
        .where(matches.c.state != "withdrawn")
        .order_by(matches.c.recorded_at.desc(), matches.c.id)
    )  # fmt: skip
    return list(connection.execute(query))


def links_of(connection: Connection, organisation_id: UUID, invoice_id: UUID) -> list[Row[Any]]:
    """Documents that are, or were said not to be, the same debt; `other_is` says which of the two it is."""
    found: list[Row[Any]] = []
    for own, other, name in (
        (mirrors.c.primary_id, mirrors.c.mirror_id, "mirror"),
        (mirrors.c.mirror_id, mirrors.c.primary_id, "primary"),
    ):
        query = _from(
            select(mirrors, invoices.c.number, invoices.c.external_id, invoices.c.total_minor,
                   invoices.c.open_amount_minor, invoices.c.currency, invoices.c.status.label("document_status"),
                   invoices.c.id.label("other_id"), connections.c.provider, connections.c.company_name)
        )  # fmt: skip
        query = query.add_columns(literal(name).label("other_is")).join(
            mirrors, and_(mirrors.c.organisation_id == invoices.c.organisation_id, other == invoices.c.id)
        )
        query = query.where(mirrors.c.organisation_id == organisation_id, own == invoice_id)
        found += connection.execute(query.order_by(mirrors.c.decided_at))
    return found
