"""One document or receipt by id, and what approved matches take of a document."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, Select, and_, bindparam, or_, select

from ledger.faults import NotFound
from store.sums import exact_sum
from store.tables.matching import match_lines, matches, mirrors, receipts
from store.tables.pulled import NOUN_NAMED
from store.tables.tenancy import connections

RESERVING = ("awaiting", "approved", "posting", "failed")


def find_document(connection: Connection, organisation_id: UUID, noun: str, own_id: UUID) -> Row[Any]:
    """A row of a pulled noun with its entity, provider and role. Raises NotFound."""
    row = connection.execute(_one_of(noun), {"organisation_id": organisation_id, "own_id": own_id}).one_or_none()
    if row is None:
        raise NotFound("This document does not exist here.")
    return row


@cache
def _one_of(noun: str) -> Select[Any]:
    table = NOUN_NAMED[noun].table
    whose = and_(connections.c.organisation_id == table.c.organisation_id, connections.c.id == table.c.connection_id)
    return (
        select(table, connections.c.entity_id, connections.c.provider, connections.c.role)
        .join_from(table, connections, whose)
        .where(table.c.organisation_id == bindparam("organisation_id"), table.c.id == bindparam("own_id"))
    )


_RECEIPT = select(receipts).where(
    receipts.c.organisation_id == bindparam("organisation_id"), receipts.c.id == bindparam("own_id")
)


def find_receipt(connection: Connection, organisation_id: UUID, own_id: UUID) -> Row[Any]:
    """Raises NotFound."""
    row = connection.execute(_RECEIPT, {"organisation_id": organisation_id, "own_id": own_id}).one_or_none()
    if row is None:
        raise NotFound("This receipt does not exist here.")
    return row


def links_of(connection: Connection, organisation_id: UUID, document_ids: Sequence[UUID]) -> set[tuple[UUID, UUID]]:
    """The standing links that touch these documents, as (mirror, primary)."""
    touched = or_(mirrors.c.mirror_id.in_(document_ids), mirrors.c.primary_id.in_(document_ids))
    query = select(mirrors.c.mirror_id, mirrors.c.primary_id).where(
        mirrors.c.organisation_id == organisation_id, mirrors.c.state == "linked", touched
    )
    return {(row.mirror_id, row.primary_id) for row in connection.execute(query)}


def reserved_of(connection: Connection, organisation_id: UUID, document_id: UUID) -> int:
    """What approved matches take of a debt, in its minor units (negative for a credit note): of the document and its twins."""
    debt = {document_id, *(one for pair in links_of(connection, organisation_id, (document_id,)) for one in pair)}
    found = connection.execute(
        select(exact_sum(match_lines.c.applied_minor))
        .join_from(
            match_lines,
            matches,
            and_(matches.c.organisation_id == match_lines.c.organisation_id, matches.c.id == match_lines.c.match_id),
        )
        .where(match_lines.c.organisation_id == organisation_id, match_lines.c.document_id.in_(debt))
        .where(matches.c.state.in_(RESERVING))
    ).scalar_one()
    return int(found or 0)
