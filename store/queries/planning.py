"""What the planning of a posting reads: the books, the cash, the documents by now and as they were decided on."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, and_, exists, func, select

from ledger.faults import NotFound
from ledger.posting import Cause, EntryState, PostingState
from store import bulk
from store.queries.documents import RESERVING
from store.sums import exact_sum
from store.tables.matching import match_lines, matches, sightings
from store.tables.posting import entries, postings
from store.tables.pulled import NOUN_NAMED
from store.tables.tenancy import connections, entities

_accounts = NOUN_NAMED["accounts"].table
_charges = NOUN_NAMED["charges"].table
_companies = NOUN_NAMED["companies"].table
_customers = NOUN_NAMED["customers"].table
_disputes = NOUN_NAMED["disputes"].table
_invoices = NOUN_NAMED["invoices"].table
_moves = NOUN_NAMED["bank_entries"].table
_payments = NOUN_NAMED["payments"].table

WAITING = ("awaiting", "ready", "posting", "failed")
"""States in which a posting's money is promised and not yet an allocation of the books."""


def books_row(connection: Connection, organisation_id: UUID, connection_id: UUID) -> Any:
    """The connection that is written to, with its entity's currency, zone and lock. Raises NotFound."""
    whose = and_(entities.c.organisation_id == connections.c.organisation_id, entities.c.id == connections.c.entity_id)
    query = (
        select(
            connections.c.role, connections.c.provider, connections.c.company_name, connections.c.entity_id,
            entities.c.home_currency, entities.c.lock_date, entities.c.time_zone, entities.c.country,
        )
        .join_from(connections, entities, whose)
        .where(connections.c.organisation_id == organisation_id, connections.c.id == connection_id)
    )  # fmt: skip
    row: Any = connection.execute(query).one_or_none()
    if row is None:
        raise NotFound("This connection does not exist here.")
    return row


def accounts_of(connection: Connection, organisation_id: UUID, connection_id: UUID) -> list[Row[Any]]:
    query = select(_accounts).where(
        _accounts.c.organisation_id == organisation_id,
        _accounts.c.connection_id == connection_id,
        _accounts.c.gone_at.is_(None),
    )
    return list(connection.execute(query.order_by(_accounts.c.external_id)))


def open_amounts(
    connection: Connection, organisation_id: UUID, connection_id: UUID, external_ids: Collection[str]
) -> dict[str, int]:
    """What is open of these invoices as far as the store knows, in their minor units; those it does not know are left out."""
    query = select(_invoices.c.external_id, _invoices.c.open_amount_minor).where(
        _invoices.c.organisation_id == organisation_id, _invoices.c.connection_id == connection_id,
        bulk.among(connection, _invoices.c.external_id, sorted(external_ids)), _invoices.c.gone_at.is_(None),
    )  # fmt: skip
    return {row.external_id: row.open_amount_minor for row in connection.execute(query)}


def company_lock(connection: Connection, organisation_id: UUID, connection_id: UUID) -> date | None:
    """The ledger's own lock, as it was last read."""
    query = select(func.max(_companies.c.lock_date)).where(
        _companies.c.organisation_id == organisation_id,
        _companies.c.connection_id == connection_id,
        _companies.c.gone_at.is_(None),
    )
    found: date | None = connection.execute(query).scalar_one()
    return found


def roles_of(connection: Connection, organisation_id: UUID, entity_id: UUID) -> dict[UUID, str]:
    """The role of each connection of an entity."""
    query = select(connections.c.id, connections.c.role).where(
        connections.c.organisation_id == organisation_id, connections.c.entity_id == entity_id
    )
    return {row.id: row.role for row in connection.execute(query)}


def charge_of(connection: Connection, receipt: Any) -> Row[Any] | None:
    """The charge that a receipt is, with whether it is under a dispute that is not won."""
    disputed = exists().where(
        _disputes.c.organisation_id == _charges.c.organisation_id,
        _disputes.c.connection_id == _charges.c.connection_id,
        _disputes.c.charge_external_id == _charges.c.external_id,
        _disputes.c.status.not_in(("won", "prevented", "warning_closed")),
        _disputes.c.gone_at.is_(None),
    )
    query = select(_charges, disputed.label("under_dispute")).where(
        _charges.c.organisation_id == receipt.organisation_id,
        _charges.c.connection_id == receipt.connection_id,
        _charges.c.external_id == receipt.external_id,
        _charges.c.record_kind == receipt.record_kind,
    )
    found: Row[Any] | None = connection.execute(query).one_or_none()
    return found


def payment_of(connection: Connection, receipt: Any) -> Row[Any] | None:
    """The ledger's payment that a receipt is."""
    query = select(_payments).where(
        _payments.c.organisation_id == receipt.organisation_id,
        _payments.c.connection_id == receipt.connection_id,
        _payments.c.external_id == receipt.external_id,
        _payments.c.record_kind == receipt.record_kind,
    )
    found: Row[Any] | None = connection.execute(query).one_or_none()
    return found


def line_stands(connection: Connection, receipt: Any) -> bool:
    """Whether the statement's line behind a receipt is still there."""
    query = select(_moves.c.id).where(
        _moves.c.organisation_id == receipt.organisation_id,
        _moves.c.connection_id == receipt.connection_id,
        _moves.c.record_kind == receipt.record_kind,
        _moves.c.external_id == receipt.external_id,
        _moves.c.gone_at.is_(None),
    )
    return connection.execute(query.limit(1)).first() is not None


def customers_of(
    connection: Connection, organisation_id: UUID, connection_id: UUID, external_ids: Collection[str]
) -> list[Row[Any]]:
    if not external_ids:
        return []
    query = select(_customers).where(
        _customers.c.organisation_id == organisation_id,
        _customers.c.connection_id == connection_id,
        _customers.c.external_id.in_(sorted(external_ids)),
        _customers.c.gone_at.is_(None),
    )
    return list(connection.execute(query))


def taken_by_others(
    connection: Connection, organisation_id: UUID, document_ids: Sequence[UUID], *, but_match: UUID | None,
    but_posting: UUID,
) -> dict[UUID, int]:  # fmt: skip
    """What other decisions wait to take of each document, in its minor units, a credit note's too.

    What stands upstream of a decision already is in the document's own open amount, and not counted again.
    """
    stands = exists().where(
        postings.c.organisation_id == matches.c.organisation_id,
        postings.c.match_id == matches.c.id,
        entries.c.organisation_id == postings.c.organisation_id,
        entries.c.posting_id == postings.c.id,
        entries.c.state == EntryState.POSTED.value,
    )
    whose = and_(matches.c.organisation_id == match_lines.c.organisation_id, matches.c.id == match_lines.c.match_id)
    query = (
        select(match_lines.c.document_id, exact_sum(func.abs(match_lines.c.applied_minor)))
        .join_from(match_lines, matches, whose)
        .where(match_lines.c.organisation_id == organisation_id, match_lines.c.document_id.in_(list(document_ids)))
        .where(matches.c.state.in_(RESERVING), ~stands)
        .group_by(match_lines.c.document_id)
    )
    if but_match is not None:
        query = query.where(matches.c.id != but_match)
    found = {row[0]: int(row[1]) for row in connection.execute(query)}
    for own in document_ids:
        found[own] = found.get(own, 0) + _written_off(connection, organisation_id, own, but_posting)
    return found


def _written_off(connection: Connection, organisation_id: UUID, document_id: UUID, but_posting: UUID) -> int:
    stands = exists().where(
        entries.c.organisation_id == postings.c.organisation_id,
        entries.c.posting_id == postings.c.id,
        entries.c.state == EntryState.POSTED.value,
    )
    query = select(exact_sum(postings.c.amount_minor)).where(
        postings.c.organisation_id == organisation_id,
        postings.c.cause_kind == Cause.WRITE_OFF.value,
        postings.c.cause_id.between(f"{document_id}/", f"{document_id}0"),  # "0" follows "/": a range of the index
        postings.c.state.in_(WAITING),
        postings.c.id != but_posting,
        ~stands,
    )
    return int(connection.execute(query).scalar_one() or 0)


def sighted_by_others(
    connection: Connection, organisation_id: UUID, connection_id: UUID, receipt_id: UUID | None
) -> set[str]:
    """External ids of records of the books that are some other receipt's money already."""
    query = select(sightings.c.external_id).where(
        sightings.c.organisation_id == organisation_id, sightings.c.connection_id == connection_id
    )
    if receipt_id is not None:
        query = query.where(sightings.c.receipt_id != receipt_id)
    return set(connection.execute(query).scalars())


def written_by_us(connection: Connection, organisation_id: UUID, connection_id: UUID) -> set[str]:
    """External ids of records that our own postings wrote."""
    query = select(entries.c.external_id).where(
        entries.c.organisation_id == organisation_id,
        entries.c.connection_id == connection_id,
        entries.c.external_id.is_not(None),
    )
    return {own for own in connection.execute(query).scalars() if own is not None}


def write_offs_since(connection: Connection, organisation_id: UUID, entity_id: UUID, since: datetime) -> list[Row[Any]]:
    """What was let go of since a moment and was not taken back, for its limits."""
    ended = (PostingState.WITHDRAWN.value, PostingState.UNDONE.value)
    query = select(postings).where(
        postings.c.organisation_id == organisation_id,
        postings.c.entity_id == entity_id,
        postings.c.cause_kind == Cause.WRITE_OFF.value,
        postings.c.created_at >= since,
        postings.c.state.not_in(ended),
    )
    return list(connection.execute(query))


def residual_of(connection: Connection, organisation_id: UUID, document_id: UUID) -> str:
    """What the matcher took the difference of the latest accepted match of a document for; "" where there is none."""
    whose = and_(matches.c.organisation_id == match_lines.c.organisation_id, matches.c.id == match_lines.c.match_id)
    query = (
        select(match_lines.c.residual_kind)
        .join_from(match_lines, matches, whose)
        .where(match_lines.c.organisation_id == organisation_id, match_lines.c.document_id == document_id)
        .where(matches.c.state.in_((*RESERVING, "posted")), match_lines.c.residual_minor > 0)
        .order_by(matches.c.decided_at.desc())
        .limit(1)
    )
    return connection.execute(query).scalar_one_or_none() or ""


def closed_with_receipts(
    connection: Connection, organisation_id: UUID, entity_id: UUID, since: datetime, *, but_match: UUID | None = None
) -> list[Row[Any]]:
    """What accepted matches close of invoices beside their cash, since a moment: how much, as what, by whom, of whom."""
    whose = and_(matches.c.organisation_id == match_lines.c.organisation_id, matches.c.id == match_lines.c.match_id)
    named = and_(
        _invoices.c.organisation_id == match_lines.c.organisation_id, _invoices.c.id == match_lines.c.document_id
    )
    query = (
        select(
            match_lines.c.currency, match_lines.c.residual_minor, match_lines.c.residual_kind, matches.c.decided_by,
            _invoices.c.customer_external_id,
        )
        .select_from(match_lines.join(matches, whose).outerjoin(_invoices, named))
        .where(match_lines.c.organisation_id == organisation_id, matches.c.entity_id == entity_id)
        .where(match_lines.c.residual_kind.in_(("fee", "rounding")), match_lines.c.residual_minor > 0)
        .where(matches.c.state.in_((*RESERVING, "posted")), matches.c.decided_at >= since)
    )  # fmt: skip
    if but_match is not None:
        query = query.where(matches.c.id != but_match)
    return list(connection.execute(query))
