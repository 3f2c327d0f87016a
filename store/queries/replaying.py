"""What a replay of past days reads beside the standing rows: versions of documents, and what was decided when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, and_, select

from store.queries.history import every_version
from store.tables.matching import match_lines, matches, receipts, sightings

_VERSION = ("value_id", "revision", "connection_id", "recorded_at", "gone", "status", "amount_minor")
_ACCEPTED = ("approved", "posting", "posted", "failed")


def versions_of(connection: Connection, organisation_id: UUID, noun: str) -> list[Row[Any]]:
    """Every version of a noun's values by value, the oldest first, without their bodies."""
    return every_version(connection, organisation_id, noun, _VERSION)


def receipts_between(
    connection: Connection, organisation_id: UUID, entity_id: UUID, since: date, until: date
) -> list[Row[Any]]:
    """Money that came in on these days, whatever became of it."""
    query = (
        select(receipts)
        .where(receipts.c.organisation_id == organisation_id, receipts.c.entity_id == entity_id)
        .where(receipts.c.received_on >= since, receipts.c.received_on <= until, receipts.c.amount_minor > 0)
        .order_by(receipts.c.received_on, receipts.c.id)
    )
    return list(connection.execute(query))


def accepted(connection: Connection, organisation_id: UUID, entity_id: UUID, machines: Sequence[str]) -> list[Row[Any]]:
    """Lines of what people accepted, with when and by whom. machines: who decides without being a person."""
    lines = and_(match_lines.c.organisation_id == matches.c.organisation_id, match_lines.c.match_id == matches.c.id)
    query = (
        select(
            matches.c.receipt_id, matches.c.decided_by, matches.c.decided_at, match_lines.c.document_id,
            match_lines.c.document_noun, match_lines.c.applied_minor,
        )
        .join_from(matches, match_lines, lines)
        .where(matches.c.organisation_id == organisation_id, matches.c.entity_id == entity_id)
        .where(matches.c.state.in_(_ACCEPTED), matches.c.decided_by.not_in(machines))
        .order_by(matches.c.receipt_id, match_lines.c.position)
    )  # fmt: skip
    return list(connection.execute(query))


def ledger_sightings(connection: Connection, organisation_id: UUID) -> list[Row[Any]]:
    """(connection, external id) of the ledger's records that are some receipt's money, and whose."""
    query = select(sightings.c.connection_id, sightings.c.external_id, sightings.c.receipt_id).where(
        sightings.c.organisation_id == organisation_id, sightings.c.kind == "ledger"
    )
    return list(connection.execute(query))
