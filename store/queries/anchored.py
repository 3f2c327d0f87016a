"""Where anchors of the audit log stand beside their own table, and what stands in the log at the places they name."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, select

from ledger.faults import BadInput
from store.audit_anchors import Anchor, read
from store.tables.history import audit, audit_details
from store.tables.proving import closes, verifications

NAMING = ("books.verify", "close.prepare", "audit.export", "evidence.export")
"""Verbs of entries whose details name the anchor before them."""
PLACES_AT_ONCE = 500


def named(connection: Connection, organisation_id: UUID) -> Iterator[tuple[Anchor, str]]:
    """Each anchor that a verification, a pack or an entry of the log itself names, and where it stands in words."""
    own = verifications.c.organisation_id == organisation_id
    for verified in connection.execute(select(verifications.c.started_at, verifications.c.anchor).where(own)):
        yield from _read(verified.anchor, f"the verification of {verified.started_at:%d %b %Y %H:%M}")
    own = closes.c.organisation_id == organisation_id
    for row in connection.execute(select(closes.c.through, closes.c.pack).where(own)):
        yield from _read((row.pack.get("audit") or {}).get("anchor"), f"the pack of {row.through:%d %b %Y}")
    for act in acts(connection, organisation_id, NAMING):
        yield from _read(act.detail.get("anchor"), f"entry {act.sequence}")


def acts(connection: Connection, organisation_id: UUID, verbs: Sequence[str]) -> list[Row[Any]]:
    """Entries of the log with their details, in order."""
    query = (
        select(audit.c.sequence, audit.c.at, audit.c.actor, audit.c.verb, audit.c.object_id, audit_details.c.detail)
        .join_from(
            audit,
            audit_details,
            (audit.c.organisation_id == audit_details.c.organisation_id)
            & (audit.c.sequence == audit_details.c.sequence),
        )
        .where(audit.c.organisation_id == organisation_id, audit.c.verb.in_(verbs))
        .order_by(audit.c.sequence)
    )
    return list(connection.execute(query))


def _read(content: Any, where: str) -> Iterator[tuple[Anchor, str]]:
    with contextlib.suppress(BadInput):
        if content is not None:
            yield read(content), where


def hashes(connection: Connection, organisation_id: UUID, places: Collection[int]) -> dict[int, str]:
    """By sequence, of those entries that are there."""
    wanted, found = sorted(places), {}
    for start in range(0, len(wanted), PLACES_AT_ONCE):
        where = audit.c.sequence.in_(wanted[start : start + PLACES_AT_ONCE])
        query = select(audit.c.sequence, audit.c.hash).where(audit.c.organisation_id == organisation_id, where)
        found.update({row.sequence: row.hash for row in connection.execute(query)})
    return found


def written_at(connection: Connection, organisation_id: UUID, sequence: int) -> datetime | None:
    where = (audit.c.organisation_id == organisation_id) & (audit.c.sequence == sequence)
    found: datetime | None = connection.execute(select(audit.c.at).where(where)).scalar_one_or_none()
    return found
