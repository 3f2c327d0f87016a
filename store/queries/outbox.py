"""What the outbox has to do: postings that are ready, those that are under way, and approved matches without one."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, and_, case, exists, func, or_, select

from ledger.posting import Cause, PostingState
from store.tables.matching import matches, receipts
from store.tables.posting import postings
from store.tables.tenancy import connections

Place = tuple[datetime, UUID]
"""Where a reading of the queue stands: created_at and id of the last one."""


def _of(organisation_id: UUID, connection_id: UUID) -> Any:
    return and_(postings.c.organisation_id == organisation_id, postings.c.connection_id == connection_id)


def ready(
    connection: Connection,
    organisation_id: UUID,
    connection_id: UUID,
    now: datetime,
    *,
    limit: int,
    after: Place | None = None,
    only: Collection[UUID] | None = None,
    asked: bool = False,
) -> list[Row[Any]]:
    """Postings that may go now, the oldest first. asked: only those that a person asked for.

    seen_by: the connection whose money it is (a processor's, a bank account's).
    """
    came = and_(receipts.c.organisation_id == postings.c.organisation_id, receipts.c.id == postings.c.receipt_id)
    query = (
        select(postings, receipts.c.connection_id.label("seen_by"))
        .select_from(postings.outerjoin(receipts, came))
        .where(_of(organisation_id, connection_id), postings.c.state == PostingState.READY.value)
        .where(or_(postings.c.due_at.is_(None), postings.c.due_at <= now))
        .order_by(postings.c.created_at, postings.c.id)
        .limit(limit)
    )
    if after is not None:
        later = and_(postings.c.created_at == after[0], postings.c.id > after[1])
        query = query.where(or_(postings.c.created_at > after[0], later))
    if only is not None:
        query = query.where(postings.c.id.in_(list(only)))
    if asked:
        query = query.where(postings.c.batch_id.is_not(None))
    return list(connection.execute(query))


def source_of(row: Any) -> str:
    """The connection whose money a posting is of: a processor's, a bank account's; empty where it is of none."""
    return str((row.choices or {}).get("source") or row.seen_by or "")


def asked_of(connection: Connection, organisation_id: UUID, connection_id: UUID) -> list[UUID]:
    """Ready postings that somebody asked for, to these books or of this source's money."""
    came = and_(receipts.c.organisation_id == postings.c.organisation_id, receipts.c.id == postings.c.receipt_id)
    query = (
        select(postings.c.id, postings.c.connection_id, postings.c.choices, receipts.c.connection_id.label("seen_by"))
        .select_from(postings.outerjoin(receipts, came))
        .where(postings.c.organisation_id == organisation_id, postings.c.state == PostingState.READY.value)
        .where(postings.c.batch_id.is_not(None))
        .order_by(postings.c.id)
    )
    rows = connection.execute(query)
    return [row.id for row in rows if row.connection_id == connection_id or source_of(row) == str(connection_id)]


def in_state(connection: Connection, organisation_id: UUID, connection_id: UUID, state: PostingState) -> list[Row[Any]]:
    query = select(postings).where(_of(organisation_id, connection_id), postings.c.state == state.value)
    return list(connection.execute(query.order_by(postings.c.created_at, postings.c.id)))


def count_by_state(connection: Connection, organisation_id: UUID, connection_id: UUID) -> dict[str, int]:
    query = select(postings.c.state, func.count()).where(_of(organisation_id, connection_id)).group_by(postings.c.state)
    return {row[0]: row[1] for row in connection.execute(query)}


def connections_to_post(connection: Connection, now: datetime, organisation_id: UUID | None = None) -> list[Row[Any]]:
    """Of every organisation, or of one: connections with something ready, or under way. asked: a person asked for some of it."""
    under_way = postings.c.state.in_((PostingState.POSTING.value, PostingState.UNDOING.value))
    is_ready = and_(
        postings.c.state == PostingState.READY.value, or_(postings.c.due_at.is_(None), postings.c.due_at <= now)
    )
    query = (
        select(
            postings.c.organisation_id,
            postings.c.connection_id,
            postings.c.entity_id,
            func.count(postings.c.batch_id).label("asked"),
            func.sum(case((under_way, 1), else_=0)).label("under_way"),
        )
        .where(or_(is_ready, under_way), postings.c.connection_id.is_not(None))
        .group_by(postings.c.organisation_id, postings.c.connection_id, postings.c.entity_id)
    )
    if organisation_id is not None:
        query = query.where(postings.c.organisation_id == organisation_id)
    return list(connection.execute(query))


def approved_without_posting(
    connection: Connection, organisation_id: UUID, entity_id: UUID, limit: int
) -> list[Row[Any]]:
    """Matches that were approved before there was an outbox, or whose entity had no books then."""
    whose = and_(receipts.c.organisation_id == matches.c.organisation_id, receipts.c.id == matches.c.receipt_id)
    has_one = exists().where(
        postings.c.organisation_id == matches.c.organisation_id,
        postings.c.match_id == matches.c.id,
        postings.c.cause_kind == Cause.MATCH.value,
        postings.c.state.not_in((PostingState.WITHDRAWN.value, PostingState.UNDONE.value)),
    )
    query = (
        select(
            matches, receipts.c.currency, receipts.c.amount_minor, receipts.c.received_on,
        )
        .join_from(matches, receipts, whose)
        .where(matches.c.organisation_id == organisation_id, matches.c.entity_id == entity_id)
        .where(matches.c.state == "approved", ~has_one)
        .order_by(matches.c.recorded_at, matches.c.id)
        .limit(limit)
    )  # fmt: skip
    return list(connection.execute(query))


def books_of(connection: Connection, organisation_id: UUID, entity_id: UUID) -> UUID | None:
    """The connection that holds an entity's books: its ledger, and without one its only processor."""
    query = select(connections.c.id, connections.c.role, connections.c.provider).where(
        connections.c.organisation_id == organisation_id,
        connections.c.entity_id == entity_id,
        connections.c.role.in_(("books", "processor")),
    )
    rows = list(connection.execute(query.order_by(connections.c.id)))
    ledgers = [row.id for row in rows if row.role == "books"]
    processors = [row.id for row in rows if row.role == "processor"]
    if ledgers:
        found: UUID = ledgers[0]
        return found
    return processors[0] if len(processors) == 1 else None


def ready_ids(connection: Connection, organisation_id: UUID, connection_id: UUID) -> list[UUID]:
    """Everything that is ready for a connection, whether its time has come or not."""
    query = select(postings.c.id).where(
        _of(organisation_id, connection_id), postings.c.state == PostingState.READY.value
    )
    return list(connection.execute(query.order_by(postings.c.created_at, postings.c.id)).scalars())
