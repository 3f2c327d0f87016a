"""What a refund may settle: open credits of the customer whose charge was given back, and what its charge was booked as."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, and_, func, select

from store.tables.matching import match_lines, matches, mirrors, receipts, sightings
from store.tables.posting import postings
from store.tables.processor import posting_parts
from store.tables.pulled import NOUN_NAMED
from store.tables.tenancy import connections

_invoices = NOUN_NAMED["invoices"].table
_notes = NOUN_NAMED["credit_notes"].table
_payments = NOUN_NAMED["payments"].table
_moves = NOUN_NAMED["balance_transactions"].table
_refunds = NOUN_NAMED["refunds"].table
_DECIDED = ("awaiting", "approved", "posting", "failed", "posted")


def paid_invoices(connection: Connection, organisation_id: UUID, receipt_id: UUID) -> list[Row[Any]]:
    """The books' invoices that a receipt pays: by its match (a mirror stands for its primary), or by the ledger's record."""
    lines = (
        select(match_lines.c.document_id)
        .join_from(
            match_lines,
            matches,
            and_(matches.c.organisation_id == match_lines.c.organisation_id, matches.c.id == match_lines.c.match_id),
        )
        .where(matches.c.organisation_id == organisation_id, matches.c.receipt_id == receipt_id)
        .where(matches.c.state.in_(_DECIDED))
    )
    own = set(connection.execute(lines).scalars())
    twins = select(mirrors.c.primary_id).where(
        mirrors.c.organisation_id == organisation_id, mirrors.c.mirror_id.in_(own), mirrors.c.state == "linked"
    )
    ids = {*own, *connection.execute(twins).scalars()}
    query = (
        select(_invoices)
        .join_from(_invoices, connections, _whose(_invoices))
        .where(_invoices.c.organisation_id == organisation_id, _invoices.c.id.in_(ids))
        .where(connections.c.role == "books", _invoices.c.gone_at.is_(None))
        .order_by(_invoices.c.external_id)
    )
    return list(connection.execute(query))


def paid_on(connection: Connection, organisation_id: UUID, connection_id: UUID, external_id: str) -> date | None:
    """The day of a payment that stands in the books; None where it is not known."""
    query = select(func.max(_payments.c.paid_on)).where(
        _payments.c.organisation_id == organisation_id, _payments.c.connection_id == connection_id,
        _payments.c.external_id == external_id, _payments.c.gone_at.is_(None),
    )  # fmt: skip
    found: date | None = connection.execute(query).scalar_one()
    return found


def recorded_customer(connection: Connection, organisation_id: UUID, receipt_id: UUID) -> str | None:
    """Whom the ledger's own record of a receipt names."""
    query = (
        select(_payments.c.customer_external_id)
        .join_from(
            sightings,
            _payments,
            and_(
                _payments.c.organisation_id == sightings.c.organisation_id,
                _payments.c.connection_id == sightings.c.connection_id,
                _payments.c.record_kind == sightings.c.record_kind,
                _payments.c.external_id == sightings.c.external_id,
            ),
        )
        .where(sightings.c.organisation_id == organisation_id, sightings.c.receipt_id == receipt_id)
        .where(sightings.c.kind == "ledger")
    )
    return connection.execute(query.limit(1)).scalar_one_or_none()


def open_notes(
    connection: Connection, organisation_id: UUID, entity_id: UUID, customer: str, currency: str
) -> list[Row[Any]]:
    """Credit notes of a customer of the books of which something is left."""
    return _open(connection, _notes, _notes.c.open_amount_minor, organisation_id, entity_id, customer, currency)


def open_payments(
    connection: Connection, organisation_id: UUID, entity_id: UUID, customer: str, currency: str
) -> list[Row[Any]]:
    """Payments, over- and prepayments of a customer of the books of which something is not applied."""
    return _open(connection, _payments, _payments.c.unapplied_minor, organisation_id, entity_id, customer, currency)


def _open(
    connection: Connection, table: Any, left: Any, organisation_id: UUID, entity_id: UUID, customer: str, currency: str
) -> list[Row[Any]]:
    query = (
        select(table)
        .join_from(table, connections, _whose(table))
        .where(table.c.organisation_id == organisation_id, connections.c.entity_id == entity_id)
        .where(connections.c.role == "books", table.c.customer_external_id == customer, table.c.currency == currency)
        .where(table.c.status == "open", left > 0, table.c.gone_at.is_(None))
        .order_by(table.c.external_id)
    )
    return list(connection.execute(query))


def _whose(table: Any) -> Any:
    return and_(connections.c.organisation_id == table.c.organisation_id, connections.c.id == table.c.connection_id)


def settled_credits(connection: Connection, organisation_id: UUID, entity_id: UUID) -> set[str]:
    """Credits that a refund in the outbox settles already, by external id."""
    query = select(postings.c.choices).where(
        postings.c.organisation_id == organisation_id, postings.c.entity_id == entity_id,
        postings.c.cause_kind == "balance_transaction", postings.c.state.not_in(("withdrawn", "undone", "posted")),
    )  # fmt: skip
    return {str(one["credit"]) for one in connection.execute(query).scalars() if one.get("credit")}


def charge_posting(connection: Connection, organisation_id: UUID, connection_id: UUID, charge: str) -> Row[Any] | None:
    """The posting that puts a charge's gross into the books itself (a sale, a deposit); None for a match's."""
    query = (
        select(postings)
        .join_from(
            posting_parts,
            postings,
            and_(postings.c.organisation_id == posting_parts.c.organisation_id, postings.c.id == posting_parts.c.posting_id),
        )
        .join(
            _moves,
            and_(_moves.c.organisation_id == posting_parts.c.organisation_id, _moves.c.id == posting_parts.c.transaction_id),
        )
        .where(posting_parts.c.organisation_id == organisation_id, posting_parts.c.part == "gross")
        .where(posting_parts.c.released_at.is_(None), _moves.c.connection_id == connection_id)
        .where(_moves.c.source_external_id == charge, _moves.c.reporting_category == "charge")
    )  # fmt: skip
    return connection.execute(query.limit(1)).one_or_none()


def refunds_that_came_back(connection: Connection, organisation_id: UUID, connection_id: UUID) -> set[str]:
    """Balance transactions by which refunds went out that failed or were cancelled since."""
    whose = and_(
        _refunds.c.organisation_id == _moves.c.organisation_id, _refunds.c.connection_id == _moves.c.connection_id,
        _refunds.c.external_id == _moves.c.source_external_id,
    )  # fmt: skip
    query = (
        select(_moves.c.external_id)
        .join_from(_refunds, _moves, whose)
        .where(_refunds.c.organisation_id == organisation_id, _refunds.c.connection_id == connection_id)
        .where(_refunds.c.status.in_(("failed", "canceled")), _refunds.c.gone_at.is_(None))
        .where(_moves.c.gross_minor < 0, _moves.c.gone_at.is_(None))
    )
    return set(connection.execute(query).scalars())


def refunds_sent(
    connection: Connection, organisation_id: UUID, connection_id: UUID, refunds: Collection[str]
) -> dict[str, Row[Any]]:
    """By refund: the transaction by which it went out, with state and choices of the posting of it, None where it has none.

    What a person took back is its posting still.
    """
    if not refunds:
        return {}
    held = and_(
        posting_parts.c.organisation_id == _moves.c.organisation_id, posting_parts.c.transaction_id == _moves.c.id,
        posting_parts.c.part == "gross", posting_parts.c.released_at.is_(None),
    )  # fmt: skip
    whose = and_(
        postings.c.organisation_id == posting_parts.c.organisation_id, postings.c.id == posting_parts.c.posting_id
    )
    query = (
        select(_moves.c.id, _moves.c.booked_on, _moves.c.source_external_id, postings.c.state, postings.c.choices)
        .select_from(_moves.outerjoin(posting_parts, held).outerjoin(postings, whose))
        .where(_moves.c.organisation_id == organisation_id, _moves.c.connection_id == connection_id)
        .where(_moves.c.source_external_id.in_(sorted(refunds)), _moves.c.gross_minor < 0, _moves.c.gone_at.is_(None))
    )
    found: list[Row[Any]] = list(connection.execute(query))
    return {row.source_external_id: row for row in found}


def bank_line_of(connection: Connection, organisation_id: UUID, entity_id: UUID, payout: str) -> Row[Any] | None:
    """The bank's line that is known to be a payout."""
    query = select(receipts).where(
        receipts.c.organisation_id == organisation_id, receipts.c.entity_id == entity_id, receipts.c.source == "bank",
        receipts.c.status == "payout", receipts.c.payout_external_id == payout,
    )  # fmt: skip
    return connection.execute(query.limit(1)).one_or_none()


def record_of_credit(
    connection: Connection, organisation_id: UUID, connection_id: UUID, kind: str, external_id: str
) -> str | None:
    """The provider's word for the record that a credit came from."""
    table = _notes if kind == "credit_note" else _payments
    query = select(table.c.record_kind).where(
        table.c.organisation_id == organisation_id, table.c.connection_id == connection_id,
        table.c.external_id == external_id,
    )  # fmt: skip
    return connection.execute(query.limit(1)).scalar_one_or_none()


def booked_receipts(
    connection: Connection, organisation_id: UUID, transaction_ids: Sequence[UUID], reasons: Sequence[str]
) -> list[Row[Any]]:
    """Receipts of these charges that were set aside for one of these reasons."""
    if not transaction_ids:
        return []
    query = (
        select(receipts)
        .join_from(
            receipts,
            _moves,
            and_(
                _moves.c.organisation_id == receipts.c.organisation_id,
                _moves.c.connection_id == receipts.c.connection_id,
                _moves.c.source_external_id == receipts.c.external_id,
            ),
        )
        .where(receipts.c.organisation_id == organisation_id, _moves.c.id.in_(transaction_ids))
        .where(receipts.c.status == "already_recorded", receipts.c.status_reason.in_(reasons))
    )
    return list(connection.execute(query))
