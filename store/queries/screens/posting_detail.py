"""One posting as its page shows it: the records it comes to, what became of each, and the names behind their ids."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, and_, select

from store.queries.screens.parts import customers
from store.tables.matching import match_lines
from store.tables.posting import batch_members, entries, post_batches, posting_states
from store.tables.pulled import NOUN_NAMED

_accounts = NOUN_NAMED["accounts"].table
_taxes = NOUN_NAMED["tax_rates"].table
_DOCUMENTS = {"invoice": "invoices", "credit_note": "credit_notes"}


def entries_of(
    connection: Connection, organisation_id: UUID, posting_ids: Sequence[UUID]
) -> dict[UUID, list[Row[Any]]]:
    """Posting -> its records in the order that they are written in."""
    query = (
        select(entries)
        .where(entries.c.organisation_id == organisation_id, entries.c.posting_id.in_(list(posting_ids)))
        .order_by(entries.c.posting_id, entries.c.position)
    )
    found: dict[UUID, list[Row[Any]]] = {}
    for row in connection.execute(query):
        found.setdefault(row.posting_id, []).append(row)
    return found


def states_of(connection: Connection, organisation_id: UUID, posting_id: UUID) -> list[Row[Any]]:
    """Every state that it has had, the newest first."""
    query = (
        select(posting_states)
        .where(posting_states.c.organisation_id == organisation_id, posting_states.c.posting_id == posting_id)
        .order_by(posting_states.c.sequence.desc())
    )
    return list(connection.execute(query))


def calls_of(connection: Connection, organisation_id: UUID, posting_id: UUID) -> list[Row[Any]]:
    """The stored calls that its records were in, the newest first; without their bodies."""
    call = and_(
        post_batches.c.organisation_id == batch_members.c.organisation_id, post_batches.c.id == batch_members.c.batch_id
    )
    member = and_(
        entries.c.organisation_id == batch_members.c.organisation_id, entries.c.id == batch_members.c.entry_id
    )
    query = (
        select(
            post_batches.c.id, post_batches.c.purpose, post_batches.c.method, post_batches.c.path, post_batches.c.state,
            post_batches.c.sends, post_batches.c.sent_at, post_batches.c.created_at, batch_members.c.result,
            batch_members.c.code, batch_members.c.sentence, entries.c.write_id,
        )
        .select_from(batch_members.join(post_batches, call).join(entries, member))
        .where(entries.c.organisation_id == organisation_id, entries.c.posting_id == posting_id)
        .order_by(post_batches.c.created_at.desc(), batch_members.c.batch_id, batch_members.c.position)
    )  # fmt: skip
    return list(connection.execute(query))


def lines_of(connection: Connection, organisation_id: UUID, match_ids: Sequence[UUID]) -> dict[UUID, list[Row[Any]]]:
    """Match -> its lines in order."""
    query = (
        select(match_lines)
        .where(match_lines.c.organisation_id == organisation_id, match_lines.c.match_id.in_(list(match_ids)))
        .order_by(match_lines.c.match_id, match_lines.c.position)
    )
    found: dict[UUID, list[Row[Any]]] = {}
    for row in connection.execute(query):
        found.setdefault(row.match_id, []).append(row)
    return found


def account_names(
    connection: Connection, organisation_id: UUID, connection_id: UUID, external_ids: Collection[str]
) -> dict[str, Any]:
    """Accounts of the books by their id, also those that are archived or gone."""
    query = select(_accounts.c.external_id, _accounts.c.name, _accounts.c.code, _accounts.c.status).where(
        _accounts.c.organisation_id == organisation_id,
        _accounts.c.connection_id == connection_id,
        _accounts.c.external_id.in_(sorted(external_ids)),
    )
    return {row.external_id: row for row in connection.execute(query)}


def customer_names(
    connection: Connection, organisation_id: UUID, connection_id: UUID, external_ids: Collection[str]
) -> dict[str, Any]:
    query = select(customers.c.external_id, customers.c.id, customers.c.name).where(
        customers.c.organisation_id == organisation_id,
        customers.c.connection_id == connection_id,
        customers.c.external_id.in_(sorted(external_ids)),
    )
    return {row.external_id: row for row in connection.execute(query)}


def document_names(
    connection: Connection, organisation_id: UUID, connection_id: UUID, kind: str, external_ids: Collection[str]
) -> dict[str, Any]:
    """Invoices or credit notes of the books by their id; {} for a kind that has no numbers of its own."""
    if kind not in _DOCUMENTS:
        return {}
    table = NOUN_NAMED[_DOCUMENTS[kind]].table
    query = select(table.c.external_id, table.c.id, table.c.number).where(
        table.c.organisation_id == organisation_id,
        table.c.connection_id == connection_id,
        table.c.external_id.in_(sorted(external_ids)),
    )
    return {row.external_id: row for row in connection.execute(query)}


def tax_names(
    connection: Connection, organisation_id: UUID, connection_id: UUID, codes: Collection[str]
) -> dict[str, str]:
    query = select(_taxes.c.external_id, _taxes.c.name).where(
        _taxes.c.organisation_id == organisation_id,
        _taxes.c.connection_id == connection_id,
        _taxes.c.external_id.in_(sorted(codes)),
    )
    return {row.external_id: row.name for row in connection.execute(query)}
