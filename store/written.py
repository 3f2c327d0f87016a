"""Values into their tables: rows that are new, changed or gone, each change with its version."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, select, update

from store import bulk
from store.content import STAMP, Content, Made, content_of, with_stamp
from store.incoming import Incoming, Key, Known, by_kind
from store.ready import named_after, ready_values
from store.scope import Scope
from store.shapes import COMMON
from store.tables.history import versions
from store.tables.pulled import NOUN_NAMED, Noun

_VERSION = tuple(column.name for column in versions.columns)
_IDS_A_QUERY = 500

_Wanted = dict[str, tuple[Incoming, Made, str]]
"""Value id (32 hex digits) -> the record that it came from, its columns, and its content's digest."""


def write_values(
    connection: Connection, scope: Scope, incoming: Sequence[Incoming], known: Mapping[Key, Known], now: datetime
) -> int:
    """Values alone, under the records that stand: what a replay writes. Returns how many rows changed."""
    wanted: dict[str, _Wanted] = defaultdict(dict)
    for item in incoming:
        for value in ready_values(scope.connection_id, item.kind, item.values):
            wanted[value.noun][value.value_id] = (item, value.made, value.digest)
    seen = [item.key for item in incoming if item.key in known]
    touched = {name for key in seen for name in known[key].nouns} | set(wanted)
    changed = 0
    for name in sorted(touched):
        noun = NOUN_NAMED[name]
        before = _standing(connection, scope, noun, seen)
        changed += _write_noun(connection, scope, noun, wanted.get(name, {}), before, now)
    return changed


def _standing(connection: Connection, scope: Scope, noun: Noun, keys: Sequence[Key]) -> dict[str, Any]:
    """What has to be known of the rows of the noun that came from these records, by id."""
    table = noun.table
    wanted = [table.c.id, table.c.revision, table.c.digest, table.c.gone_at, table.c.recorded_at]
    wanted += [table.c[STAMP]] if STAMP in table.c else []
    found: dict[str, Any] = {}
    for kind, ids in by_kind(keys):
        where = and_(scope.where(table), table.c.record_kind == kind, bulk.among(connection, table.c.record_id, ids))
        found.update({row.id.hex: row for row in connection.execute(select(*wanted).where(where))})
    return found


def _whole(connection: Connection, scope: Scope, noun: Noun, rows: Sequence[Any]) -> list[Any]:
    """The same rows with all their columns: the few that are gone are told of by their last content."""
    table = noun.table
    found: list[Any] = []
    for start in range(0, len(rows), _IDS_A_QUERY):
        ids = [row.id for row in rows[start : start + _IDS_A_QUERY]]
        found += connection.execute(select(table).where(scope.where(table), table.c.id.in_(ids)))
    return found


def _write_noun(
    connection: Connection, scope: Scope, noun: Noun, wanted: _Wanted, before: Mapping[str, Any], now: datetime
) -> int:
    content = content_of(noun.name)
    names = (*COMMON, *content.names)
    organisation, of = scope.organisation_id.hex, scope.connection_id.hex
    own = content.at["external_id"]
    unseen = [
        value_id
        for value_id, (item, made, _) in wanted.items()
        if value_id not in before and not named_after(item.external_id, made.columns[own])
    ]
    taken = bulk.present(connection, noun.table, "id", scope.organisation_id, unseen)
    fresh: list[bulk.Row] = []
    standing: list[bulk.Row] = []
    history: list[tuple[str, int, str, Made]] = []
    for value_id, (item, made, mark) in wanted.items():
        old = before.get(value_id)
        front = (organisation, value_id, of, item.kind, item.external_id)
        if old is not None and old.digest == mark and old.gone_at is None:
            # touched at the provider without a change of content: a newer stamp, and no new version
            if made.stamp != getattr(old, STAMP, None):
                standing.append((*front, old.revision, mark, None, old.recorded_at, *made.columns))
            continue
        revision = 1 if old is None else old.revision + 1
        row = (*front, revision, mark, None, now, *made.columns)
        (fresh if old is None and value_id not in taken else standing).append(row)
        history.append((value_id, revision, item.version, made))
    bulk.insert(connection, noun.table, names, fresh)
    bulk.merge(connection, noun.table, names, standing)
    left = [old for value_id, old in before.items() if value_id not in wanted and old.gone_at is None]
    gone = _whole(connection, scope, noun, left)
    _close(connection, scope, noun, gone, now)
    if noun.valid_on is not None:
        rows = _versions(scope, noun, content, history, now)
        rows += [_gone_version(scope, noun, old, now) for old in gone]
        _append(connection, rows, taken)
    return len(history) + len(gone)


def _close(connection: Connection, scope: Scope, noun: Noun, gone: Sequence[Any], now: datetime) -> None:
    for old in gone:
        connection.execute(
            update(noun.table)
            .where(scope.where(noun.table), noun.table.c.id == old.id)
            .values(gone_at=now, revision=old.revision + 1, recorded_at=now)
        )


def _versions(
    scope: Scope, noun: Noun, content: Content, history: Sequence[tuple[str, int, str, Made]], now: datetime
) -> list[bulk.Row]:
    organisation, of, name, told = scope.organisation_id.hex, scope.connection_id.hex, noun.name, content.told
    rows: list[bulk.Row] = []
    for value_id, revision, version, made in history:
        own, valid_on, *rest = told(made.columns)
        rows.append((
            organisation, value_id, revision, of, name, own, version, valid_on, False, *rest,
            with_stamp(made.body, made.stamp).decode(), now,
        ))  # fmt: skip
    return rows


def _gone_version(scope: Scope, noun: Noun, old: Any, now: datetime) -> bulk.Row:
    row = old._mapping
    return (
        scope.organisation_id, old.id.hex, old.revision + 1, scope.connection_id, noun.name, row["external_id"], "",
        row[noun.valid_on], True, row.get("status"), row.get("currency"), row.get(f"{noun.amount}_minor"),
        row.get(f"{noun.open}_minor"), row.get("customer_external_id"), "{}", now,
    )  # fmt: skip


def _append(connection: Connection, rows: Sequence[bulk.Row], taken: Collection[str]) -> None:
    """A version is written once. Of a value that another record made before, what stands under its revision stays."""
    bulk.insert(connection, versions, _VERSION, [row for row in rows if row[1] not in taken])
    bulk.add(connection, versions, _VERSION, [row for row in rows if row[1] in taken])
