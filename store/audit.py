"""The audit log: one hash chain per organisation, one entry per act; personal values lie beside it.

An entry's hash covers the one before it, its ids, verb, field names and a salted digest of the details, so that an
erasure may empty the details and the chain still holds.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, func, select

from store.locks import serialise
from store.tables.history import audit, audit_details

GENESIS = "0" * 64
ROWS_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Who did what to which object. `detail` holds the values (before, after, amounts, names); summary is for people."""

    actor: str
    verb: str
    object_kind: str
    object_id: str
    summary: str
    detail: Mapping[str, Any]


def record(connection: Connection, organisation_id: UUID, act: Act, now: datetime) -> int:
    """Appends an entry in the caller's transaction and returns its sequence."""
    lock(connection, organisation_id)
    last, previous = head(connection, organisation_id)
    sequence = last + 1
    salt = secrets.token_bytes(16)
    detail = json.loads(json.dumps(dict(act.detail), default=str))
    entry = {
        "organisation_id": organisation_id,
        "sequence": sequence,
        "at": now,
        "actor": act.actor,
        "verb": act.verb,
        "object_kind": act.object_kind,
        "object_id": act.object_id,
        "fields": sorted(detail),
        "detail_digest": _digest(salt, detail, act.summary),
        "previous_hash": previous,
    }
    connection.execute(audit.insert(), {**entry, "hash": _hash(entry)})
    details = {"salt": salt, "detail": detail, "summary": act.summary}
    connection.execute(audit_details.insert(), {"organisation_id": organisation_id, "sequence": sequence, **details})
    return sequence


def first_broken(
    connection: Connection,
    organisation_id: UUID,
    *,
    after: int = 0,
    previous: str = GENESIS,
    through: int | None = None,
) -> int | None:
    """The sequence of the first entry whose hash, place or details do not fit; None where the chain is whole.

    after, previous: a place in the chain that is known to be right and its hash; through: how far to look.
    """
    expected = after + 1
    query = (
        select(audit, audit_details.c.salt, audit_details.c.detail, audit_details.c.summary)
        .join_from(
            audit,
            audit_details,
            (audit.c.organisation_id == audit_details.c.organisation_id)
            & (audit.c.sequence == audit_details.c.sequence),
            isouter=True,
        )
        .where(audit.c.organisation_id == organisation_id, audit.c.sequence > after)
        .order_by(audit.c.sequence)
    )
    if through is not None:
        query = query.where(audit.c.sequence <= through)
    with connection.execute(query.execution_options(yield_per=ROWS_AT_ONCE)) as rows:
        for row in rows:
            entry = {column.name: row._mapping[column] for column in audit.columns if column.name != "hash"}
            fits = row.salt is not None and (
                _is_erased(row) or _digest(row.salt, row.detail, row.summary) == row.detail_digest
            )
            if row.sequence != expected or row.previous_hash != previous or _hash(entry) != row.hash or not fits:
                return int(row.sequence)
            previous, expected = row.hash, expected + 1
    return None


def _is_erased(row: Any) -> bool:
    """Emptied whole: a row that is gone, or one that says anything else than it did, is no erasure."""
    return not row.summary and not row.detail


def entries(connection: Connection, organisation_id: UUID, *, limit: int, before: int | None = None) -> list[Any]:
    """The newest entries first, with their details."""
    query = (
        select(audit, audit_details.c.detail, audit_details.c.summary)
        .join_from(
            audit,
            audit_details,
            (audit.c.organisation_id == audit_details.c.organisation_id)
            & (audit.c.sequence == audit_details.c.sequence),
        )
        .where(audit.c.organisation_id == organisation_id)
        .order_by(audit.c.sequence.desc())
        .limit(limit)
    )
    return list(connection.execute(query if before is None else query.where(audit.c.sequence < before)))


def lock(connection: Connection, organisation_id: UUID) -> None:
    """One act of an organisation at a time, until the transaction ends: two never take the same place in its chain.

    An act that first looks and then writes takes this before it looks.
    """
    serialise(connection, f"acts:{organisation_id}")


def _digest(salt: bytes, detail: Mapping[str, Any], summary: str) -> str:
    return hashlib.sha256(salt + json.dumps([detail, summary], sort_keys=True).encode()).hexdigest()


def _hash(entry: Mapping[str, Any]) -> str:
    at = entry["at"].astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    chained = [
        str(entry["organisation_id"]), entry["sequence"], at, entry["actor"], entry["verb"], entry["object_kind"],
        entry["object_id"], entry["fields"], entry["detail_digest"], entry["previous_hash"],
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(chained).encode()).hexdigest()


def head(connection: Connection, organisation_id: UUID) -> tuple[int, str]:
    """The sequence and hash of the last entry; 0 and the beginning of every chain where there is none."""
    query = select(audit.c.sequence, audit.c.hash).where(audit.c.organisation_id == organisation_id)
    row = connection.execute(query.order_by(audit.c.sequence.desc()).limit(1)).one_or_none()
    return (0, GENESIS) if row is None else (row.sequence, row.hash)


def length(connection: Connection, organisation_id: UUID) -> int:
    """How many entries the chain has."""
    return int(
        connection.execute(
            select(func.count()).select_from(audit).where(audit.c.organisation_id == organisation_id)
        ).scalar_one()
    )
