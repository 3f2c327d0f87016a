"""What the store holds of records that the outbox wrote, and of the documents they were applied to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Row, select

from store import bulk
from store.scope import Scope
from store.tables.intake import records
from store.tables.pulled import NOUN_NAMED

Key = tuple[str, str]
"""A record's kind and id, in the provider's words."""

_payments = NOUN_NAMED["payments"].table
_bank_entries = NOUN_NAMED["bank_entries"].table
_credit_notes = NOUN_NAMED["credit_notes"].table
_allocations = NOUN_NAMED["allocations"].table
_journal_lines = NOUN_NAMED["journal_lines"].table
_journal_lines = NOUN_NAMED["journal_lines"].table
_DOCUMENTS = {
    "invoice": NOUN_NAMED["invoices"].table,
    "credit_note": _credit_notes,
    "payment": _payments,
    "overpayment": _payments,
    "prepayment": _payments,
}


def records_of(connection: Connection, scope: Scope, targets: Iterable[Key]) -> dict[Key, Key]:
    """Documents by our noun and external id, as the kinds and ids of the provider's records."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for noun, external_id in targets:
        if noun in _DOCUMENTS:
            wanted[noun].add(external_id)
    found: dict[Key, Key] = {}
    for noun, ids in wanted.items():
        table = _DOCUMENTS[noun]
        query = select(table.c.external_id, table.c.record_kind, table.c.record_id).where(
            scope.where(table), bulk.among(connection, table.c.external_id, sorted(ids))
        )
        for row in connection.execute(query):
            found[(noun, row.external_id)] = (row.record_kind, row.record_id)
    return found


def held(connection: Connection, scope: Scope, keys: Collection[Key]) -> dict[Key, bool]:
    """Records that the store has ever seen; True where they stand, False where they are gone."""
    found: dict[Key, bool] = {}
    for kind, ids in _by_kind(keys).items():
        where = [scope.where(records), records.c.kind == kind, bulk.among(connection, records.c.external_id, ids)]
        for row in connection.execute(select(records.c.external_id, records.c.deleted).where(*where)):
            found[(kind, row.external_id)] = not row.deleted
    return found


def seen(connection: Connection, scope: Scope, keys: Collection[Key]) -> dict[Key, Any]:
    """When each record was last read, as far as it was."""
    found: dict[Key, Any] = {}
    for kind, ids in _by_kind(keys).items():
        where = [scope.where(records), records.c.kind == kind, bulk.among(connection, records.c.external_id, ids)]
        for row in connection.execute(select(records.c.external_id, records.c.seen_at).where(*where)):
            found[(kind, row.external_id)] = row.seen_at
    return found


def payments(connection: Connection, scope: Scope, keys: Collection[Key]) -> dict[Key, list[Row[Any]]]:
    return _rows(connection, scope, _payments, keys)


def bank_entries(connection: Connection, scope: Scope, keys: Collection[Key]) -> dict[Key, list[Row[Any]]]:
    return _rows(connection, scope, _bank_entries, keys)


def credit_notes(connection: Connection, scope: Scope, keys: Collection[Key]) -> dict[Key, list[Row[Any]]]:
    return _rows(connection, scope, _credit_notes, keys)


def allocated(connection: Connection, scope: Scope, sources: Collection[str]) -> dict[tuple[str, str], int]:
    """By source and target, what stands of allocations, in the target's minor units; a journal's lines are the journal."""
    found: dict[tuple[str, str], int] = defaultdict(int)
    lines = select(_journal_lines.c.external_id, _journal_lines.c.record_id).where(
        scope.where(_journal_lines),
        bulk.among(connection, _journal_lines.c.record_id, sorted(sources)),
        _journal_lines.c.gone_at.is_(None),
    )
    owner = {own: own for own in sources} | {row.external_id: row.record_id for row in connection.execute(lines)}
    query = select(
        _allocations.c.source_external_id, _allocations.c.target_external_id, _allocations.c.amount_minor
    ).where(
        scope.where(_allocations),
        bulk.among(connection, _allocations.c.source_external_id, sorted(owner)),
        _allocations.c.gone_at.is_(None),
        _allocations.c.reversed_on.is_(None),
    )
    for source, target, minor in connection.execute(query):
        found[(owner[source], target)] += minor
    return dict(found)


def journal_lines(connection: Connection, scope: Scope, records_: Collection[str]) -> dict[str, list[str]]:
    """By the ids of records that are journals, the ids of their lines that stand."""
    where = [scope.where(_journal_lines), bulk.among(connection, _journal_lines.c.record_id, sorted(records_))]
    query = select(_journal_lines.c.record_id, _journal_lines.c.external_id).where(*where)
    found: dict[str, list[str]] = defaultdict(list)
    for record_id, external_id in connection.execute(query.where(_journal_lines.c.gone_at.is_(None))):
        found[record_id].append(external_id)
    return dict(found)


def _rows(connection: Connection, scope: Scope, table: Any, keys: Collection[Key]) -> dict[Key, list[Row[Any]]]:
    found: dict[Key, list[Row[Any]]] = defaultdict(list)
    for kind, ids in _by_kind(keys).items():
        where = [scope.where(table), table.c.record_kind == kind, bulk.among(connection, table.c.record_id, ids)]
        for row in connection.execute(select(table).where(*where, table.c.gone_at.is_(None))):
            found[(kind, row.record_id)].append(row)
    return dict(found)


def _by_kind(keys: Collection[Key]) -> dict[str, Sequence[str]]:
    kinds: dict[str, set[str]] = defaultdict(set)
    for kind, external_id in keys:
        kinds[kind].add(external_id)
    return {kind: sorted(ids) for kind, ids in kinds.items()}


def names(connection: Connection, scope: Scope, mentioned: Collection[Key]) -> dict[Key, str]:
    """What people call accounts, customers and documents, by our noun and the external id."""
    tables = {
        "account": (NOUN_NAMED["accounts"].table, "name"),
        "customer": (NOUN_NAMED["customers"].table, "name"),
        "invoice": (NOUN_NAMED["invoices"].table, "number"),
        "credit_note": (_credit_notes, "number"),
    }
    found: dict[Key, str] = {}
    for noun, ids in _by_kind(mentioned).items():
        if noun not in tables:
            continue
        table, column = tables[noun]
        where = [scope.where(table), bulk.among(connection, table.c.external_id, ids)]
        for external_id, name in connection.execute(select(table.c.external_id, table.c[column]).where(*where)):
            if name:
                found[(noun, external_id)] = name
    return found
