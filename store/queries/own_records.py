"""Records of the books that we wrote ourselves, as the pulls bring them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, and_, exists, select

from ledger.posting import EntryState, PostingState
from store import bulk
from store.scope import Scope
from store.tables.intake import records
from store.tables.matching import sightings
from store.tables.posting import entries, postings
from store.tables.pulled import NOUN_NAMED

_payments = NOUN_NAMED["payments"].table
_bank_entries = NOUN_NAMED["bank_entries"].table
_IN_FLIGHT = (EntryState.SENT.value, EntryState.UNKNOWN.value)


def is_ours(table: Any) -> Any:
    """A row of a pulled noun is a record that the outbox wrote."""
    return exists().where(
        entries.c.organisation_id == table.c.organisation_id,
        entries.c.connection_id == table.c.connection_id,
        entries.c.record_kind == table.c.record_kind,
        entries.c.external_id == table.c.record_id,
    )


def in_flight(connection: Connection, scope: Scope) -> list[Row[Any]]:
    """Entries that may stand upstream though we do not know their ids yet, with the receipts they came from."""
    whose = and_(postings.c.organisation_id == entries.c.organisation_id, postings.c.id == entries.c.posting_id)
    query = (
        select(entries.c.write_id, entries.c.created_at, postings.c.receipt_id)
        .join_from(entries, postings, whose)
        .where(scope.where(entries), entries.c.state.in_(_IN_FLIGHT), postings.c.receipt_id.is_not(None))
    )
    return list(connection.execute(query))


def unsighted_since(connection: Connection, scope: Scope, since: Any) -> list[Row[Any]]:
    """Payments and bank entries that came since then and that no receipt has sighted."""
    found: list[Row[Any]] = []
    for table in (_payments, _bank_entries):
        sighted = exists().where(
            sightings.c.organisation_id == table.c.organisation_id,
            sightings.c.connection_id == table.c.connection_id,
            sightings.c.record_kind == table.c.record_kind,
            sightings.c.external_id == table.c.external_id,
        )
        where = [scope.where(table), table.c.gone_at.is_(None), table.c.recorded_at >= since, ~sighted]
        found += connection.execute(select(table).where(*where))
    return found


def came_after(connection: Connection, scope: Scope, since: datetime) -> list[Row[Any]]:
    """Payments and bank entries that the store learnt of after that, that stand, and that no entry of the outbox is."""
    found: list[Row[Any]] = []
    for table in (_payments, _bank_entries):
        where = [scope.where(table), table.c.gone_at.is_(None), table.c.recorded_at > since, ~is_ours(table)]
        found += connection.execute(select(table).where(*where))
    return found


def known(connection: Connection, organisation_id: UUID, write_ids: Collection[str]) -> set[str]:
    """Those of the markers that the outbox has an entry of."""
    query = select(entries.c.write_id).where(
        entries.c.organisation_id == organisation_id, bulk.among(connection, entries.c.write_id, sorted(write_ids))
    )
    return set(connection.execute(query).scalars())


def news_of_ours(connection: Connection, scope: Scope) -> list[UUID]:
    """Postings that stand, and of whose records the store has learnt something since it last looked at them."""
    whose = and_(postings.c.organisation_id == entries.c.organisation_id, postings.c.id == entries.c.posting_id)
    direct = and_(
        records.c.organisation_id == entries.c.organisation_id, records.c.connection_id == entries.c.connection_id,
        records.c.kind == entries.c.record_kind, records.c.external_id == entries.c.external_id,
    )  # fmt: skip
    seen = and_(
        sightings.c.organisation_id == postings.c.organisation_id, sightings.c.receipt_id == postings.c.receipt_id,
        sightings.c.connection_id == entries.c.connection_id, sightings.c.kind == "ledger",
    )  # fmt: skip
    behind = and_(
        records.c.organisation_id == sightings.c.organisation_id, records.c.connection_id == sightings.c.connection_id,
        records.c.kind == sightings.c.record_kind, records.c.external_id == sightings.c.external_id,
    )  # fmt: skip
    stands = and_(
        scope.where(entries), entries.c.state == EntryState.POSTED.value, postings.c.state == PostingState.POSTED.value
    )
    news = records.c.recorded_at > entries.c.updated_at
    queries = (
        select(postings.c.id).join_from(entries, postings, whose).join(records, direct).where(stands, news),
        select(postings.c.id)
        .join_from(entries, postings, whose)
        .join(sightings, seen)
        .join(records, behind)
        .where(stands, news),
    )
    found = {own for query in queries for own in connection.execute(query.distinct()).scalars()}
    return sorted(found)
