"""Applying what was pulled: records beside the values they mean, versions of what changed, findings.

The caller has decided which records are to be written (sync/decide.py); all of this runs in the caller's transaction,
together with the cursor.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import zstandard
from sqlalchemy import Connection, and_, bindparam, func, select, tuple_, update

from ledger.finding import Finding, Severity
from ledger.source import pulled_id
from store.scope import Scope
from store.tables.history import versions
from store.tables.intake import findings, listed_ids, records
from store.tables.pulled import NOUN_NAMED, NOUN_OF, Noun
from store.upsert import insert_new, upsert
from store.values import digest, to_row, version_body

IDS_PER_QUERY = 500  # well under SQLite's limit on bound values
CODEC = "zstd1"

Key = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What stands of a record already."""

    version: str
    updated_at: datetime | None
    seen_at: datetime
    deleted: bool
    digest: str
    nouns: tuple[str, ...]
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """One record to write, with the values it was mapped to (none when deleted)."""

    kind: str
    external_id: str
    version: str
    updated_at: datetime | None
    seen_at: datetime
    deleted: bool
    raw: bytes
    values: tuple[Any, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def key(self) -> Key:
        return (self.kind, self.external_id)


def fingerprint(raw: bytes) -> str:
    return hashlib.blake2b(raw, digest_size=16).hexdigest()


def known_records(connection: Connection, scope: Scope, keys: Sequence[Key]) -> dict[Key, Known]:
    found: dict[Key, Known] = {}
    columns = (
        records.c.kind, records.c.external_id, records.c.version, records.c.updated_at, records.c.seen_at,
        records.c.deleted, records.c.digest, records.c.nouns, records.c.recorded_at,
    )  # fmt: skip
    for kind, ids in _by_kind(keys):
        where = and_(scope.where(records), records.c.kind == kind, records.c.external_id.in_(ids))
        for row in connection.execute(select(*columns).where(where)):
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


def _by_kind(keys: Sequence[Key]) -> Iterator[tuple[str, list[str]]]:
    grouped: dict[str, list[str]] = defaultdict(list)
    for kind, external_id in keys:
        grouped[kind].append(external_id)
    for kind, ids in grouped.items():
        for start in range(0, len(ids), IDS_PER_QUERY):
            yield kind, ids[start : start + IDS_PER_QUERY]


def write_records(
    connection: Connection, scope: Scope, incoming: Sequence[Incoming], known: dict[Key, Known], now: datetime
) -> int:
    """Writes records with their values, versions and findings. Returns how many value rows changed."""
    if not incoming:
        return 0
    changed = write_values(connection, scope, incoming, known, now)
    _write_payloads(connection, scope, incoming, now)
    _write_findings(connection, scope, incoming, now)
    return changed


def mark_seen(connection: Connection, scope: Scope, seen: Mapping[Key, datetime]) -> None:
    """The records stand as they were, and were true at a later moment than we knew."""
    if not seen:
        return
    where = and_(records.c.kind == bindparam("of_kind"), records.c.external_id == bindparam("of_id"))
    connection.execute(
        update(records).where(scope.where(records), where).values(seen_at=bindparam("seen")),
        [{"of_kind": kind, "of_id": external_id, "seen": at} for (kind, external_id), at in seen.items()],
    )


def _write_payloads(connection: Connection, scope: Scope, incoming: Sequence[Incoming], now: datetime) -> None:
    compressor = zstandard.ZstdCompressor(level=1)
    rows = [
        {
            **scope.keys(),
            "kind": item.kind,
            "external_id": item.external_id,
            "version": item.version,
            "updated_at": item.updated_at,
            "seen_at": item.seen_at,
            "deleted": item.deleted,
            "digest": fingerprint(item.raw),
            "codec": CODEC,
            "body": compressor.compress(item.raw),
            "nouns": ",".join(sorted({NOUN_OF[type(value)].name for value in item.values})),
            "customer_external_id": _customer_of(item),
            "recorded_at": now,
        }
        for item in incoming
    ]
    upsert(connection, records, rows)


def _customer_of(item: Incoming) -> str | None:
    for value in item.values:
        customer: str | None = getattr(value, "customer_external_id", None)
        if customer:
            return customer
    return None


def write_values(
    connection: Connection, scope: Scope, incoming: Sequence[Incoming], known: dict[Key, Known], now: datetime
) -> int:
    """Values alone, under the records that stand: what a replay writes. Returns how many rows changed."""
    wanted: dict[str, dict[Any, tuple[Incoming, dict[str, Any]]]] = defaultdict(dict)
    for item in incoming:
        for value in item.values:
            noun = NOUN_OF[type(value)]
            value_id = pulled_id(scope.connection_id, f"{noun.name}/{item.kind}", value.external_id)
            wanted[noun.name][value_id] = (item, to_row(value))
    touched = {name for item in incoming if item.key in known for name in known[item.key].nouns} | set(wanted)
    changed = 0
    for name in sorted(touched):
        noun = NOUN_NAMED[name]
        before = _standing(connection, scope, noun, [item.key for item in incoming if item.key in known])
        changed += _write_noun(connection, scope, noun, wanted.get(name, {}), before, now)
    return changed


def _standing(connection: Connection, scope: Scope, noun: Noun, keys: Sequence[Key]) -> dict[Any, Any]:
    """Rows of the noun that came from these records: id -> (revision, digest, gone)."""
    table = noun.table
    found: dict[Any, Any] = {}
    for kind, ids in _by_kind(keys):
        where = and_(scope.where(table), table.c.record_kind == kind, table.c.record_id.in_(ids))
        found.update({row.id: row for row in connection.execute(select(table).where(where))})
    return found


def _write_noun(
    connection: Connection,
    scope: Scope,
    noun: Noun,
    wanted: dict[Any, tuple[Incoming, dict[str, Any]]],
    before: dict[Any, Any],
    now: datetime,
) -> int:
    rows, history, changed = [], [], 0
    for value_id, (item, content) in wanted.items():
        mark, old = digest(content), before.get(value_id)
        row = {
            **content,
            **scope.keys(),
            "id": value_id,
            "record_kind": item.kind,
            "record_id": item.external_id,
            "revision": 1 if old is None else old.revision + 1,
            "digest": mark,
            "gone_at": None,
            "recorded_at": now,
        }
        if old is not None and old.digest == mark and old.gone_at is None:
            # touched at the provider without a change of content: a newer stamp, and no new version
            if content.get("updated_at") != old.updated_at:
                rows.append({**row, "revision": old.revision, "recorded_at": old.recorded_at})
            continue
        rows.append(row)
        changed += 1
        history.append(_version(noun, row, content, item.version, now, gone=False))
    upsert(connection, noun.table, rows)
    for value_id, old in before.items():
        if value_id not in wanted and old.gone_at is None:
            connection.execute(
                update(noun.table)
                .where(scope.where(noun.table), noun.table.c.id == value_id)
                .values(gone_at=now, revision=old.revision + 1, recorded_at=now)
            )
            row = {**old._mapping, "revision": old.revision + 1}
            history.append(_version(noun, row, {}, "", now, gone=True))
    if noun.valid_on is not None:
        insert_new(connection, versions, history)
    return changed + sum(1 for entry in history if entry["gone"])


def _version(
    noun: Noun, row: dict[str, Any], content: dict[str, Any], provider_version: str, now: datetime, *, gone: bool
) -> dict[str, Any]:
    return {
        "organisation_id": row["organisation_id"],
        "value_id": row["id"],
        "revision": row["revision"],
        "connection_id": row["connection_id"],
        "noun": noun.name,
        "external_id": row["external_id"],
        "provider_version": provider_version,
        "valid_on": row[noun.valid_on] if noun.valid_on else None,
        "gone": gone,
        "status": row.get("status"),
        "currency": row.get("currency"),
        "amount_minor": row.get(f"{noun.amount}_minor"),
        "open_minor": row.get(f"{noun.open}_minor"),
        "customer_external_id": row.get("customer_external_id"),
        "body": version_body(content) if noun.valid_on else {},
        "recorded_at": now,
    }


def _write_findings(connection: Connection, scope: Scope, incoming: Sequence[Incoming], now: datetime) -> None:
    keys = [item.key for item in incoming]
    for kind, ids in _by_kind(keys):
        connection.execute(
            update(findings)
            .where(scope.where(findings), findings.c.record_kind == kind, findings.c.external_id.in_(ids))
            .where(findings.c.settled_at.is_(None))
            .values(settled_at=now)
        )
    add_findings(connection, scope, [finding for item in incoming for finding in item.findings], now)


def add_findings(connection: Connection, scope: Scope, found: Sequence[Finding], now: datetime) -> None:
    """Keeps findings; one that stands already is seen again and no longer settled."""
    rows = {
        (finding.record_kind, finding.external_id, finding.code, finding.field): {
            **scope.keys(),
            "record_kind": finding.record_kind,
            "external_id": finding.external_id,
            "code": finding.code,
            "field": finding.field,
            "severity": finding.severity.value,
            "sentence": finding.sentence,
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
    insert_new(connection, listed_ids, [{**scope.keys(), "kind": kind, "external_id": eid} for kind, eid in keys])


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
    """Kept payloads in key order, for mapping again; `body` is decompressed by `payload`."""
    query = select(records).where(scope.where(records)).order_by(records.c.kind, records.c.external_id).limit(limit)
    if after is not None:
        query = query.where(tuple_(records.c.kind, records.c.external_id) > after)
    return list(connection.execute(query))


def payload(row: Any) -> bytes:
    return zstandard.ZstdDecompressor().decompress(row.body)


def has_records(connection: Connection, scope: Scope) -> bool:
    return connection.execute(select(records.c.kind).where(scope.where(records)).limit(1)).first() is not None


def counts_by_kind(connection: Connection, scope: Scope) -> dict[str, int]:
    """Records that stand, by the provider's kinds."""
    query = select(records.c.kind, func.count()).where(scope.where(records), records.c.deleted.is_(False))
    return {row[0]: row[1] for row in connection.execute(query.group_by(records.c.kind).order_by(records.c.kind))}
