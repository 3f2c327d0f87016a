"""What was posted in a span of time: by kind and currency, what failed, what was taken back, and what still waits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, and_, func, select, true

from store.queries.screens.parts import connection_of
from store.sums import exact_sum
from store.tables.matching import receipts
from store.tables.posting import posting_states, postings
from store.tables.tenancy import connections

TOLD: Final = ("posted", "found", "failed", "given_up", "undone")
"""Changes of state that a digest speaks of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """From the first moment on, and before the second. entity_id: None for all."""

    organisation_id: UUID
    begins: datetime
    ends: datetime
    entity_id: UUID | None = None


def reached(connection: Connection, span: Span) -> list[Row[Any]]:
    """How many postings came to each state in the span, and their sum, by the books, kind and currency.

    One that came to a state twice counts once.
    """
    came = _came(span)
    query = (
        select(
            came.c.state, postings.c.cause_kind, postings.c.currency, connections.c.company_name, connections.c.provider,
            func.count().label("postings"), exact_sum(postings.c.amount_minor).label("minor"),
        )
        .select_from(_with(came))
        .where(_own(span))
        .group_by(
            came.c.state, postings.c.cause_kind, postings.c.currency, connections.c.company_name, connections.c.provider
        )
        .order_by(connections.c.company_name, postings.c.cause_kind, postings.c.currency, came.c.state)
    )  # fmt: skip
    return list(connection.execute(query))


def rows(connection: Connection, span: Span, states: tuple[str, ...], *, limit: int) -> list[Row[Any]]:
    """The postings themselves, with their receipt's payer, the latest first."""
    came = _came(span, states)
    whose = and_(receipts.c.organisation_id == postings.c.organisation_id, receipts.c.id == postings.c.receipt_id)
    query = (
        select(
            postings, receipts.c.payer_name, receipts.c.payer_email, receipts.c.payer_account, connections.c.company_name,
            connections.c.provider, came.c.state.label("came_to"), came.c.at.label("came_at"),
        )
        .select_from(_with(came).outerjoin(receipts, whose))
        .where(_own(span))
        .order_by(came.c.at.desc(), postings.c.id)
        .limit(limit)
    )  # fmt: skip
    return list(connection.execute(query))


def _came(span: Span, states: tuple[str, ...] = TOLD) -> Any:
    return (
        select(
            posting_states.c.organisation_id,
            posting_states.c.posting_id,
            posting_states.c.state,
            func.max(posting_states.c.at).label("at"),
        )
        .where(posting_states.c.organisation_id == span.organisation_id, posting_states.c.state.in_(states))
        .where(posting_states.c.at >= span.begins, posting_states.c.at < span.ends)
        .group_by(posting_states.c.organisation_id, posting_states.c.posting_id, posting_states.c.state)
        .subquery()
    )


def _with(came: Any) -> Any:
    whose = and_(postings.c.organisation_id == came.c.organisation_id, postings.c.id == came.c.posting_id)
    return came.join(postings, whose).outerjoin(connections, connection_of(postings))


def _own(span: Span) -> ColumnElement[bool]:
    return true() if span.entity_id is None else postings.c.entity_id == span.entity_id


def waiting(connection: Connection, organisation_id: UUID, entity_id: UUID | None) -> list[Row[Any]]:
    """What waits, is under way or has failed as of now, by state and currency."""
    query = (
        select(
            postings.c.state,
            postings.c.currency,
            func.count().label("postings"),
            exact_sum(postings.c.amount_minor).label("minor"),
        )
        .where(postings.c.organisation_id == organisation_id)
        .where(postings.c.state.in_(("awaiting", "ready", "posting", "undoing", "failed")))
        .group_by(postings.c.state, postings.c.currency)
        .order_by(postings.c.state, postings.c.currency)
    )
    if entity_id is not None:
        query = query.where(postings.c.entity_id == entity_id)
    return list(connection.execute(query))
