"""An organisation's matching policy: every version that it has had, append-only."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, select

from store.tables.policies import policies

SHIPPED_VERSION = 1  # what an organisation follows before it has chosen anything


def newest(connection: Connection, organisation_id: UUID) -> Row[Any] | None:
    """The version that is followed now; None where the organisation has chosen nothing."""
    found: Row[Any] | None = connection.execute(
        select(policies)
        .where(policies.c.organisation_id == organisation_id)
        .order_by(policies.c.version.desc())
        .limit(1)
    ).one_or_none()
    return found


def version(connection: Connection, organisation_id: UUID, number: int) -> Row[Any] | None:
    found: Row[Any] | None = connection.execute(
        select(policies).where(policies.c.organisation_id == organisation_id, policies.c.version == number)
    ).one_or_none()
    return found


def versions(connection: Connection, organisation_id: UUID, limit: int) -> list[Row[Any]]:
    """The newest first."""
    query = select(policies).where(policies.c.organisation_id == organisation_id)
    return list(connection.execute(query.order_by(policies.c.version.desc()).limit(limit)))


def add(
    connection: Connection, organisation_id: UUID, choices: Mapping[str, Any], whole: Mapping[str, Any],
    *, note: str, by: str, now: datetime,
) -> int:  # fmt: skip
    """Appends a version and gives its number. The caller holds the organisation's lock."""
    last = newest(connection, organisation_id)
    number = SHIPPED_VERSION + 1 if last is None else int(last.version) + 1
    connection.execute(
        policies.insert().values(
            organisation_id=organisation_id, version=number, choices=dict(choices), whole=dict(whole), made_by=by,
            made_at=now, note=note,
        )
    )  # fmt: skip
    return number
