"""Authorised money that a processor never captured: it books the whole, and takes the rest back by a refund of its own."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, and_, func, or_, select

from ledger.balance import NOT_CAPTURED
from store.scope import Scope
from store.sums import compared_sum
from store.tables.matching import receipts
from store.tables.pulled import NOUN_NAMED

_charges = NOUN_NAMED["charges"].table
_refunds = NOUN_NAMED["refunds"].table
_moves = NOUN_NAMED["balance_transactions"].table


def refunds_let_go(connection: Connection, organisation_id: UUID) -> set[tuple[UUID, str | None]]:
    """(connection, id) of the refunds that are none: nothing was given back by them."""
    query = select(_moves.c.connection_id, _moves.c.source_external_id).where(
        _moves.c.organisation_id == organisation_id,
        _moves.c.reporting_category == NOT_CAPTURED,
        _moves.c.gone_at.is_(None),
    )
    return {(row[0], row[1]) for row in connection.execute(query)}


def settled_in_part(connection: Connection, scope: Scope) -> list[Row[Any]]:
    """Receipts whose settled amount is not the whole less what was let go, with what it is (settled_minor)."""
    whole: Any = _moves.alias("whole")
    back: Any = _moves.alias("back")
    of_charge = func.coalesce(_refunds.c.charge_external_id, back.c.source_external_id)
    settled = whole.c.gross_minor + compared_sum(back.c.gross_minor)
    query = (
        select(receipts.c.id, settled.label("settled_minor"))
        .select_from(back)
        .outerjoin(_refunds, and_(scope.where(_refunds), _refunds.c.external_id == back.c.source_external_id))
        .join(_charges, and_(scope.where(_charges), _charges.c.external_id == of_charge))
        .join(whole, and_(scope.where(whole), whole.c.external_id == _charges.c.balance_transaction))
        .join(receipts, and_(scope.where(receipts), receipts.c.external_id == _charges.c.external_id))
        .where(scope.where(back), back.c.reporting_category == NOT_CAPTURED, back.c.gone_at.is_(None))
        .where(receipts.c.fee_minor.is_not(None), whole.c.currency == back.c.currency)
        .group_by(receipts.c.id, receipts.c.settled_minor, whole.c.gross_minor)
        .having(or_(receipts.c.settled_minor.is_(None), receipts.c.settled_minor != settled))
    )
    return list(connection.execute(query))
