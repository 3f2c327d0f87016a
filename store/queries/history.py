"""What we knew when: the values of a noun as they were known at a moment, read from the versions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, and_, func, select

from store.tables.history import versions
from store.tables.pulled import NOUN_NAMED
from store.values import from_body


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownThen:
    """One value as it was known: whose it is, since when it was known so, and the value itself."""

    value_id: UUID
    connection_id: UUID
    revision: int
    recorded_at: datetime
    value: Any


def known_at(
    connection: Connection,
    organisation_id: UUID,
    noun: str,
    moment: datetime,
    *,
    connection_id: UUID | None = None,
) -> Iterator[KnownThen]:
    """Values of a noun as recorded by `moment`, what was gone by then left out; in the order of their external ids.

    Raises ValueError for a noun of which no versions are kept (customers, say).
    """
    kept = NOUN_NAMED[noun]
    if kept.valid_on is None:
        raise ValueError(f"No versions are kept of {noun}.")
    by_then = and_(
        versions.c.organisation_id == organisation_id, versions.c.noun == noun, versions.c.recorded_at <= moment
    )
    if connection_id is not None:
        by_then = and_(by_then, versions.c.connection_id == connection_id)
    newest = (
        select(versions.c.value_id, func.max(versions.c.revision).label("revision"))
        .where(by_then)
        .group_by(versions.c.value_id)
        .subquery()
    )
    query = (
        select(versions)
        .join(newest, and_(versions.c.value_id == newest.c.value_id, versions.c.revision == newest.c.revision))
        .where(by_then, versions.c.gone.is_(False))
        .order_by(versions.c.connection_id, versions.c.external_id, versions.c.value_id)
    )
    for row in connection.execute(query):
        yield KnownThen(
            value_id=row.value_id,
            connection_id=row.connection_id,
            revision=row.revision,
            recorded_at=row.recorded_at,
            value=from_body(kept.value, row.body),
        )
