"""Receipts: which cash events have none yet, and which have moved on since theirs was written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, and_, case, exists, func, or_, select

from store.queries.own_records import is_ours
from store.scope import Scope
from store.tables.matching import receipts, sightings
from store.tables.pulled import NOUN_NAMED
from store.tables.tenancy import connections

charges = NOUN_NAMED["charges"].table
payments = NOUN_NAMED["payments"].table
movements = NOUN_NAMED["balance_transactions"].table
payout_items = NOUN_NAMED["payout_items"].table
entries = NOUN_NAMED["bank_entries"].table
payouts = NOUN_NAMED["payouts"].table
customers = NOUN_NAMED["customers"].table


def _sighted(table: Any) -> Any:
    return exists().where(
        sightings.c.organisation_id == table.c.organisation_id,
        sightings.c.connection_id == table.c.connection_id,
        sightings.c.record_kind == table.c.record_kind,
        sightings.c.external_id == table.c.external_id,
    )


def charges_without_receipt(connection: Connection, scope: Scope, limit: int) -> list[Row[Any]]:
    """Charges that succeeded and that no receipt has sighted, with their customer's name and e-mail."""
    query = (
        select(charges, customers.c.name.label("customer_name"), customers.c.email.label("customer_email"))
        .select_from(charges.outerjoin(customers, _customer_of(charges)))
        .where(scope.where(charges), charges.c.gone_at.is_(None), charges.c.status == "succeeded", charges.c.captured)
        .where(~_sighted(charges), charges.c.amount_minor > 0)
        .order_by(charges.c.created_at, charges.c.external_id)
        .limit(limit)
    )
    return list(connection.execute(query))


def unapplied_payments_without_receipt(connection: Connection, scope: Scope, limit: int) -> list[Row[Any]]:
    """Payments of the ledger with money left to apply, and the payer's name; what we posted ourselves came from a receipt."""
    query = (
        select(payments, customers.c.name.label("customer_name"), customers.c.email.label("customer_email"))
        .select_from(payments.outerjoin(customers, _customer_of(payments)))
        .where(scope.where(payments), payments.c.gone_at.is_(None), payments.c.status == "open")
        .where(payments.c.kind != "refund", payments.c.unapplied_minor > 0, payments.c.paid_on.is_not(None))
        .where(~_sighted(payments), ~is_ours(payments))
        .order_by(payments.c.paid_on, payments.c.external_id)
        .limit(limit)
    )
    return list(connection.execute(query))


def bank_lines_without_receipt(connection: Connection, scope: Scope, limit: int) -> list[Row[Any]]:
    """Booked lines of statements that brought money, or took back what had come, and that no receipt has sighted."""
    came = and_(entries.c.kind == "credit", entries.c.amount_minor > 0)
    went_back = and_(entries.c.kind == "reversal", entries.c.amount_minor < 0)
    query = (
        select(entries)
        .where(scope.where(entries), entries.c.gone_at.is_(None), entries.c.status == "open")
        .where(or_(came, went_back), entries.c.moved_on.is_not(None))
        .where(~_sighted(entries))
        .order_by(entries.c.moved_on, entries.c.external_id)
        .limit(limit)
    )
    return list(connection.execute(query))


def debits_without_receipt(connection: Connection, scope: Scope, amounts: Sequence[int]) -> list[Row[Any]]:
    """Booked lines of statements that took one of these (negative) amounts and that no receipt has sighted."""
    query = (
        select(entries)
        .where(scope.where(entries), entries.c.gone_at.is_(None), entries.c.status == "open", entries.c.kind == "debit")
        .where(entries.c.amount_minor.in_(amounts), entries.c.moved_on.is_not(None), ~_sighted(entries))
        .order_by(entries.c.moved_on, entries.c.external_id)
    )
    return list(connection.execute(query))


def payouts_pulled_back(connection: Connection, organisation_id: UUID, entity_id: UUID) -> list[Row[Any]]:
    """Negative payouts of an entity: the processor took money from the bank."""
    whose = and_(
        connections.c.organisation_id == payouts.c.organisation_id, connections.c.id == payouts.c.connection_id
    )
    query = (
        select(payouts.c.currency, payouts.c.amount_minor, payouts.c.arrives_on, payouts.c.external_id, connections.c.provider)
        .join_from(payouts, connections, whose)
        .where(payouts.c.organisation_id == organisation_id, connections.c.entity_id == entity_id)
        .where(payouts.c.amount_minor < 0, payouts.c.gone_at.is_(None), payouts.c.arrives_on.is_not(None))
        .where(payouts.c.status.in_(("paid", "in_transit", "pending")))
    )  # fmt: skip
    return list(connection.execute(query))


def _customer_of(table: Any) -> Any:
    return and_(
        customers.c.organisation_id == table.c.organisation_id,
        customers.c.connection_id == table.c.connection_id,
        customers.c.external_id == table.c.customer_external_id,
        customers.c.gone_at.is_(None),
    )


def charge_facts(connection: Connection, scope: Scope, limit: int, after: UUID | None) -> list[Row[Any]]:
    """Receipts of charges beside what the balance and the payouts say of them by now, where that differs."""
    query = (
        select(
            receipts.c.id,
            func.min(movements.c.gross_minor).label("settled_minor"),
            func.min(movements.c.currency).label("settled_currency"),
            func.min(movements.c.fee_minor).label("fee_minor"),
            func.min(payout_items.c.payout_external_id).label("payout_external_id"),
        )
        .select_from(
            receipts.join(
                charges,
                and_(
                    charges.c.organisation_id == receipts.c.organisation_id,
                    charges.c.connection_id == receipts.c.connection_id,
                    charges.c.external_id == receipts.c.external_id,
                ),
            )
            .outerjoin(
                movements,
                and_(
                    movements.c.organisation_id == charges.c.organisation_id,
                    movements.c.connection_id == charges.c.connection_id,
                    movements.c.external_id == charges.c.balance_transaction,
                ),
            )
            .outerjoin(
                payout_items,
                and_(
                    payout_items.c.organisation_id == charges.c.organisation_id,
                    payout_items.c.connection_id == charges.c.connection_id,
                    payout_items.c.balance_transaction == charges.c.balance_transaction,
                    payout_items.c.gone_at.is_(None),
                ),
            )
        )
        .where(scope.where(receipts))
        .where(
            or_(
                and_(receipts.c.fee_minor.is_(None), movements.c.fee_minor.is_not(None)),
                and_(receipts.c.payout_external_id.is_(None), payout_items.c.payout_external_id.is_not(None)),
            )
        )
        .group_by(receipts.c.id)
        .order_by(receipts.c.id)
        .limit(limit)
    )
    if after is not None:
        query = query.where(receipts.c.id > after)
    return list(connection.execute(query))


def charges_that_failed(connection: Connection, scope: Scope) -> list[Row[Any]]:
    """Receipts that count as recorded elsewhere, of charges that failed after they had succeeded: bank debits may."""
    query = (
        select(receipts.c.id)
        .join_from(
            receipts,
            charges,
            and_(
                charges.c.organisation_id == receipts.c.organisation_id,
                charges.c.connection_id == receipts.c.connection_id,
                charges.c.record_kind == receipts.c.record_kind,
                charges.c.external_id == receipts.c.external_id,
            ),
        )
        .where(scope.where(receipts), receipts.c.status == "already_recorded", receipts.c.post_status == "none")
        .where(charges.c.status == "failed", charges.c.gone_at.is_(None))
    )
    return list(connection.execute(query))


def payments_that_moved(connection: Connection, scope: Scope, limit: int) -> list[Row[Any]]:
    """Receipts of ledger payments whose unapplied part is another by now, or which are gone."""
    left = case((payments.c.gone_at.is_(None) & (payments.c.status == "open"), payments.c.unapplied_minor), else_=0)
    gone = or_(payments.c.gone_at.is_not(None), payments.c.status != "open")
    query = (
        select(
            receipts.c.id,
            receipts.c.status,
            receipts.c.post_status,
            left.label("open_minor"),
            gone.label("gone"),
            payments.c.amount_minor,
            payments.c.currency,
        )
        .join_from(
            receipts,
            payments,
            and_(
                payments.c.organisation_id == receipts.c.organisation_id,
                payments.c.connection_id == receipts.c.connection_id,
                payments.c.record_kind == receipts.c.record_kind,
                payments.c.external_id == receipts.c.external_id,
            ),
        )
        .where(
            scope.where(receipts),
            or_(receipts.c.open_minor != left, receipts.c.amount_minor != payments.c.amount_minor),
        )
        .limit(limit)
    )
    return list(connection.execute(query))


def recorded_no_more(connection: Connection, organisation_id: UUID, entity_id: UUID) -> list[Row[Any]]:
    """Receipts with a ledger's record that is void, deleted, gone, or another by now: (id, status, the sighting)."""
    alive = [_stands(payments, payments.c.paid_on), _stands(entries, entries.c.moved_on)]
    query = (
        select(
            receipts.c.id,
            receipts.c.status,
            sightings.c.connection_id,
            sightings.c.record_kind,
            sightings.c.external_id,
        )
        .join_from(
            receipts,
            sightings,
            and_(sightings.c.organisation_id == receipts.c.organisation_id, sightings.c.receipt_id == receipts.c.id),
        )
        .where(receipts.c.organisation_id == organisation_id, receipts.c.entity_id == entity_id)
        .where(receipts.c.status.in_(("already_recorded", "payout")), sightings.c.kind == "ledger")
        .where(sightings.c.external_id != receipts.c.external_id, ~or_(*alive))
    )
    return list(connection.execute(query))


def _stands(table: Any, day: Any) -> Any:
    """As it was when it was recognised: its amount and its day too."""
    return exists().where(
        table.c.organisation_id == sightings.c.organisation_id,
        table.c.connection_id == sightings.c.connection_id,
        table.c.record_kind == sightings.c.record_kind,
        table.c.external_id == sightings.c.external_id,
        table.c.gone_at.is_(None),
        table.c.status == "open",
        table.c.amount_minor == sightings.c.amount_minor,
        table.c.currency == sightings.c.currency,
        func.coalesce(day, sightings.c.seen_on) == sightings.c.seen_on,
    )
