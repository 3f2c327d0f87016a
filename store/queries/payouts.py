"""What payouts carried: their parts with what each goes back to, and sums over all of an entity's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, and_, case, func, select

from store.sums import exact_sum
from store.tables.pulled import NOUN_NAMED
from store.tables.tenancy import connections

_payouts = NOUN_NAMED["payouts"].table
_items = NOUN_NAMED["payout_items"].table
_moves = NOUN_NAMED["balance_transactions"].table
_refunds = NOUN_NAMED["refunds"].table
_disputes = NOUN_NAMED["disputes"].table


@dataclass(frozen=True, slots=True)
class Sum:
    """Of a payout's parts: how many, their nets, and how many have no amount here yet or one in another currency."""

    count: int = 0
    net_minor: int = 0
    unread: int = 0


def payout_of(connection: Connection, receipt: Any) -> Row[Any] | None:
    """The payout that a receipt is, or was paid out in, whichever of its entity's processors sent it."""
    if receipt.payout_external_id is None:
        return None
    whose = and_(
        connections.c.organisation_id == _payouts.c.organisation_id, connections.c.id == _payouts.c.connection_id
    )
    query = (
        select(_payouts, connections.c.provider)
        .join_from(_payouts, connections, whose)
        .where(_payouts.c.organisation_id == receipt.organisation_id, connections.c.entity_id == receipt.entity_id)
        .where(_payouts.c.external_id == receipt.payout_external_id, _payouts.c.gone_at.is_(None))
        .limit(1)
    )
    return connection.execute(query).one_or_none()


def parts(connection: Connection, payout: Any) -> list[Row[Any]]:
    """A payout's parts in the order in which they moved; charge_external_id: the charge behind a refund or dispute."""
    query = (
        select(
            _items.c.connection_id, _items.c.balance_transaction, _items.c.source_external_id, _moves.c.currency,
            _moves.c.gross_minor, _moves.c.fee_minor, _moves.c.net_minor, _moves.c.treatment, _moves.c.type,
            _moves.c.reporting_category, _moves.c.booked_on, _moves.c.description,
            func.coalesce(
                _refunds.c.charge_external_id, _disputes.c.charge_external_id, _items.c.source_external_id
            ).label("charge_external_id"),
        )
        .select_from(
            _items.outerjoin(_moves, _same(_moves, "external_id", "balance_transaction"))
            .outerjoin(_refunds, _same(_refunds, "external_id", "source_external_id"))
            .outerjoin(_disputes, _same(_disputes, "external_id", "source_external_id"))
        )
        .where(_items.c.organisation_id == payout.organisation_id, _items.c.connection_id == payout.connection_id)
        .where(_items.c.payout_external_id == payout.external_id, _items.c.gone_at.is_(None))
        .order_by(_moves.c.booked_on, _items.c.external_id)
    )  # fmt: skip
    return list(connection.execute(query))


def sums(connection: Connection, organisation_id: UUID, entity_id: UUID) -> dict[tuple[UUID, str], Sum]:
    """By (connection, payout)."""
    own = and_(
        _payouts.c.organisation_id == _items.c.organisation_id, _payouts.c.connection_id == _items.c.connection_id
    )
    fits = and_(_moves.c.net_minor.is_not(None), _moves.c.currency == _payouts.c.currency)
    query = (
        select(
            _items.c.connection_id, _items.c.payout_external_id, func.count(),
            exact_sum(case((fits, _moves.c.net_minor), else_=0)), func.sum(case((fits, 0), else_=1)),
        )
        .select_from(
            _items.join(_payouts, and_(own, _payouts.c.external_id == _items.c.payout_external_id))
            .outerjoin(_moves, _same(_moves, "external_id", "balance_transaction"))
            .join(
                connections,
                and_(
                    connections.c.organisation_id == _items.c.organisation_id,
                    connections.c.id == _items.c.connection_id,
                ),
            )
        )
        .where(_items.c.organisation_id == organisation_id, connections.c.entity_id == entity_id)
        .where(_items.c.gone_at.is_(None))
        .group_by(_items.c.connection_id, _items.c.payout_external_id)
    )  # fmt: skip
    return {(row[0], row[1]): Sum(int(row[2]), int(row[3]), int(row[4])) for row in connection.execute(query)}


def _same(table: Any, theirs: str, ours: str) -> Any:
    return and_(
        table.c.organisation_id == _items.c.organisation_id, table.c.connection_id == _items.c.connection_id,
        table.c[theirs] == _items.c[ours], table.c.gone_at.is_(None),
    )  # fmt: skip
