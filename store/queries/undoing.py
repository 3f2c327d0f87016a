"""What hangs on records that we wrote: ticks, deposits, and what was built upon them later."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, and_, or_, select

from ledger.posting import Cause, PostingState
from store.tables.matching import receipts
from store.tables.posting import entries, postings
from store.tables.pulled import NOUN_NAMED

_allocations = NOUN_NAMED["allocations"].table
_invoices = NOUN_NAMED["invoices"].table
_lines = NOUN_NAMED["journal_lines"].table
_moves = NOUN_NAMED["bank_entries"].table
_payments = NOUN_NAMED["payments"].table
_PARTS = 300


def reconciled(
    connection: Connection, organisation_id: UUID, connection_id: UUID, ids: Collection[str]
) -> frozenset[str]:
    """Of these records, those that the ledger's own tick stands on, as it was last read."""
    found: set[str] = set()
    for part in _parts(sorted(ids)):
        paid = select(_payments.c.external_id, _payments.c.batch_external_id).where(
            _payments.c.organisation_id == organisation_id,
            _payments.c.connection_id == connection_id,
            _payments.c.reconciled == "yes",
            _payments.c.gone_at.is_(None),
            or_(_payments.c.external_id.in_(part), _payments.c.batch_external_id.in_(part)),
        )
        moved = select(_moves.c.external_id).where(
            _moves.c.organisation_id == organisation_id,
            _moves.c.connection_id == connection_id,
            _moves.c.reconciled == "yes",
            _moves.c.gone_at.is_(None),
            _moves.c.external_id.in_(part),
        )
        for row in connection.execute(paid):
            found |= {own for own in row if own in ids}
        found |= set(connection.execute(moved).scalars())
    return frozenset(found)


def deposits_with(
    connection: Connection, organisation_id: UUID, connection_id: UUID, ids: Collection[str]
) -> dict[str, str]:
    """payment -> the deposit that groups it, of those that stand."""
    if not ids:
        return {}
    query = select(_moves.c.external_id, _moves.c.groups).where(
        _moves.c.organisation_id == organisation_id,
        _moves.c.connection_id == connection_id,
        _moves.c.kind == "deposit",
        _moves.c.status == "open",
        _moves.c.gone_at.is_(None),
    )
    wanted = set(ids)
    return {own: row.external_id for row in connection.execute(query) for own in row.groups or () if own in wanted}


def applied_from(
    connection: Connection, organisation_id: UUID, connection_id: UUID, ids: Collection[str]
) -> list[Row[Any]]:
    """What was allocated out of these records and stands, with the number of an invoice it went to."""
    found: list[Row[Any]] = []
    named = and_(
        _invoices.c.organisation_id == _allocations.c.organisation_id,
        _invoices.c.connection_id == _allocations.c.connection_id,
        _invoices.c.external_id == _allocations.c.target_external_id,
    )
    for part in _parts(sorted(ids)):
        query = (
            select(_allocations, _invoices.c.number)
            .select_from(_allocations.outerjoin(_invoices, named))
            .where(_allocations.c.organisation_id == organisation_id, _allocations.c.connection_id == connection_id)
            .where(_allocations.c.source_external_id.in_(part), _allocations.c.gone_at.is_(None))
            .where(_allocations.c.reversed_on.is_(None))
        )
        found += connection.execute(query)
    return found


def applied_to(
    connection: Connection, organisation_id: UUID, connection_id: UUID, ids: Collection[str]
) -> dict[str, list[Row[Any]]]:
    """What was allocated to these records and stands, by the record: a journal is paid line by line."""
    found: dict[str, list[Row[Any]]] = {}
    for part in _parts(sorted(ids)):
        lines = select(_lines.c.external_id, _lines.c.record_id).where(
            _lines.c.organisation_id == organisation_id,
            _lines.c.connection_id == connection_id,
            _lines.c.record_id.in_(part),
            _lines.c.gone_at.is_(None),
        )
        owner = dict.fromkeys(part) | {row.external_id: row.record_id for row in connection.execute(lines)}
        query = (
            select(_allocations)
            .where(_allocations.c.organisation_id == organisation_id, _allocations.c.connection_id == connection_id)
            .where(_allocations.c.target_external_id.in_(sorted(owner)), _allocations.c.gone_at.is_(None))
            .where(_allocations.c.reversed_on.is_(None))
        )
        for row in connection.execute(query):
            found.setdefault(owner[row.target_external_id] or row.target_external_id, []).append(row)
    return found


def ours(connection: Connection, organisation_id: UUID, connection_id: UUID, ids: Collection[str]) -> set[str]:
    """Of these records, those that our postings wrote, also if they were taken back a moment ago."""
    found: set[str] = set()
    for part in _parts(sorted(ids)):
        query = select(entries.c.external_id).where(
            entries.c.organisation_id == organisation_id,
            entries.c.connection_id == connection_id,
            entries.c.external_id.in_(part),
        )
        found |= set(connection.execute(query).scalars())
    return found


def of_batch(connection: Connection, organisation_id: UUID, batch_id: UUID) -> list[Row[Any]]:
    """The postings that one act asked for, the oldest first."""
    where = and_(postings.c.organisation_id == organisation_id, postings.c.batch_id == batch_id)
    return list(connection.execute(select(postings).where(where).order_by(postings.c.created_at, postings.c.id)))


def _parts(ids: Sequence[str]) -> list[Sequence[str]]:
    return [ids[start : start + _PARTS] for start in range(0, len(ids), _PARTS)]


def posted_receipts(connection: Connection, back: Any, *, since: date, until: date) -> list[Row[Any]]:
    """Receipts that a posting of a match put into the books and whose money another one may have taken back."""
    whose = and_(receipts.c.organisation_id == postings.c.organisation_id, receipts.c.id == postings.c.receipt_id)
    query = (
        select(receipts, postings.c.id.label("posting_id"))
        .join_from(postings, receipts, whose)
        .where(postings.c.organisation_id == back.organisation_id, postings.c.entity_id == back.entity_id)
        .where(postings.c.cause_kind == Cause.MATCH.value, postings.c.state == PostingState.POSTED.value)
        .where(receipts.c.currency == back.currency, receipts.c.amount_minor == -back.amount_minor)
        .where(receipts.c.connection_id == back.connection_id, receipts.c.received_on.between(since, until))
    )
    return list(connection.execute(query.order_by(receipts.c.received_on.desc(), receipts.c.id)))


def reversed_already(connection: Connection, organisation_id: UUID) -> set[str]:
    """Receipts whose reversal stands or waits, by their ids as text."""
    return {str(choices["original"]) for choices in _reversals(connection, organisation_id) if "original" in choices}


def reversed_postings(connection: Connection, organisation_id: UUID) -> set[str]:
    """Postings whose reversal stands or waits, by their ids as text."""
    return {str(choices["of"]) for choices in _reversals(connection, organisation_id) if "of" in choices}


def _reversals(connection: Connection, organisation_id: UUID) -> list[Any]:
    """What each reversal that was not taken back names."""
    query = select(postings.c.choices).where(
        postings.c.organisation_id == organisation_id,
        postings.c.cause_kind == Cause.REVERSAL.value,
        postings.c.state.not_in((PostingState.WITHDRAWN.value, PostingState.UNDONE.value)),
    )
    return [choices for choices in connection.execute(query).scalars() if choices]
