"""One receipt with all that is known of it: sightings, matches and their states, its payout, what people did."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, and_, select

from store.tables.history import audit, audit_details
from store.tables.matching import match_states, matches, receipts, sightings
from store.tables.tenancy import connections, entities


def place_of(connection: Connection, organisation_id: UUID, receipt_id: UUID) -> Any:
    """Entity and connection of a receipt, by name."""
    found: Any = connection.execute(
        select(entities.c.name.label("entity_name"), connections.c.provider, connections.c.company_name)
        .select_from(
            receipts.join(
                entities,
                and_(entities.c.organisation_id == receipts.c.organisation_id, entities.c.id == receipts.c.entity_id),
            ).outerjoin(
                connections,
                and_(
                    connections.c.organisation_id == receipts.c.organisation_id,
                    connections.c.id == receipts.c.connection_id,
                ),
            )
        )
        .where(receipts.c.organisation_id == organisation_id, receipts.c.id == receipt_id)
    ).one_or_none()
    return found


def sightings_of(connection: Connection, organisation_id: UUID, receipt_id: UUID) -> list[Row[Any]]:
    whose = and_(
        connections.c.organisation_id == sightings.c.organisation_id, connections.c.id == sightings.c.connection_id
    )
    query = (
        select(sightings, connections.c.provider, connections.c.company_name)
        .select_from(sightings.outerjoin(connections, whose))
        .where(sightings.c.organisation_id == organisation_id, sightings.c.receipt_id == receipt_id)
        .order_by(sightings.c.recorded_at, sightings.c.record_kind, sightings.c.external_id)
    )
    return list(connection.execute(query))


def states_of(connection: Connection, organisation_id: UUID, receipt_id: UUID) -> list[Row[Any]]:
    """Every state that any match of the receipt has had, the newest first."""
    own = and_(matches.c.organisation_id == match_states.c.organisation_id, matches.c.id == match_states.c.match_id)
    query = (
        select(match_states, matches.c.rank, matches.c.decision)
        .join_from(match_states, matches, own)
        .where(matches.c.organisation_id == organisation_id, matches.c.receipt_id == receipt_id)
        .order_by(match_states.c.at.desc(), match_states.c.match_id, match_states.c.sequence.desc())
    )
    return list(connection.execute(query))


def acts_on(connection: Connection, organisation_id: UUID, object_ids: Sequence[str], limit: int) -> list[Row[Any]]:
    """Audit entries of objects, the newest first."""
    own = and_(audit.c.organisation_id == audit_details.c.organisation_id, audit.c.sequence == audit_details.c.sequence)
    query = (
        select(
            audit.c.sequence, audit.c.at, audit.c.actor, audit.c.verb, audit_details.c.summary, audit_details.c.detail
        )
        .join_from(audit, audit_details, own)
        .where(audit.c.organisation_id == organisation_id, audit.c.object_id.in_(object_ids))
        .order_by(audit.c.sequence.desc())
        .limit(limit)
    )
    return list(connection.execute(query))
