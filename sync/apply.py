"""A page into the store: known records are loaded, each is decided on, the written ones mapped, all with the cursor."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime

from msgspec import structs

from connectors.port import Connector, Context, Page, Record
from ledger.finding import Finding, Severity
from store import bulk, intake, payloads
from store.cursors import Cursor, save_cursor
from store.database import Connection, Database
from store.fresh import Fresh, body_of
from store.incoming import Incoming, Key, Known
from store.locks import serialise
from store.queries.facts import mapping_facts
from store.scope import Scope
from sync.decide import Stamp, Verdict, decide
from sync.prepare import Prepared


@dataclass(slots=True)
class Applied:
    """What pages did. changed: value rows written; tied: keys whose order could not be told, to be read again."""

    came: int = 0
    written: int = 0
    changed: int = 0
    stale: int = 0
    tied: list[Key] = field(default_factory=list)

    def add(self, other: Applied) -> None:
        self.came += other.came
        self.written += other.written
        self.changed += other.changed
        self.stale += other.stale
        self.tied.extend(other.tied)


@dataclass(frozen=True, slots=True)
class Target:
    """One connection's place in the store, and what its mappings have to know (read anew for each feed)."""

    database: Database
    scope: Scope
    context: Context

    def fresh(self) -> Target:
        """The same with what earlier feeds have taught: which accounts are receivable, say."""
        return replace(self, context=load_context(self.database, self.scope))

    @contextmanager
    def alone(self, *, lasting: bool = True) -> Iterator[Connection]:
        """A transaction in which nobody else writes records of this connection: a page and a webhook may come at once,
        and each has to see what the other wrote before it decides.

        lasting: once it is committed no loss of power undoes it. Pages need not wait for that: they would be lost together
        with their cursor, the last ones first, and read again.
        """
        with self.database.write() as connection:
            bulk.plan_afresh(connection)
            if not lasting:
                bulk.commit_soon(connection)
            serialise(connection, f"records:{self.scope.organisation_id}:{self.scope.connection_id}")
            yield connection


def load_context(database: Database, scope: Scope) -> Context:
    with database.read() as connection:
        row = mapping_facts(connection, scope)
    return Context(
        provider=row.provider,
        company_id=row.company_id,
        home_currency=row.home_currency,
        time_zone=row.time_zone,
        ar_accounts=row.receivable_accounts,
        bank_accounts=row.bank_accounts,
        account_currencies=row.account_currencies,
    )


def apply_pages(
    target: Target,
    connector: Connector,
    pages: Sequence[tuple[Page, Cursor]],
    now: datetime,
    brought: Container[Key] = (),
) -> Applied:
    """Rows and cursor in one transaction, so that a killed run goes on exactly where it was. Pages of one feed, in order.

    brought: what pages before may have brought already: neighbours overlap.
    """
    try:
        return _apply_pages(target, connector, pages, now, brought)
    except intake.Stands:  # somebody else brought one of them meanwhile: each is looked up and decided on
        return _apply_pages(target, connector, pages, now, None)


def _apply_pages(
    target: Target,
    connector: Connector,
    pages: Sequence[tuple[Page, Cursor]],
    now: datetime,
    brought: Container[Key] | None,
) -> Applied:
    """One transaction. Where `brought` is None no row is written as it was made before. Raises intake.Stands."""
    last, cursor = pages[-1]
    came = [page for page, _ in pages]
    with target.alone(lasting=False) as connection:
        used = [one for page in came if isinstance(page, Prepared) for one in page.dictionaries]
        payloads.add_dictionaries(connection, target.scope, used, now)
        records, fresh = _parted(connection, target.scope, came, brought)
        changed = intake.write_fresh_records(connection, target.scope, fresh, now)
        known = intake.known_records(
            connection, target.scope, [(record.kind, record.external_id) for record in records]
        )
        applied, incoming = _decide_all(connection, target, connector, records, known)
        applied.changed = changed + intake.write_records(connection, target.scope, incoming, known, now)
        applied.came += len(fresh)
        applied.written += len(fresh)
        found = [finding for page in came for finding in page.findings]
        intake.add_findings(connection, target.scope, found, now)
        listed = [(record.kind, record.external_id) for page, at in pages if at.tracking for record in page.records]
        intake.note_listed(connection, target.scope, listed)
        if last.done and cursor.tracking:
            applied.changed += _drop_unlisted(connection, target, last.complete, cursor, now)
        save_cursor(connection, target.scope, last.feed, cursor, now)
    return applied


def apply_records(target: Target, connector: Connector, records: Sequence[Record], now: datetime) -> Applied:
    """Records that came outside of a feed: a webhook's, or those read again by id."""
    with target.alone() as connection:
        known = intake.known_records(connection, target.scope, [(r.kind, r.external_id) for r in records])
        applied, incoming = _decide_all(connection, target, connector, records, known)
        applied.changed = intake.write_records(connection, target.scope, incoming, known, now)
    return applied


def _parted(
    connection: Connection, scope: Scope, pages: Sequence[Page], brought: Container[Key] | None
) -> tuple[list[Record], dict[Key, Fresh]]:
    """Records to decide on, and rows that are ready, of records that come here once and did not come before."""
    if brought is None:
        return [
            record if one is None else _whole(connection, scope, record, one) for record, one in _with_rows(pages)
        ], {}
    if not any(isinstance(page, Prepared) for page in pages):
        return [record for page in pages for record in page.records], {}
    keys = [(record.kind, record.external_id) for page in pages for record in page.records]
    times = Counter(keys) if len(set(keys)) < len(keys) else {}
    records: list[Record] = []
    fresh: dict[Key, Fresh] = {}
    for key, (record, one) in zip(keys, _with_rows(pages), strict=True):
        if one is None:
            records.append(record)
        elif key in brought or times.get(key, 1) > 1:
            records.append(_whole(connection, scope, record, one))
        else:
            fresh[key] = one
    return records, fresh


def _whole(connection: Connection, scope: Scope, record: Record, fresh: Fresh) -> Record:
    """The record with its payload, which only its row has."""
    key = (record.kind, record.external_id)
    return structs.replace(record, raw=payloads.opened(connection, scope, key, body_of(fresh, connection.dialect.name)))


def _with_rows(pages: Sequence[Page]) -> Iterator[tuple[Record, Fresh | None]]:
    for page in pages:
        made = page.fresh if isinstance(page, Prepared) else (None,) * len(page.records)
        yield from zip(page.records, made, strict=True)


def _decide_all(
    connection: Connection,
    target: Target,
    connector: Connector,
    records: Sequence[Record],
    known: Mapping[Key, Known],
) -> tuple[Applied, list[Incoming]]:
    """Of a key that comes more than once the last state that is to stand is mapped and written, and no other."""
    applied = Applied(came=len(records))
    chosen: dict[Key, tuple[Record, str]] = {}
    seen: dict[Key, datetime] = {}
    stamps: dict[Key, Stamp] = {key: _known_stamp(item) for key, item in known.items()}
    for record in records:
        key, digest = (record.kind, record.external_id), intake.fingerprint(record.raw)
        if key in chosen and key not in stamps:
            stamps[key] = _stamp(*chosen[key])
        stands = stamps.get(key)
        if stands is None:  # nothing to decide
            chosen[key] = (record, digest)
            continue
        stamp = _stamp(record, digest)
        verdict = decide(stamp, stands)
        if verdict is Verdict.WRITE:
            chosen[key] = (record, digest)
            stamps[key] = stamp
        elif verdict is Verdict.SEEN:
            _sight(key, stamp, stamps, chosen, seen)
        elif verdict is Verdict.STALE:
            applied.stale += 1
        elif verdict is Verdict.REREAD:
            applied.tied.append(key)
    applied.written = len(chosen)
    intake.mark_seen(connection, target.scope, seen)
    context = target.context
    return applied, [_incoming(connector, record, digest, context) for record, digest in chosen.values()]


def _sight(
    key: Key,
    stamp: Stamp,
    stamps: dict[Key, Stamp],
    chosen: dict[Key, tuple[Record, str]],
    seen: dict[Key, datetime],
) -> None:
    """Notes a later sight of a state that stands, or that is about to be written."""
    stamps[key] = replace(stamps[key], seen_at=stamp.seen_at)
    if key in chosen:
        record, digest = chosen[key]
        chosen[key] = (structs.replace(record, seen_at=stamp.seen_at), digest)
    else:
        seen[key] = stamp.seen_at


def _stamp(record: Record, digest: str) -> Stamp:
    return Stamp(
        updated_at=record.updated_at,
        version=record.version,
        seen_at=record.seen_at,
        deleted=record.deleted,
        digest=digest,
        stamp_derived=record.stamp_derived,
    )


def _known_stamp(known: Known) -> Stamp:
    return Stamp(
        updated_at=known.updated_at,
        version=known.version,
        seen_at=known.seen_at,
        deleted=known.deleted,
        digest=known.digest,
        learnt_at=known.recorded_at,
    )


def _incoming(connector: Connector, record: Record, digest: str, context: Context) -> Incoming:
    mapped = None if record.deleted else connector.map(record, context)
    return Incoming(
        kind=record.kind,
        external_id=record.external_id,
        version=record.version,
        updated_at=record.updated_at,
        seen_at=record.seen_at,
        deleted=record.deleted,
        raw=record.raw,
        values=() if mapped is None else mapped.values,
        findings=() if mapped is None else mapped.findings,
        digest=digest,
    )


def _drop_unlisted(connection: Connection, target: Target, kinds: Sequence[str], cursor: Cursor, now: datetime) -> int:
    """What a full listing no longer holds is gone at the provider: its values are closed, its last payload is kept."""
    changed = 0
    for kind in kinds:
        gone = intake.unlisted(connection, target.scope, kind, cursor.started_at)
        keys = [(kind, external_id) for external_id in gone]
        known = intake.known_records(connection, target.scope, keys)
        dropped = [_gone(kind, external_id, known[(kind, external_id)], cursor.started_at) for external_id in gone]
        changed += intake.write_records(connection, target.scope, dropped, known, now)
    intake.forget_listed(connection, target.scope, kinds)
    return changed


def _gone(kind: str, external_id: str, known: Known, seen_at: datetime) -> Incoming:
    finding = Finding(
        code="no_longer_listed",
        sentence=f"{kind} {external_id} is no longer listed by the provider; it was taken out of the figures.",
        severity=Severity.NOTE,
        record_kind=kind,
        external_id=external_id,
    )
    return Incoming(
        kind=kind,
        external_id=external_id,
        version=known.version,
        updated_at=known.updated_at,
        seen_at=seen_at,
        deleted=True,
        raw=b"",
        findings=(finding,),
    )
