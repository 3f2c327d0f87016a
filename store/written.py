"""Values into their tables: rows that are new, changed or gone, each change with its version."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, select, update

from ledger.source import pulled_digits
from store import bulk
from store.content import Content, Made, content_of, fingerprint, with_stamp
from store.incoming import Incoming, Key, Known, by_kind
from store.scope import Scope
from store.tables.history import versions
from store.tables.pulled import COMMON, NOUN_NAMED, NOUN_OF, Noun

_VERSION = tuple(column.name for column in versions.columns)

_Wanted = dict[str, tuple[Incoming, Made]]
"""Value id (32 hex digits) -> the record that it came from, and its columns."""


def write_values(
    connection: Connection, scope: Scope, incoming: Sequence[Incoming], known: Mapping[Key, Known], now: datetime
) -> int:
    """Values alone, under the records that stand: what a replay writes. Returns how many rows changed."""
    space = scope.connection_id.bytes
    wanted: dict[str, _Wanted] = defaultdict(dict)
    for item in incoming:
        for value in item.values:
            name = NOUN_OF[type(value)].name
            value_id = pulled_digits(space, f"{name}/{item.kind}", value.external_id)
            wanted[name][value_id] = (item, content_of(name).make(value))
    seen = [item.key for item in incoming if item.key in known]
    touched = {name for key in seen for name in known[key].nouns} | set(wanted)
    changed = 0
    for name in sorted(touched):
        noun = NOUN_NAMED[name]
        before = _standing(connection, scope, noun, seen)
        changed += _write_noun(connection, scope, noun, wanted.get(name, {}), before, now)
    return changed


def _standing(connection: Connection, scope: Scope, noun: Noun, keys: Sequence[Key]) -> dict[str, Any]:
    """Rows of the noun that came from these records, by id."""
    table = noun.table
    found: dict[str, Any] = {}
    for kind, ids in by_kind(keys):
        where = and_(scope.where(table), table.c.record_kind == kind, bulk.among(connection, table.c.record_id, ids))
        found.update({row.id.hex: row for row in connection.execute(select(table).where(where))})
    return found


def _write_noun(
    connection: Connection, scope: Scope, noun: Noun, wanted: _Wanted, before: Mapping[str, Any], now: datetime
) -> int:
    content = content_of(noun.name)
    names = (*COMMON, *content.names)
    organisation, of = scope.organisation_id.hex, scope.connection_id.hex
    unseen = [
        own for own, (item, made) in wanted.items() if own not in before and not _named_after(item, made, content)
    ]
    taken = bulk.present(connection, noun.table, "id", scope.organisation_id, unseen)
    fresh: list[bulk.Row] = []
    standing: list[bulk.Row] = []
    history: list[tuple[str, int, str, Made]] = []
    for value_id, (item, made) in wanted.items():
        mark, old = fingerprint(made.body), before.get(value_id)
        if old is not None and old.digest == mark and old.gone_at is None:
            # touched at the provider without a change of content: a newer stamp, and no new version
            if made.stamp != old.updated_at:
                row = (
                    organisation,
                    value_id,
                    of,
                    item.kind,
                    item.external_id,
                    old.revision,
                    mark,
                    None,
                    old.recorded_at,
                )
                standing.append((*row, *made.columns))
            continue
        revision = 1 if old is None else old.revision + 1
        row = (organisation, value_id, of, item.kind, item.external_id, revision, mark, None, now)
        (fresh if old is None and value_id not in taken else standing).append((*row, *made.columns))
        history.append((value_id, revision, item.version, made))
    bulk.insert(connection, noun.table, names, fresh)
    bulk.merge(connection, noun.table, names, standing)
    gone = [old for value_id, old in before.items() if value_id not in wanted and old.gone_at is None]
    _close(connection, scope, noun, gone, now)
    if noun.valid_on is not None:
        rows = [_version(scope, noun, content, *entry, now) for entry in history]
        rows += [_gone_version(scope, noun, old, now) for old in gone]
        _append(connection, rows, taken)
    return len(history) + len(gone)


def _named_after(item: Incoming, made: Made, content: Content) -> bool:
    """The value bears its record's own id, or a part of it: no other record of the kind can have made it."""
    own: str = made.columns[content.at["external_id"]]
    return own == item.external_id or own.startswith(f"{item.external_id}/")


def _close(connection: Connection, scope: Scope, noun: Noun, gone: Sequence[Any], now: datetime) -> None:
    for old in gone:
        connection.execute(
            update(noun.table)
            .where(scope.where(noun.table), noun.table.c.id == old.id)
            .values(gone_at=now, revision=old.revision + 1, recorded_at=now)
        )


def _version(
    scope: Scope, noun: Noun, content: Content, value_id: str, revision: int, provider_version: str, made: Made,
    now: datetime,
) -> bulk.Row:  # fmt: skip
    columns, at = made.columns, content.at

    def column(name: str | None) -> Any:
        place = at.get(name) if name else None
        return None if place is None else columns[place]

    return (
        scope.organisation_id.hex, value_id, revision, scope.connection_id.hex, noun.name, columns[at["external_id"]],
        provider_version, column(noun.valid_on), False, column("status"), column("currency"),
        column(f"{noun.amount}_minor"), column(f"{noun.open}_minor"), column("customer_external_id"),
        with_stamp(made.body, made.stamp), now,
    )  # fmt: skip


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
