"""Entries that may go now, put into the fewest calls, which are stored before any of them is sent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from connectors.writing import Batch
from ledger.faults import Conflict
from ledger.posting import BatchPurpose, EntryState
from posting.encoded import entry_of
from posting.outlet import Outlet
from posting.ran import Ran
from posting.sending import standings
from store import outbox_batches as calls
from store import outbox_entries
from store.database import Connection
from store.tenancy import new_id


def store_next(outlet: Outlet, ran: Ran) -> bool:
    """Stores calls for what waits and may go; False where there is nothing."""
    with outlet.database.read() as connection:
        rows = outbox_entries.of_open_postings(connection, outlet.organisation_id, outlet.connection_id)
    going, standing_rows = _may_go(rows, ran)
    if not going:
        return False
    batches = outlet.writer.batches([entry_of(row) for row in going], standings(standing_rows))
    store(outlet, going, batches, BatchPurpose.POST, EntryState.SENT)
    return True


def _may_go(rows: Sequence[Any], ran: Ran) -> tuple[list[Any], list[Any]]:
    """Waiting entries whose forerunners stand, and the rows of their postings."""
    by_posting: dict[UUID, list[Any]] = defaultdict(list)
    for row in rows:
        by_posting[row.posting_id].append(row)
    going, beside = [], []
    for own, found in by_posting.items():
        if own in ran.put_off:
            continue
        stand = {row.write_id for row in found if row.state == EntryState.POSTED.value}
        free = [row for row in found if row.state == EntryState.WAITING.value and set(row.body["after"]) <= stand]
        going += free
        beside += found if free and stand else []
    return going, beside


def store(
    outlet: Outlet, rows: Sequence[Any], batches: Sequence[Batch], purpose: BatchPurpose, state: EntryState
) -> None:
    """One transaction; from then on the entries are in a stored call. Raises Conflict where another run took one."""
    ids = {row.write_id: row.id for row in rows}
    now = outlet.now()
    with outlet.write() as connection:
        _refuse_taken(connection, outlet, rows)
        for batch in batches:
            own = new_id(now)
            row = {
                "id": own, "connection_id": outlet.connection_id, "purpose": purpose.value, "key": str(own),
                "method": batch.method, "path": batch.path, "query": [list(pair) for pair in batch.query],
                "content_type": batch.content_type, "body": batch.body,
            }  # fmt: skip
            calls.add_batch(connection, outlet.organisation_id, row, [ids[one] for one in batch.members], now)
        members = [ids[one] for batch in batches for one in batch.members]
        outbox_entries.set_state(connection, outlet.organisation_id, members, state, now)


def _refuse_taken(connection: Connection, outlet: Outlet, rows: Sequence[Any]) -> None:
    states = {row.id: row.state for row in rows}
    now = outbox_entries.find_entries(connection, outlet.organisation_id, list(states))
    if {row.id: row.state for row in now} != states:
        raise Conflict(calls.TAKEN_OVER)
