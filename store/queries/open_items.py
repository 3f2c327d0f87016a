"""What can be matched in an entity: its documents, customers, receipts, links and rates, as rows."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, Select, and_, or_, select

from store.sums import exact_sum
from store.tables.matching import match_lines, matches, mirrors, receipts
from store.tables.pulled import NOUN_NAMED
from store.tables.tenancy import connections

_RESERVING = ("awaiting", "approved", "posting", "failed")  # decided here and not yet an allocation of the books
_CONFIRMED = ("approved", "posting", "failed", "posted")
_UNREAD = frozenset({"lines", "memo", "digest", "recorded_at", "updated_at", "metadata", "statement_descriptor"})
_LOOKED_AT = ("unmatched", "suggested", "matched", "partly_matched", "duplicate", "payout", "reversal")


def of_entity(noun: str, organisation_id: UUID, entity_id: UUID, *, gone: bool = False) -> Select[Any]:
    """Rows of a noun with their connection's role and provider; `gone`: those too that no longer stand."""
    table = NOUN_NAMED[noun].table
    columns = [column for column in table.columns if column.name not in _UNREAD]
    whose = and_(connections.c.organisation_id == table.c.organisation_id, connections.c.id == table.c.connection_id)
    query = (
        select(*columns, connections.c.role, connections.c.provider)
        .join_from(table, connections, whose)
        .where(table.c.organisation_id == organisation_id, connections.c.entity_id == entity_id)
    )
    return query if gone else query.where(table.c.gone_at.is_(None))


def documents(connection: Connection, noun: str, organisation_id: UUID, entity_id: UUID) -> list[Row[Any]]:
    """All standing rows of a pulled noun in an entity, in a fixed order."""
    table = NOUN_NAMED[noun].table
    query = of_entity(noun, organisation_id, entity_id).order_by(table.c.connection_id, table.c.external_id)
    return list(connection.execute(query))


def receipts_to_match(connection: Connection, organisation_id: UUID, entity_id: UUID) -> list[Row[Any]]:
    """Receipts that nobody has decided on and that are not known to be recorded."""
    decided = (
        select(matches.c.receipt_id)
        .where(matches.c.organisation_id == organisation_id, matches.c.state.in_((*_RESERVING, "posted")))
        .scalar_subquery()
    )
    query = (
        select(receipts)
        .where(receipts.c.organisation_id == organisation_id, receipts.c.entity_id == entity_id)
        .where(receipts.c.status.in_(_LOOKED_AT), receipts.c.id.not_in(decided))
        .order_by(receipts.c.received_on, receipts.c.id)
    )
    return list(connection.execute(query))


def reserved(connection: Connection, organisation_id: UUID) -> dict[UUID, int]:
    """What approved matches take of each document, until the books show it themselves."""
    query = (
        select(match_lines.c.document_id, exact_sum(match_lines.c.applied_minor))
        .join_from(
            match_lines,
            matches,
            and_(matches.c.organisation_id == match_lines.c.organisation_id, matches.c.id == match_lines.c.match_id),
        )
        .where(matches.c.organisation_id == organisation_id, matches.c.state.in_(_RESERVING))
        .group_by(match_lines.c.document_id)
    )
    return {row[0]: int(row[1]) for row in connection.execute(query)}


def links(connection: Connection, organisation_id: UUID, entity_id: UUID) -> list[Row[Any]]:
    """Mirror links of an entity, the unlinked ones too: a person's no is remembered."""
    query = select(mirrors).where(mirrors.c.organisation_id == organisation_id, mirrors.c.entity_id == entity_id)
    return list(connection.execute(query.order_by(mirrors.c.mirror_id, mirrors.c.primary_id)))


def confirmed(connection: Connection, organisation_id: UUID, entity_id: UUID) -> list[Row[Any]]:
    """Lines that people approved, with their receipts: what the organisation's memory is made of."""
    query = (
        select(receipts, match_lines.c.document_id, match_lines.c.applied_minor, matches.c.decided_at)
        .join_from(
            matches,
            receipts,
            and_(receipts.c.organisation_id == matches.c.organisation_id, receipts.c.id == matches.c.receipt_id),
        )
        .join(
            match_lines,
            and_(match_lines.c.organisation_id == matches.c.organisation_id, match_lines.c.match_id == matches.c.id),
        )
        .where(matches.c.organisation_id == organisation_id, matches.c.entity_id == entity_id)
        .where(matches.c.state.in_(_CONFIRMED), matches.c.decided_by.is_not(None))
        .order_by(receipts.c.received_on, receipts.c.id, match_lines.c.position)
    )
    return list(connection.execute(query))


def standing_proposals(connection: Connection, organisation_id: UUID, entity_id: UUID) -> list[Row[Any]]:
    """Proposals nobody has decided on, and those that people declined, with their lines."""
    query = (
        select(
            matches.c.id, matches.c.receipt_id, matches.c.state, matches.c.rank, matches.c.decision, matches.c.confidence,
            matches.c.reason, matches.c.evidence, matches.c.rivals, match_lines.c.document_id, match_lines.c.applied_minor, match_lines.c.position,
        )
        .join_from(
            matches,
            match_lines,
            and_(match_lines.c.organisation_id == matches.c.organisation_id, match_lines.c.match_id == matches.c.id),
        )
        .where(matches.c.organisation_id == organisation_id, matches.c.entity_id == entity_id)
        .where(or_(matches.c.state == "proposed", matches.c.state == "declined"))
        .order_by(matches.c.id, match_lines.c.position)
    )  # fmt: skip
    return list(connection.execute(query))
