"""A processor's charges beside their receipts: what was decided of each, and what the ledger holds of it already."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, and_, exists, select

from store import bulk
from store.tables.matching import matches, receipts, sightings
from store.tables.pulled import NOUN_NAMED

_charges = NOUN_NAMED["charges"].table
_DECIDED = ("awaiting", "approved", "posting", "failed", "posted")


def charge_receipts(
    connection: Connection, organisation_id: UUID, connection_id: UUID, *, among: Sequence[str] | None = None
) -> dict[str, Row[Any]]:
    """By charge: its receipt, with the match that somebody decided on and whether proposals wait."""
    decided = _decided()
    proposed = exists().where(
        matches.c.organisation_id == receipts.c.organisation_id, matches.c.receipt_id == receipts.c.id,
        matches.c.state == "proposed",
    )  # fmt: skip
    query = (
        select(receipts, decided.c.id.label("match_id"), decided.c.state.label("match_state"), proposed.label("asked"))
        .outerjoin_from(
            receipts,
            decided,
            and_(decided.c.organisation_id == receipts.c.organisation_id, decided.c.receipt_id == receipts.c.id),
        )
        .where(receipts.c.organisation_id == organisation_id, receipts.c.connection_id == connection_id)
    )
    if among is not None:
        query = query.where(bulk.among(connection, receipts.c.external_id, among))
    return {row.external_id: row for row in connection.execute(query)}


def _decided() -> Any:
    return select(matches).where(matches.c.state.in_(_DECIDED)).subquery("decided")


def recorded_charges(
    connection: Connection, organisation_id: UUID, connection_id: UUID, *, among: Sequence[str] | None = None
) -> dict[UUID, Row[Any]]:
    """By receipt: the ledger's record that is the same cash, whoever made it."""
    query = (
        select(sightings)
        .join_from(
            sightings,
            receipts,
            and_(receipts.c.organisation_id == sightings.c.organisation_id, receipts.c.id == sightings.c.receipt_id),
        )
        .where(sightings.c.organisation_id == organisation_id, sightings.c.kind == "ledger")
        .where(receipts.c.connection_id == connection_id)
    )
    if among is not None:
        query = query.where(bulk.among(connection, receipts.c.external_id, among))
    return {row.receipt_id: row for row in connection.execute(query)}


def charges(
    connection: Connection, organisation_id: UUID, connection_id: UUID, *, among: Sequence[str] | None = None
) -> dict[str, Row[Any]]:
    query = select(_charges).where(
        _charges.c.organisation_id == organisation_id, _charges.c.connection_id == connection_id,
        _charges.c.gone_at.is_(None),
    )  # fmt: skip
    if among is not None:
        query = query.where(bulk.among(connection, _charges.c.external_id, among))
    return {row.external_id: row for row in connection.execute(query)}
