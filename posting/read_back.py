"""Reading back what was written: the records and the documents they were applied to, through the way of every pull.

So the store holds the payment and the invoice's new balance before the match stops reserving it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from connectors.writing import Standing
from posting.compare import Difference, Held, Key, differences, keys_of
from posting.encoded import entry_of, standing_of
from posting.outlet import Ledger, Outlet
from store.database import Connection
from store.queries import read_back as queries
from store.scope import Scope


def refresh(outlet: Outlet, rows: Sequence[Any]) -> None:
    """Reads entries' records and documents upstream into the store: each kind by lists of ids."""
    scope = Scope(outlet.organisation_id, outlet.connection_id)
    wanted: dict[str, set[str]] = defaultdict(set)
    for _, standing in _standing(rows):
        for kind, external_id in keys_of(standing):
            wanted[kind].add(external_id)
    with outlet.database.read() as connection:
        for kind, ids in queries.kinds_of(connection, scope, _targets(rows)).items():
            wanted[kind] |= ids
    outlet.refresh(wanted)


def compared(connection: Connection, outlet: Ledger, rows: Sequence[Any]) -> dict[UUID, list[Difference]]:
    """By posting, how its entries stand otherwise than they were meant; every posting of `rows` is named."""
    scope = Scope(outlet.organisation_id, outlet.connection_id)
    stands = _standing(rows)
    keys = {key for _, standing in stands for key in keys_of(standing)}
    held = _held(connection, scope, keys, rows)
    ids: dict[UUID, dict[str, str]] = defaultdict(dict)
    for row, standing in stands:
        ids[row.posting_id][row.write_id] = standing.external_id
    found: dict[UUID, list[Difference]] = {row.posting_id: [] for row in rows}
    for row, standing in stands:
        found[row.posting_id] += differences(entry_of(row), standing, held, ids[row.posting_id])
    return found


def _held(connection: Connection, scope: Scope, keys: set[Key], rows: Sequence[Any]) -> Held:
    payments = queries.payments(connection, scope, keys)
    sources = {row.external_id for found in payments.values() for row in found} | {own for _, own in keys}
    sources |= {entry.source.external_id for entry in map(entry_of, rows) if entry.source is not None}
    lines = queries.journal_lines(connection, scope, sources)
    sources |= {own for found in lines.values() for own in found}
    return Held(
        records=queries.held(connection, scope, keys),
        payments=payments,
        bank_entries=queries.bank_entries(connection, scope, keys),
        credit_notes=queries.credit_notes(connection, scope, keys),
        allocated=queries.allocated(connection, scope, sources),
        journal_lines=lines,
    )


def _standing(rows: Sequence[Any]) -> list[tuple[Any, Standing]]:
    found = [(row, standing_of(row)) for row in rows]
    return [(row, standing) for row, standing in found if standing is not None]


def _targets(rows: Sequence[Any]) -> Iterator[Key]:
    for row in rows:
        entry = entry_of(row)
        for target in (entry.source, *(line.document for line in entry.lines)):
            if target is not None and target.external_id:
                yield target.kind, target.external_id
