"""Everything that the store holds of one receipt and of what came of it, as rows."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, Table, and_, or_, select

from ledger.faults import NotFound
from store.tables.history import audit, audit_details
from store.tables.intake import records
from store.tables.matching import match_lines, match_states, matches, receipts, sightings
from store.tables.posting import batch_members, entries, post_batches, posting_rules, posting_states, postings
from store.tables.pulled import NOUN_NAMED


def receipt_of(connection: Connection, organisation_id: UUID, wanted: str) -> Row[Any]:
    """By its id, or by the external id of its first sighting. Raises NotFound."""
    names = [receipts.c.external_id == wanted]
    with contextlib.suppress(ValueError):
        names.append(receipts.c.id == UUID(wanted))
    query = select(receipts).where(receipts.c.organisation_id == organisation_id, or_(*names)).limit(1)
    found: Row[Any] | None = connection.execute(query).one_or_none()
    if found is None:
        raise NotFound(f"There is no receipt {wanted!r} here; give its id, or the id of its charge or bank line.")
    return found


def seen_as(connection: Connection, organisation_id: UUID, receipt_id: UUID) -> list[tuple[Row[Any], Row[Any] | None]]:
    """Each sighting with the kept record behind it."""
    behind = and_(
        records.c.organisation_id == sightings.c.organisation_id, records.c.connection_id == sightings.c.connection_id,
        records.c.kind == sightings.c.record_kind, records.c.external_id == sightings.c.external_id,
    )  # fmt: skip
    own = list(_all(connection, sightings, organisation_id, sightings.c.receipt_id == receipt_id, order="recorded_at"))
    kept = {
        (row.connection_id, row.kind, row.external_id): row
        for row in connection.execute(
            select(records)
            .join(sightings, behind)
            .where(records.c.organisation_id == organisation_id, sightings.c.receipt_id == receipt_id)
        )
    }
    return [(row, kept.get((row.connection_id, row.record_kind, row.external_id))) for row in own]


def decisions(connection: Connection, organisation_id: UUID, receipt_id: UUID) -> list[Row[Any]]:
    """Every match that was ever proposed or decided, in order."""
    return _all(connection, matches, organisation_id, matches.c.receipt_id == receipt_id, order="recorded_at")


def lines_of(connection: Connection, organisation_id: UUID, match_id: UUID) -> list[Row[Any]]:
    return _all(connection, match_lines, organisation_id, match_lines.c.match_id == match_id, order="position")


def states_of(connection: Connection, organisation_id: UUID, match_id: UUID) -> list[Row[Any]]:
    return _all(connection, match_states, organisation_id, match_states.c.match_id == match_id, order="sequence")


def document(connection: Connection, organisation_id: UUID, noun: str, own_id: UUID) -> Row[Any] | None:
    table = NOUN_NAMED[noun].table
    query = select(table).where(table.c.organisation_id == organisation_id, table.c.id == own_id)
    found: Row[Any] | None = connection.execute(query).one_or_none()
    return found


def payload_row(connection: Connection, row: Any) -> Row[Any] | None:
    """The kept record that a pulled row came from."""
    query = select(records).where(
        records.c.organisation_id == row.organisation_id, records.c.connection_id == row.connection_id,
        records.c.kind == row.record_kind, records.c.external_id == row.record_id,
    )  # fmt: skip
    found: Row[Any] | None = connection.execute(query).one_or_none()
    return found


def postings_of(connection: Connection, organisation_id: UUID, receipt_id: UUID) -> list[Row[Any]]:
    return _all(connection, postings, organisation_id, postings.c.receipt_id == receipt_id, order="created_at")


def posting_states_of(connection: Connection, organisation_id: UUID, own: UUID) -> list[Row[Any]]:
    return _all(connection, posting_states, organisation_id, posting_states.c.posting_id == own, order="sequence")


def entries_of(connection: Connection, organisation_id: UUID, own: UUID) -> list[Row[Any]]:
    return _all(connection, entries, organisation_id, entries.c.posting_id == own, order="position")


def account_name(connection: Connection, entry: Row[Any]) -> str | None:
    """Of the account of money that an entry names, as the books call it."""
    table = NOUN_NAMED["accounts"].table
    query = select(table.c.name).where(
        table.c.organisation_id == entry.organisation_id, table.c.connection_id == entry.connection_id,
        table.c.external_id == entry.account_external_id,
    )  # fmt: skip
    found: str | None = connection.execute(query.limit(1)).scalar_one_or_none()
    return found


def calls_of(connection: Connection, organisation_id: UUID, entry_id: UUID) -> list[Row[Any]]:
    """The stored calls that an entry was a member of, with what became of it in each."""
    query = (
        select(
            post_batches,
            batch_members.c.position,
            batch_members.c.result,
            batch_members.c.code,
            batch_members.c.sentence,
        )
        .join_from(
            batch_members,
            post_batches,
            and_(
                post_batches.c.organisation_id == batch_members.c.organisation_id,
                post_batches.c.id == batch_members.c.batch_id,
            ),
        )
        .where(batch_members.c.organisation_id == organisation_id, batch_members.c.entry_id == entry_id)
        .order_by(post_batches.c.created_at, post_batches.c.id)
    )
    return list(connection.execute(query))


def rules_of(connection: Connection, organisation_id: UUID, entity_id: UUID, version: int | None) -> Row[Any] | None:
    query = select(posting_rules).where(
        posting_rules.c.organisation_id == organisation_id, posting_rules.c.entity_id == entity_id,
        posting_rules.c.version == version,
    )  # fmt: skip
    found: Row[Any] | None = connection.execute(query).one_or_none()
    return found


def acts_on(connection: Connection, organisation_id: UUID, object_ids: Sequence[str]) -> list[Row[Any]]:
    """Entries of the audit log about any of these, the oldest first."""
    own = and_(audit.c.organisation_id == audit_details.c.organisation_id, audit.c.sequence == audit_details.c.sequence)
    query = (
        select(audit, audit_details.c.summary)
        .join_from(audit, audit_details, own)
        .where(audit.c.organisation_id == organisation_id, audit.c.object_id.in_(list(object_ids)))
        .order_by(audit.c.sequence)
    )
    return list(connection.execute(query))


def log(connection: Connection, organisation_id: UUID, after: int, limit: int) -> list[Row[Any]]:
    """The audit log in order, with its hashes and details."""
    own = and_(audit.c.organisation_id == audit_details.c.organisation_id, audit.c.sequence == audit_details.c.sequence)
    query = (
        select(audit, audit_details.c.summary, audit_details.c.detail, audit_details.c.salt)
        .select_from(audit.outerjoin(audit_details, own))
        .where(audit.c.organisation_id == organisation_id, audit.c.sequence > after)
        .order_by(audit.c.sequence)
        .limit(limit)
    )
    return list(connection.execute(query))


def _all(connection: Connection, table: Table, organisation_id: UUID, where: Any, *, order: str) -> list[Row[Any]]:
    query = select(table).where(table.c.organisation_id == organisation_id, where)
    return list(connection.execute(query.order_by(table.c[order])))
