"""Values into their tables: rows that are new, changed or gone; what a change supersedes is kept as a version."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, and_, select, update

from store import bulk
from store.content import STAMP, Made, content_of
from store.incoming import Incoming, Key, Known, by_kind
from store.plain import Unheld
from store.ready import named_after, ready_values, unheld
from store.scope import Scope
from store.shapes import COMMON
from store.tables.history import versions
from store.tables.pulled import NOUN_NAMED, Noun
from store.versions import body_text, told_of

_VERSION = tuple(column.name for column in versions.columns)
_IDS_A_QUERY = 500

_Wanted = dict[str, tuple[Incoming, Made, str]]
"""Value id (32 hex digits) -> the record that it came from, its columns, and its content's digest."""
_Words = Mapping[Key, Known]
"""What was known of the records, the provider's word for their state with it."""


def storable_alone(scope: Scope, incoming: Sequence[Incoming]) -> list[Incoming]:
    """Of records with a number that no column holds the payload is written, and a finding in place of the values."""
    found = []
    for item in incoming:
        try:
            ready_values(scope.connection_id, item.kind, item.values)
        except Unheld as fault:
            told = unheld(fault, item.kind, item.external_id)
            found.append(replace(item, values=(), findings=(*item.findings, told)))
        else:
            found.append(item)
    return found


def write_values(
    connection: Connection, scope: Scope, incoming: Sequence[Incoming], known: Mapping[Key, Known], now: datetime
) -> int:
    """Values alone, under the records that stand: what a replay writes. Returns how many rows changed.

    Raises Unheld before anything is written.
    """
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
        changed += _write_noun(connection, scope, noun, wanted.get(name, {}), before, known, now)
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


def _whole(connection: Connection, scope: Scope, noun: Noun, ids: Sequence[UUID]) -> list[Any]:
    """Rows with all their columns: those whose content is about to be superseded."""
    table = noun.table
    found: list[Any] = []
    for start in range(0, len(ids), _IDS_A_QUERY):
        some = ids[start : start + _IDS_A_QUERY]
        found += connection.execute(select(table).where(scope.where(table), table.c.id.in_(some)))
    return found


def _write_noun(
    connection: Connection, scope: Scope, noun: Noun, wanted: _Wanted, before: Mapping[str, Any], words: _Words,
    now: datetime,
) -> int:  # fmt: skip
    names = (*COMMON, *content_of(noun.name).names)
    organisation, of = scope.organisation_id.hex, scope.connection_id.hex
    others = _of_others(connection, scope, noun, wanted, before)
    fresh: list[bulk.Row] = []
    standing: list[bulk.Row] = []
    superseded: list[UUID] = []
    for value_id, (item, made, mark) in wanted.items():
        old = before.get(value_id) or others.get(value_id)
        front = (organisation, value_id, of, item.kind, item.external_id)
        if old is None:
            fresh.append((*front, 1, mark, None, now, *made.columns))
        elif old.digest != mark or old.gone_at is not None:
            standing.append((*front, old.revision + 1, mark, None, now, *made.columns))
            superseded.append(old.id)
        elif value_id in others or made.stamp != getattr(old, STAMP, None):
            # touched at the provider, or told by another record, without a change of content: no new version
            standing.append((*front, old.revision, mark, None, old.recorded_at, *made.columns))
    gone = [old for value_id, old in before.items() if value_id not in wanted and old.gone_at is None]
    superseded += [old.id for old in gone]
    if noun.valid_on is not None:
        _keep(connection, noun, _whole(connection, scope, noun, superseded), words)
    bulk.insert(connection, noun.table, names, fresh)
    bulk.merge(connection, noun.table, names, standing)
    _close(connection, scope, noun, gone, now)
    return len(fresh) + len(superseded)


def _of_others(
    connection: Connection, scope: Scope, noun: Noun, wanted: _Wanted, before: Mapping[str, Any]
) -> dict[str, Any]:
    """What stands of values that another record made before: only of one that does not bear its record's id."""
    own = content_of(noun.name).at["external_id"]
    unseen = [
        value_id
        for value_id, (item, made, _) in wanted.items()
        if value_id not in before and not named_after(item.external_id, made.columns[own])
    ]
    taken = bulk.present(connection, noun.table, "id", scope.organisation_id, unseen)
    return {row.id.hex: row for row in _whole(connection, scope, noun, [UUID(own_id) for own_id in sorted(taken)])}


def _keep(connection: Connection, noun: Noun, rows: Sequence[Any], words: _Words) -> None:
    """Rows whose content is superseded, as versions. Those of an older database are kept already."""
    kept = []
    for row in rows:
        word = words[row.record_kind, row.record_id].version if (row.record_kind, row.record_id) in words else ""
        told = told_of(noun, row) | {
            "organisation_id": row.organisation_id, "provider_version": word, "body": body_text(noun, row).decode(),
        }  # fmt: skip
        kept.append(tuple(told[name] for name in _VERSION))
    bulk.add(connection, versions, _VERSION, kept)


def _close(connection: Connection, scope: Scope, noun: Noun, gone: Sequence[Any], now: datetime) -> None:
    for old in gone:
        connection.execute(
            update(noun.table)
            .where(scope.where(noun.table), noun.table.c.id == old.id)
            .values(gone_at=now, revision=old.revision + 1, recorded_at=now)
        )
