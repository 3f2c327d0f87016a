"""Which records of the books stand behind postings: their documents, customers, and payments that hold the money."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Select, and_, or_, select

from store.tables.matching import match_lines, matches, mirrors, receipts
from store.tables.pulled import NOUN_NAMED

_PARTS = 300  # ids in one statement
_payments = NOUN_NAMED["payments"].table
_invoices = NOUN_NAMED["invoices"].table
_credits = NOUN_NAMED["credit_notes"].table


def records_behind(
    connection: Connection, organisation_id: UUID, connection_id: UUID, postings: Sequence[Any]
) -> set[tuple[str, str]]:
    """As (kind, id) of the provider. The processor's copy of an invoice stands for the books' own."""
    match_ids = [row.match_id for row in postings if row.match_id is not None]
    found: set[tuple[str, str]] = set()
    for start in range(0, len(match_ids), _PARTS):
        part = match_ids[start : start + _PARTS]
        for query in (
            _documents(organisation_id, connection_id, part, _invoices),
            _documents(organisation_id, connection_id, part, _credits),
            _payments_of(organisation_id, connection_id, part),
        ):
            found |= {(row[0], row[1]) for row in connection.execute(query)}
    return found | _named(connection, organisation_id, connection_id, postings)


def _named(
    connection: Connection, organisation_id: UUID, connection_id: UUID, postings: Sequence[Any]
) -> set[tuple[str, str]]:  # fmt: skip
    """Invoices that postings without a match name in their choices."""
    named = [(row.choices or {}).get("document") for row in postings if row.match_id is None]
    ids = [UUID(own) for own in named if own]
    found: set[tuple[str, str]] = set()
    for start in range(0, len(ids), _PARTS):
        query = select(_invoices.c.record_kind, _invoices.c.record_id).where(
            _invoices.c.organisation_id == organisation_id,
            _invoices.c.connection_id == connection_id,
            _invoices.c.id.in_(ids[start : start + _PARTS]),
        )
        found |= {(row[0], row[1]) for row in connection.execute(query)}
    return found


def _documents(organisation_id: UUID, connection_id: UUID, match_ids: Sequence[UUID], table: Any) -> Select[Any]:
    linked = and_(
        mirrors.c.organisation_id == match_lines.c.organisation_id,
        mirrors.c.mirror_id == match_lines.c.document_id,
        mirrors.c.state == "linked",
    )
    named = and_(
        table.c.organisation_id == match_lines.c.organisation_id,
        or_(table.c.id == match_lines.c.document_id, table.c.id == mirrors.c.primary_id),
    )
    return (
        select(table.c.record_kind, table.c.record_id)
        .select_from(match_lines.outerjoin(mirrors, linked).join(table, named))
        .where(match_lines.c.organisation_id == organisation_id, match_lines.c.match_id.in_(match_ids))
        .where(table.c.connection_id == connection_id)
    )


def _payments_of(organisation_id: UUID, connection_id: UUID, match_ids: Sequence[UUID]) -> Select[Any]:
    whose = and_(receipts.c.organisation_id == matches.c.organisation_id, receipts.c.id == matches.c.receipt_id)
    own = and_(
        _payments.c.organisation_id == receipts.c.organisation_id,
        _payments.c.connection_id == receipts.c.connection_id,
        _payments.c.record_kind == receipts.c.record_kind,
        _payments.c.external_id == receipts.c.external_id,
    )
    return (
        select(_payments.c.record_kind, _payments.c.record_id)
        .join_from(matches, receipts, whose)
        .join(_payments, own)
        .where(matches.c.organisation_id == organisation_id, matches.c.id.in_(match_ids))
        .where(_payments.c.connection_id == connection_id)
    )
