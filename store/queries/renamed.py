"""Receipts that still carry a customer's former name."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, and_, exists, select

from ledger.receipt import PostStatus
from store.tables.matching import receipts
from store.tables.pulled import NOUN_NAMED

_customers = NOUN_NAMED["customers"].table
_charges = NOUN_NAMED["charges"].table


def renamed_payers(connection: Connection, organisation_id: UUID, entity_id: UUID) -> list[Row[Any]]:
    """(receipt, the name now, whether nobody has decided on it) where the money itself did not name its payer.

    One that is being posted keeps the name that its entries were planned with until it stands.
    """
    whose = and_(
        _customers.c.organisation_id == receipts.c.organisation_id,
        _customers.c.connection_id == receipts.c.connection_id,
        _customers.c.external_id == receipts.c.customer_external_id,
        _customers.c.gone_at.is_(None),
    )
    named_itself = exists().where(
        _charges.c.organisation_id == receipts.c.organisation_id,
        _charges.c.connection_id == receipts.c.connection_id,
        _charges.c.external_id == receipts.c.external_id,
        _charges.c.payer_name.is_not(None),
    )
    query = (
        select(
            receipts.c.id,
            _customers.c.name.label("payer_name"),
            (receipts.c.post_status == PostStatus.NONE.value).label("undecided"),
        )
        .join_from(receipts, _customers, whose)
        .where(receipts.c.organisation_id == organisation_id, receipts.c.entity_id == entity_id)
        .where(receipts.c.post_status != PostStatus.POSTING.value)
        .where(_customers.c.name != receipts.c.payer_name, _customers.c.name != "")
        .where(~named_itself)
        .order_by(receipts.c.id)
    )
    return list(connection.execute(query))
