"""Reading back what was written: the records and the documents they were applied to, through the way of every pull.

So the store holds the payment and the invoice's new balance before the match stops reserving it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
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
    """Reads entries' records and documents upstream into the store: each kind by lists of ids.

    What was read since it was written is not read again: a run that is killed while it reads gets further each time.
    """
    scope = Scope(outlet.organisation_id, outlet.connection_id)
    needed: dict[Key, datetime] = {}
    with outlet.database.read() as connection:
        stands = _standing(rows)
        kinds = queries.records_of(connection, scope, {target for row in rows for target in _targets(row)})
    for row, standing in stands:
        documents = [kinds[target] for target in _targets(row) if target in kinds]
        for key in (*keys_of(standing), *documents):
            needed[key] = max(needed.get(key, row.updated_at), row.updated_at)
    _read_older(outlet, needed)


def _read_older(outlet: Outlet, needed: Mapping[Key, datetime]) -> None:
    """Reads again what was last read before its moment."""
    scope = Scope(outlet.organisation_id, outlet.connection_id)
    with outlet.database.read() as connection:
        seen = queries.seen(connection, scope, needed)
    wanted: dict[str, set[str]] = defaultdict(set)
    for key, moment in needed.items():
        if key not in seen or seen[key] <= moment:
            wanted[key[0]].add(key[1])
    if wanted:
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


def _targets(row: Any) -> Iterator[Key]:
    entry = entry_of(row)
    for target in (entry.source, *(line.document for line in entry.lines)):
        if target is not None and target.external_id:
            yield target.kind, target.external_id
