"""A processor's own ledger with all that is known of each line: what caused it, who paid out, what of it is covered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, exists, func, or_, select

from ledger.balance import NOT_CAPTURED
from store import bulk
from store.tables.matching import matches, receipts
from store.tables.posting import postings
from store.tables.processor import posting_parts, treatments
from store.tables.pulled import NOUN_NAMED
from store.tables.tenancy import connections

_moves = NOUN_NAMED["balance_transactions"].table
_items = NOUN_NAMED["payout_items"].table
_payouts = NOUN_NAMED["payouts"].table
_refunds = NOUN_NAMED["refunds"].table
_of_rest = _refunds.alias("of_rest")
_disputes = NOUN_NAMED["disputes"].table
_fees = NOUN_NAMED["fees"].table
_ENDED = ("withdrawn", "undone")


def processors(connection: Connection, organisation_id: UUID, entity_id: UUID) -> list[Row[Any]]:
    """The processor connections of an entity, those that have ended too: their money stands in the books."""
    query = select(connections).where(
        connections.c.organisation_id == organisation_id, connections.c.entity_id == entity_id,
        connections.c.role == "processor",
    )  # fmt: skip
    return list(connection.execute(query.order_by(connections.c.connected_at, connections.c.id)))


def books_connection(connection: Connection, organisation_id: UUID, entity_id: UUID) -> UUID | None:
    """The ledger of an entity; None where the processor's records are the books."""
    query = select(connections.c.id).where(
        connections.c.organisation_id == organisation_id, connections.c.entity_id == entity_id,
        connections.c.role == "books",
    )  # fmt: skip
    return connection.execute(query).scalars().first()


def currencies(connection: Connection, organisation_id: UUID, connection_id: UUID) -> list[str]:
    """In which the processor's balance ever moved."""
    query = (
        select(_moves.c.currency)
        .distinct()
        .where(
            _moves.c.organisation_id == organisation_id,
            _moves.c.connection_id == connection_id,
            _moves.c.gone_at.is_(None),
        )
    )
    return sorted(connection.execute(query).scalars())


def transactions(
    connection: Connection, organisation_id: UUID, connection_id: UUID, *, since: date | None = None,
    through: date | None = None, currency: str | None = None, only_open: bool = False, among: Sequence[str] | None = None,
) -> list[Row[Any]]:  # fmt: skip
    """Balance transactions in the order in which they moved, with the payout that carries each and the charge behind it.

    among: of these alone. only_open: those of which some part is in no posting that stands; a charge's match puts its gross into the books.
    """
    query = _transactions().where(
        _moves.c.organisation_id == organisation_id, _moves.c.connection_id == connection_id, _moves.c.gone_at.is_(None)
    )
    if since is not None:
        query = query.where(_moves.c.booked_on >= since)
    if through is not None:
        query = query.where(_moves.c.booked_on <= through)
    if currency is not None:
        query = query.where(_moves.c.currency == currency)
    if among is not None:
        query = query.where(bulk.among(connection, _moves.c.external_id, among))
    if only_open:
        query = query.where(is_open())
    return list(connection.execute(query.order_by(_moves.c.created_at, _moves.c.external_id)))


def _transactions() -> Select[Any]:
    charge = func.coalesce(_refunds.c.charge_external_id, _disputes.c.charge_external_id, _moves.c.source_external_id)
    return select(
        _moves, _items.c.payout_external_id, charge.label("charge_external_id"),
        _refunds.c.amount_minor.label("refund_minor"), _refunds.c.currency.label("refund_currency"),
        _refunds.c.status.label("refund_status"), _disputes.c.status.label("dispute_status"),
    ).select_from(
        _moves.outerjoin(_items, _same(_items, "balance_transaction", "external_id"))
        .outerjoin(_refunds, _same(_refunds, "external_id", "source_external_id"))
        .outerjoin(_disputes, _same(_disputes, "external_id", "source_external_id"))
    )  # fmt: skip


def _same(table: Any, theirs: str, ours: str) -> Any:
    return and_(
        table.c.organisation_id == _moves.c.organisation_id, table.c.connection_id == _moves.c.connection_id,
        table.c[theirs] == _moves.c[ours], table.c.gone_at.is_(None),
    )  # fmt: skip


def is_open() -> ColumnElement[bool]:
    """Some part of a balance transaction is in no posting that stands."""
    gross = and_(~is_covered("gross"), ~_is_posted())
    return or_(gross, and_(_moves.c.fee_minor != 0, ~is_covered("fee")))


def is_covered(part: str) -> Any:
    return exists().where(
        posting_parts.c.organisation_id == _moves.c.organisation_id, posting_parts.c.transaction_id == _moves.c.id,
        posting_parts.c.part == part, posting_parts.c.released_at.is_(None),
    )  # fmt: skip


def _is_posted() -> Any:
    """A charge whose receipt's match stands in the books, or that the books held already; what was not captured of it."""
    posted = exists().where(
        matches.c.organisation_id == receipts.c.organisation_id, matches.c.receipt_id == receipts.c.id,
        matches.c.state == "posted",
    )  # fmt: skip
    stands = (
        receipts.c.organisation_id == _moves.c.organisation_id, receipts.c.connection_id == _moves.c.connection_id,
        or_(receipts.c.status == "already_recorded", posted),
    )  # fmt: skip
    of_refund = select(_of_rest.c.charge_external_id).where(_same(_of_rest, "external_id", "source_external_id"))
    charge = func.coalesce(of_refund.correlate(_moves).scalar_subquery(), _moves.c.source_external_id)
    return or_(
        and_(
            _moves.c.reporting_category == "charge",
            exists().where(*stands, receipts.c.external_id == _moves.c.source_external_id),
        ),
        and_(_moves.c.reporting_category == NOT_CAPTURED, exists().where(*stands, receipts.c.external_id == charge)),
    )


def fee_details(
    connection: Connection, organisation_id: UUID, connection_id: UUID, *, among: Sequence[str] | None = None
) -> dict[str, list[Row[Any]]]:
    """By balance transaction: what was kept from it, and (under its own id) a transaction that is itself a fee."""
    query = select(_fees).where(
        _fees.c.organisation_id == organisation_id, _fees.c.connection_id == connection_id, _fees.c.gone_at.is_(None)
    )
    if among is not None:
        query = query.where(bulk.among(connection, _fees.c.record_id, among))
    found: dict[str, list[Row[Any]]] = defaultdict(list)
    for row in connection.execute(query.order_by(_fees.c.external_id)):
        found[row.external_id.partition("/")[0]].append(row)
    return found


def payouts(
    connection: Connection, organisation_id: UUID, connection_id: UUID, *, since: date | None = None
) -> list[Row[Any]]:
    query = select(_payouts).where(
        _payouts.c.organisation_id == organisation_id, _payouts.c.connection_id == connection_id,
        _payouts.c.gone_at.is_(None),
    )  # fmt: skip
    if since is not None:
        query = query.where(_payouts.c.left_on >= since)
    return list(connection.execute(query.order_by(_payouts.c.created_at, _payouts.c.external_id)))


def find_payout(
    connection: Connection, organisation_id: UUID, connection_id: UUID, external_id: str
) -> Row[Any] | None:
    query = select(_payouts).where(
        _payouts.c.organisation_id == organisation_id, _payouts.c.connection_id == connection_id,
        _payouts.c.external_id == external_id, _payouts.c.gone_at.is_(None),
    )  # fmt: skip
    return connection.execute(query).one_or_none()


def standing_parts(
    connection: Connection, organisation_id: UUID, connection_id: UUID, *, among: Sequence[str] | None = None
) -> list[Row[Any]]:
    """Parts that a standing posting covers, with the posting's cause and state. among: of these transactions."""
    query = (
        select(
            posting_parts, postings.c.cause_kind, postings.c.cause_id, postings.c.state, postings.c.dated_on,
            postings.c.reason, _moves.c.external_id,
        )
        .join_from(posting_parts, postings, _of_posting(posting_parts.c.posting_id))
        .join(
            _moves,
            and_(_moves.c.organisation_id == posting_parts.c.organisation_id, _moves.c.id == posting_parts.c.transaction_id),
        )
        .where(posting_parts.c.organisation_id == organisation_id, _moves.c.connection_id == connection_id)
        .where(posting_parts.c.released_at.is_(None), postings.c.state.not_in(_ENDED))
    )  # fmt: skip
    if among is not None:
        query = query.where(bulk.among(connection, _moves.c.external_id, among))
    return list(connection.execute(query))


def covering(
    connection: Connection, organisation_id: UUID, connection_id: UUID, *, among: Sequence[str]
) -> list[Row[Any]]:
    """Parts that nobody else may cover: those of standing postings, and of what a person took back."""
    query = (
        select(posting_parts, postings.c.choices, _moves.c.external_id)
        .join_from(posting_parts, postings, _of_posting(posting_parts.c.posting_id))
        .join(
            _moves,
            and_(
                _moves.c.organisation_id == posting_parts.c.organisation_id,
                _moves.c.id == posting_parts.c.transaction_id,
            ),
        )
        .where(posting_parts.c.organisation_id == organisation_id, _moves.c.connection_id == connection_id)
        .where(posting_parts.c.released_at.is_(None), bulk.among(connection, _moves.c.external_id, among))
    )
    return list(connection.execute(query))


def _of_posting(column: Any) -> Any:
    return and_(postings.c.organisation_id == posting_parts.c.organisation_id, postings.c.id == column)


def parts_of(connection: Connection, organisation_id: UUID, posting_id: UUID) -> list[Row[Any]]:
    """What a posting covers, each beside its balance transaction."""
    charge = func.coalesce(_refunds.c.charge_external_id, _disputes.c.charge_external_id, _moves.c.source_external_id)
    query = (
        select(
            _moves, charge.label("charge_external_id"), posting_parts.c.part,
            posting_parts.c.amount_minor.label("part_minor"), _items.c.payout_external_id,
        )
        .select_from(
            posting_parts.join(
                _moves,
                and_(
                    _moves.c.organisation_id == posting_parts.c.organisation_id,
                    _moves.c.id == posting_parts.c.transaction_id,
                ),
            )
            .outerjoin(_items, _same(_items, "balance_transaction", "external_id"))
            .outerjoin(_refunds, _same(_refunds, "external_id", "source_external_id"))
            .outerjoin(_disputes, _same(_disputes, "external_id", "source_external_id"))
        )
        .where(posting_parts.c.organisation_id == organisation_id, posting_parts.c.posting_id == posting_id)
        .order_by(_moves.c.created_at, _moves.c.external_id, posting_parts.c.part)
    )  # fmt: skip
    return list(connection.execute(query))


def said(connection: Connection, organisation_id: UUID) -> dict[UUID, Row[Any]]:
    """By balance transaction: the last word of a person on what it is."""
    query = select(treatments).where(treatments.c.organisation_id == organisation_id)
    return {row.transaction_id: row for row in connection.execute(query.order_by(treatments.c.sequence))}


def find_transaction(connection: Connection, organisation_id: UUID, transaction_id: UUID) -> Row[Any] | None:
    query = _transactions().where(
        _moves.c.organisation_id == organisation_id, _moves.c.id == transaction_id, _moves.c.gone_at.is_(None)
    )
    return connection.execute(query).one_or_none()
