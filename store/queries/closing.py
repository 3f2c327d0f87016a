"""What a period-end pack reads besides the receivables: receipts that wait, the processor's movements, later changes."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, and_, func, or_, select

from store.sums import exact_sum
from store.tables.intake import records
from store.tables.matching import matches, receipts
from store.tables.posting import entries, postings
from store.tables.pulled import NOUN_NAMED
from store.tables.tenancy import connections

_moves = NOUN_NAMED["balance_transactions"].table
_payouts = NOUN_NAMED["payouts"].table
_WAITING = ("unmatched", "suggested", "ambiguous", "parked", "partly_matched", "matched", "duplicate")
_DECIDED = ("awaiting", "approved", "posting", "failed")


def waiting_receipts(connection: Connection, organisation_id: UUID, entity_id: UUID, through: date) -> list[Row[Any]]:
    """Money that came by the day and is in no way settled; `match_state` where somebody decided and it is not posted."""
    decided = and_(
        matches.c.organisation_id == receipts.c.organisation_id, matches.c.receipt_id == receipts.c.id,
        matches.c.state.in_(_DECIDED),
    )  # fmt: skip
    query = (
        select(receipts, matches.c.state.label("match_state"))
        .select_from(receipts.outerjoin(matches, decided))
        .where(receipts.c.organisation_id == organisation_id, receipts.c.entity_id == entity_id)
        .where(receipts.c.received_on <= through, receipts.c.status.in_(_WAITING))
        .where(or_(receipts.c.unapplied_minor != 0, matches.c.state.is_not(None)))
        .order_by(receipts.c.received_on, receipts.c.id)
    )
    return list(connection.execute(query))


def processors(connection: Connection, organisation_id: UUID, entity_id: UUID) -> list[Row[Any]]:
    query = select(connections).where(
        connections.c.organisation_id == organisation_id, connections.c.entity_id == entity_id,
        connections.c.role == "processor", connections.c.state != "disconnected",
    )  # fmt: skip
    return list(connection.execute(query.order_by(connections.c.company_name, connections.c.id)))


def opening(connection: Connection, organisation_id: UUID, connection_id: UUID, first: date) -> dict[str, int]:
    """By currency the balance before a day."""
    query = (
        select(_moves.c.currency, exact_sum(_moves.c.net_minor))
        .where(_moves.c.organisation_id == organisation_id, _moves.c.connection_id == connection_id)
        .where(_moves.c.gone_at.is_(None), _moves.c.booked_on < first)
        .group_by(_moves.c.currency)
    )
    return {row[0]: int(row[1]) for row in connection.execute(query)}


def movements(
    connection: Connection, organisation_id: UUID, connection_id: UUID, first: date, last: date
) -> list[Row[Any]]:
    """By currency and reporting category: how many, gross, fees and net between two days, both included."""
    query = (
        select(
            _moves.c.currency, _moves.c.reporting_category, func.count().label("count"),
            exact_sum(_moves.c.gross_minor).label("gross"), exact_sum(_moves.c.fee_minor).label("fee"),
            exact_sum(_moves.c.net_minor).label("net"),
        )
        .where(_moves.c.organisation_id == organisation_id, _moves.c.connection_id == connection_id)
        .where(_moves.c.gone_at.is_(None), _moves.c.booked_on >= first, _moves.c.booked_on <= last)
        .group_by(_moves.c.currency, _moves.c.reporting_category)
        .order_by(_moves.c.currency, _moves.c.reporting_category)
    )  # fmt: skip
    return list(connection.execute(query))


def in_transit(connection: Connection, organisation_id: UUID, connection_id: UUID, through: date) -> list[Row[Any]]:
    """Payouts that had left the processor by the day and were not at the bank by then."""
    query = (
        select(_payouts)
        .where(_payouts.c.organisation_id == organisation_id, _payouts.c.connection_id == connection_id)
        .where(_payouts.c.gone_at.is_(None), _payouts.c.left_on <= through, _payouts.c.arrives_on > through)
        .where(_payouts.c.status.in_(("paid", "in_transit", "pending")))
        .order_by(_payouts.c.arrives_on, _payouts.c.external_id)
    )
    return list(connection.execute(query))


def posters(connection: Connection, organisation_id: UUID) -> dict[tuple[UUID, str], str]:
    """(connection, external id) of records that Tieout posted -> who approved them."""
    query = (
        select(entries.c.connection_id, entries.c.external_id, postings.c.approved_by)
        .join_from(
            entries,
            postings,
            and_(postings.c.organisation_id == entries.c.organisation_id, postings.c.id == entries.c.posting_id),
        )
        .where(entries.c.organisation_id == organisation_id, entries.c.external_id.is_not(None))
    )
    return {(row[0], row[1]): row[2] for row in connection.execute(query)}


def payload_of(connection: Connection, organisation_id: UUID, connection_id: UUID, kind: str, external_id: str) -> Any:
    """The kept record, whose payload may say who changed it last; None where there is none."""
    query = select(records).where(
        records.c.organisation_id == organisation_id, records.c.connection_id == connection_id,
        records.c.kind == kind, records.c.external_id == external_id,
    )  # fmt: skip
    return connection.execute(query).one_or_none()


def books_of(connection: Connection, organisation_id: UUID, entity_id: UUID) -> Row[Any] | None:
    query = select(connections).where(
        connections.c.organisation_id == organisation_id, connections.c.entity_id == entity_id, connections.c.role == "books",
        connections.c.state != "disconnected",
    )  # fmt: skip
    found: Row[Any] | None = connection.execute(query.limit(1)).one_or_none()
    return found
