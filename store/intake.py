"""Applying what was pulled: records beside the values they mean, versions of what changed, findings.

The caller has decided which records are to be written (sync/decide.py); all of this runs in the caller's transaction,
together with the cursor.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, and_, bindparam, func, select, tuple_, update

from ledger.finding import Finding, Severity
from store import bulk
from store.fresh import Fresh
from store.incoming import Incoming, Key, Known, by_kind
from store.plain import Unheld, keyed, storable
from store.ready import CODEC, customer_of, nouns_of, packer
from store.scope import Scope, of_keys
from store.sent import write_fresh
from store.tables.intake import findings, listed_ids, records
from store.upsert import upsert
from store.written import storable_alone, write_values

_ANY = select(records.c.kind).where(of_keys(records)).limit(1)
_ANY_FINDING = select(findings.c.record_kind).where(of_keys(findings), findings.c.settled_at.is_(None)).limit(1)
_KNOWN = select(
    records.c.kind, records.c.external_id, records.c.version, records.c.updated_at, records.c.seen_at, records.c.deleted,
    records.c.digest, records.c.nouns, records.c.recorded_at,
)  # fmt: skip
FIELD_CHARACTERS_MAX = 80  # as wide as the column: a field of a provider may be called anything


class Stands(Exception):
    """What was to be written for the first time is there already."""


def fingerprint(raw: bytes) -> str:
    return hashlib.blake2b(raw, digest_size=16).hexdigest()


def known_records(connection: Connection, scope: Scope, keys: Sequence[Key]) -> dict[Key, Known]:
    found: dict[Key, Known] = {}
    for kind, ids in by_kind(keys):
        where = and_(scope.where(records), records.c.kind == kind, bulk.among(connection, records.c.external_id, ids))
        for row in connection.execute(_KNOWN.where(where)):
            found[(row.kind, row.external_id)] = Known(
                version=row.version,
                updated_at=row.updated_at,
                seen_at=row.seen_at,
                deleted=row.deleted,
                digest=row.digest,
                nouns=tuple(row.nouns.split(",")) if row.nouns else (),
                recorded_at=row.recorded_at,
            )
    return found


def write_records(
    connection: Connection, scope: Scope, incoming: Sequence[Incoming], known: dict[Key, Known], now: datetime
) -> int:
    """Writes records with their values, versions and findings. Returns how many value rows changed."""
    if not incoming:
        return 0
    try:
        changed = write_values(connection, scope, incoming, known, now)
    except Unheld:
        incoming = storable_alone(scope, incoming)
        changed = write_values(connection, scope, incoming, known, now)
    _write_payloads(connection, scope, incoming, known, now)
    note_findings(connection, scope, incoming, now)
    return changed


def note_findings(
    connection: Connection, scope: Scope, incoming: Sequence[Incoming], now: datetime, *, keep: Collection[str] = ()
) -> None:
    """Of records that were mapped: what was found before is settled, unless it was found again or its code is kept."""
    found = [finding for item in incoming for finding in item.findings]
    _write_findings(connection, scope, [item.key for item in incoming], found, now, keep)


def write_fresh_records(connection: Connection, scope: Scope, fresh: Mapping[Key, Fresh], now: datetime) -> int:
    """As `write_records`, for records of which nothing stands.

    Raises Stands where that is not so of one of them; some may be written by then, so that the transaction has to end with it.
    """
    if not fresh:
        return 0
    try:
        written = write_fresh(connection, list(fresh.values()), now)
    except connection.dialect.loaded_dbapi.IntegrityError as violation:
        raise Stands from violation
    found = [finding for item in fresh.values() for finding in item.findings]
    _write_findings(connection, scope, list(fresh), found, now)
    return written


def mark_seen(connection: Connection, scope: Scope, seen: Mapping[Key, datetime]) -> None:
    """The records stand as they were, and were true at a later moment than we knew."""
    if not seen:
        return
    where = and_(records.c.kind == bindparam("of_kind"), records.c.external_id == bindparam("of_id"))
    connection.execute(
        update(records).where(scope.where(records), where).values(seen_at=bindparam("seen")),
        [{"of_kind": kind, "of_id": external_id, "seen": at} for (kind, external_id), at in seen.items()],
    )


def note_nouns(connection: Connection, scope: Scope, incoming: Sequence[Incoming], known: Mapping[Key, Known]) -> None:
    """Which tables hold values of records that stand, where a mapping gives others than before: there they are closed."""
    nouns = {item.key: nouns_of(item.values) for item in incoming}
    changed = [key for key, now in nouns.items() if key in known and ",".join(known[key].nouns) != now]
    if not changed:
        return
    where = and_(records.c.kind == bindparam("of_kind"), records.c.external_id == bindparam("of_id"))
    connection.execute(
        update(records).where(scope.where(records), where).values(nouns=bindparam("held")),
        [{"of_kind": kind, "of_id": external_id, "held": nouns[kind, external_id]} for kind, external_id in changed],
    )


_RECORD = tuple(column.name for column in records.columns)


def _write_payloads(
    connection: Connection, scope: Scope, incoming: Sequence[Incoming], known: Mapping[Key, Known], now: datetime
) -> None:
    pack = packer()
    organisation, of = scope.organisation_id.hex, scope.connection_id.hex
    fresh: list[bulk.Row] = []
    standing: list[bulk.Row] = []
    for item in incoming:
        row = (
            organisation, of, item.kind, item.external_id, item.version, item.updated_at, item.seen_at, item.deleted,
            item.digest or fingerprint(item.raw), CODEC, pack(item.raw), nouns_of(item.values), customer_of(item.values),
            now,
        )  # fmt: skip
        (standing if item.key in known else fresh).append(row)
    bulk.insert(connection, records, _RECORD, fresh)
    bulk.merge(connection, records, _RECORD, standing)


def _write_findings(
    connection: Connection,
    scope: Scope,
    keys: Sequence[Key],
    found: Sequence[Finding],
    now: datetime,
    keep: Collection[str] = (),
) -> None:
    """Of records that were written: what was found before is settled, unless it was found again."""
    any_stands = connection.execute(_ANY_FINDING, scope.keys()).first() is not None
    for kind, ids in by_kind(keys) if any_stands else ():
        connection.execute(
            update(findings)
            .where(
                scope.where(findings),
                findings.c.record_kind == kind,
                bulk.among(connection, findings.c.external_id, ids),
            )
            .where(findings.c.settled_at.is_(None), findings.c.code.not_in(keep))
            .values(settled_at=now)
        )
    add_findings(connection, scope, found, now)


def add_findings(connection: Connection, scope: Scope, found: Sequence[Finding], now: datetime) -> None:
    """Keeps findings; one that stands already is seen again and no longer settled."""
    rows = {
        (finding.record_kind, finding.external_id, finding.code, finding.field): {
            **scope.keys(),
            "record_kind": finding.record_kind,
            "external_id": keyed(finding.external_id),
            "code": finding.code,
            "field": keyed(finding.field, FIELD_CHARACTERS_MAX),
            "severity": finding.severity.value,
            "sentence": storable(finding.sentence),
            "first_seen_at": now,
            "last_seen_at": now,
            "settled_at": None,
        }
        for finding in found
    }
    upsert(connection, findings, list(rows.values()), keep=("first_seen_at",))


def standing_findings(
    connection: Connection, organisation_id: UUID, connection_id: UUID | None = None, *, errors_only: bool = False
) -> list[Any]:
    """Findings that nothing has settled, the worst first."""
    query = select(findings).where(findings.c.organisation_id == organisation_id, findings.c.settled_at.is_(None))
    if connection_id is not None:
        query = query.where(findings.c.connection_id == connection_id)
    if errors_only:
        query = query.where(findings.c.severity == Severity.ERROR.value)
    order = (
        findings.c.severity,
        findings.c.connection_id,
        findings.c.record_kind,
        findings.c.external_id,
        findings.c.code,
    )
    return list(connection.execute(query.order_by(*order)))


def note_listed(connection: Connection, scope: Scope, keys: Sequence[Key]) -> None:
    """Remembers that the running full pass has seen these records."""
    rows = [(scope.organisation_id, scope.connection_id, kind, external_id) for kind, external_id in keys]
    bulk.add(connection, listed_ids, ("organisation_id", "connection_id", "kind", "external_id"), rows)


def unlisted(connection: Connection, scope: Scope, kind: str, started_at: datetime) -> list[str]:
    """Records of a kind that stood here before `started_at`, but that the full pass begun then has not seen."""
    seen = select(listed_ids.c.external_id).where(scope.where(listed_ids), listed_ids.c.kind == kind)
    where = and_(scope.where(records), records.c.kind == kind, records.c.deleted.is_(False))
    where = and_(where, records.c.seen_at < started_at)
    query = select(records.c.external_id).where(where, records.c.external_id.not_in(seen))
    return list(connection.execute(query.order_by(records.c.external_id)).scalars())


def forget_listed(connection: Connection, scope: Scope, kinds: Sequence[str] | None = None) -> None:
    query = listed_ids.delete().where(scope.where(listed_ids))
    connection.execute(query if kinds is None else query.where(listed_ids.c.kind.in_(kinds)))


def kept_records(connection: Connection, scope: Scope, after: Key | None, limit: int) -> list[Any]:
    """Kept payloads in key order, for mapping again; `body` is opened by store/payloads.py."""
    query = select(records).where(scope.where(records)).order_by(records.c.kind, records.c.external_id).limit(limit)
    if after is not None:
        query = query.where(tuple_(records.c.kind, records.c.external_id) > after)
    return list(connection.execute(query))


def records_named(connection: Connection, scope: Scope, keys: Sequence[Key]) -> list[Any]:
    """Rows of `records` that stand, as `kept_records` gives them."""
    found: list[Any] = []
    for kind, ids in by_kind(keys):
        where = and_(scope.where(records), records.c.kind == kind, bulk.among(connection, records.c.external_id, ids))
        found += connection.execute(select(records).where(where, records.c.deleted.is_(False)))
    return found


def has_records(connection: Connection, scope: Scope) -> bool:
    return connection.execute(_ANY, scope.keys()).first() is not None


def counts_by_kind(connection: Connection, scope: Scope) -> dict[str, int]:
    """Records that stand, by the provider's kinds."""
    query = select(records.c.kind, func.count()).where(scope.where(records), records.c.deleted.is_(False))
    return {row[0]: row[1] for row in connection.execute(query.group_by(records.c.kind).order_by(records.c.kind))}
