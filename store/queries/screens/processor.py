"""What the pages of a processor's money show: lost disputes, customers to choose from, payouts."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, Select, and_, func, or_, select

from store.queries.screens.parts import contains, customers
from store.tables.posting import postings
from store.tables.processor import posting_parts
from store.tables.pulled import NOUN_NAMED
from store.tables.tenancy import connections

_moves = NOUN_NAMED["balance_transactions"].table
_disputes = NOUN_NAMED["disputes"].table
_payouts = NOUN_NAMED["payouts"].table
_ENDED = ("withdrawn", "undone")


def lost(connection: Connection, organisation_id: UUID, connection_id: UUID) -> list[UUID]:
    """Transactions that withdrew the money of a dispute that was lost since, and whose own posting stands."""
    query = (
        _covered(organisation_id, connection_id, select(_moves.c.id))
        .join(
            _disputes,
            and_(
                _disputes.c.organisation_id == _moves.c.organisation_id,
                _disputes.c.connection_id == _moves.c.connection_id,
                _disputes.c.external_id == _moves.c.source_external_id,
            ),
        )
        .where(postings.c.state.not_in(_ENDED), posting_parts.c.part == "gross")
        .where(_moves.c.reporting_category == "dispute", _disputes.c.status == "lost", _disputes.c.gone_at.is_(None))
    )
    return list(connection.execute(query.order_by(_moves.c.created_at, _moves.c.external_id)).scalars())


def _covered(organisation_id: UUID, connection_id: UUID, query: Select[Any]) -> Select[Any]:
    """Transactions with the parts and postings that hold them."""
    return (
        query.select_from(
            posting_parts.join(
                postings,
                and_(
                    postings.c.organisation_id == posting_parts.c.organisation_id,
                    postings.c.id == posting_parts.c.posting_id,
                ),
            ).join(
                _moves,
                and_(
                    _moves.c.organisation_id == posting_parts.c.organisation_id,
                    _moves.c.id == posting_parts.c.transaction_id,
                ),
            )
        )
        .where(posting_parts.c.organisation_id == organisation_id, _moves.c.connection_id == connection_id)
        .where(posting_parts.c.released_at.is_(None), _moves.c.gone_at.is_(None))
    )


def find_customers(connection: Connection, organisation_id: UUID, books: UUID, text: str, limit: int) -> list[Row[Any]]:
    """Customers of the books whose name, address or id holds the text."""
    fields = (customers.c.name, customers.c.email, customers.c.account_number, customers.c.external_id)
    query = select(customers.c.external_id, customers.c.name, customers.c.email).where(
        customers.c.organisation_id == organisation_id, customers.c.connection_id == books,
        customers.c.gone_at.is_(None), customers.c.status != "merged", or_(*(contains(one, text) for one in fields)),
    )  # fmt: skip
    return list(connection.execute(query.order_by(customers.c.name, customers.c.external_id).limit(limit)))


def count_payouts(connection: Connection, organisation_id: UUID) -> int:
    return int(connection.execute(_listed(select(func.count()), organisation_id)).scalar_one())


def payouts(connection: Connection, organisation_id: UUID, *, limit: int, offset: int) -> list[Row[Any]]:
    """The newest first, each with its processor."""
    query = _listed(select(_payouts, connections.c.provider, connections.c.company_name), organisation_id)
    query = query.order_by(_payouts.c.created_at.desc(), _payouts.c.external_id)
    return list(connection.execute(query.limit(limit).offset(offset)))


def _listed(query: Select[Any], organisation_id: UUID) -> Select[Any]:
    whose = and_(
        connections.c.organisation_id == _payouts.c.organisation_id, connections.c.id == _payouts.c.connection_id
    )
    return query.select_from(_payouts.join(connections, whose)).where(
        _payouts.c.organisation_id == organisation_id, _payouts.c.gone_at.is_(None), connections.c.role == "processor"
    )
