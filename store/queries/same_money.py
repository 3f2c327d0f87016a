"""What the books hold on an account in some days, whoever made it, and which of it is spoken for."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, Select, and_, func, or_, select

from store.tables.matching import sightings
from store.tables.posting import entries
from store.tables.pulled import NOUN_NAMED

_payments = NOUN_NAMED["payments"].table
_moves = NOUN_NAMED["bank_entries"].table
_customers = NOUN_NAMED["customers"].table
_PARTS = 500
OURS = "ours"


def payments_into(
    connection: Connection, organisation_id: UUID, connection_id: UUID, account: str, since: date, until: date
) -> list[Row[Any]]:
    """Payments that brought money into the account, each with its customer's name."""
    query = (
        select(_payments, _customers.c.name.label("customer_name"))
        .select_from(_payments.outerjoin(_customers, _owner(_payments)))
        .where(_payments.c.organisation_id == organisation_id, _payments.c.connection_id == connection_id)
        .where(_payments.c.gone_at.is_(None), _payments.c.status == "open", _payments.c.kind != "refund")
        .where(_payments.c.deposit_account == account, _payments.c.paid_on.between(since, until))
        .where(_payments.c.amount_minor > 0)
    )
    return list(connection.execute(query.order_by(_payments.c.paid_on, _payments.c.external_id)))


def moves_into(
    connection: Connection, organisation_id: UUID, connection_id: UUID, account: str, since: date, until: date
) -> list[Row[Any]]:
    """Deposits, money received, transfers and other cash of the books that came into the account."""
    came = or_(
        and_(_moves.c.account == account, _moves.c.amount_minor > 0, _moves.c.kind != "transfer"),
        and_(_moves.c.other_account == account, _moves.c.kind == "transfer"),
    )
    query = (
        select(_moves, _customers.c.name.label("customer_name"))
        .select_from(_moves.outerjoin(_customers, _owner(_moves)))
        .where(_moves.c.organisation_id == organisation_id, _moves.c.connection_id == connection_id)
        .where(_moves.c.gone_at.is_(None), _moves.c.status == "open", came)
        .where(_moves.c.moved_on.between(since, until))
    )
    return list(connection.execute(query.order_by(_moves.c.moved_on, _moves.c.external_id)))


def _owner(table: Any) -> Any:
    return and_(
        _customers.c.organisation_id == table.c.organisation_id,
        _customers.c.connection_id == table.c.connection_id,
        _customers.c.external_id == table.c.customer_external_id,
    )


def spoken_for(
    connection: Connection, organisation_id: UUID, connection_id: UUID, external_ids: Collection[str]
) -> dict[str, UUID | str]:
    """Of these records of the books, those that are a receipt's money already (its id), or that we wrote (OURS)."""
    found: dict[str, UUID | str] = {}
    ids = sorted(external_ids)
    for start in range(0, len(ids), _PARTS):
        part = ids[start : start + _PARTS]
        sighted: Select[Any] = select(sightings.c.external_id, sightings.c.receipt_id).where(
            sightings.c.organisation_id == organisation_id,
            sightings.c.connection_id == connection_id,
            sightings.c.external_id.in_(part),
        )
        ours: Select[Any] = select(entries.c.external_id).where(
            entries.c.organisation_id == organisation_id,
            entries.c.connection_id == connection_id,
            entries.c.external_id.in_(part),
        )
        found |= {row[0]: row[1] for row in connection.execute(sighted)}
        found |= dict.fromkeys(connection.execute(ours).scalars(), OURS)
    return found


def unreconciled(
    connection: Connection, organisation_id: UUID, connection_id: UUID, accounts: Collection[str], until: date
) -> list[Row[Any]]:
    """Entries of ours that stand on these accounts since a day or longer and that the books have not ticked."""
    if not accounts:
        return []
    latest = select(func.max(_payments.c.reconciled)).where(
        _payments.c.organisation_id == entries.c.organisation_id,
        _payments.c.connection_id == entries.c.connection_id,
        or_(_payments.c.external_id == entries.c.external_id, _payments.c.batch_external_id == entries.c.external_id),
        _payments.c.gone_at.is_(None),
    )
    moved = select(func.max(_moves.c.reconciled)).where(
        _moves.c.organisation_id == entries.c.organisation_id,
        _moves.c.connection_id == entries.c.connection_id,
        _moves.c.external_id == entries.c.external_id,
        _moves.c.gone_at.is_(None),
    )
    query = (
        select(entries, latest.scalar_subquery().label("payment_ticked"), moved.scalar_subquery().label("move_ticked"))
        .where(entries.c.organisation_id == organisation_id, entries.c.connection_id == connection_id)
        .where(entries.c.state == "posted", entries.c.account_external_id.in_(sorted(accounts)))
        .where(entries.c.dated_on <= until)
    )
    return list(connection.execute(query.order_by(entries.c.dated_on, entries.c.write_id)))
