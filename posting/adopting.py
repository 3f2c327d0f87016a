"""What the books turn out to hold of entries whose outcome was not known, or was another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from connectors.writing import Standing
from ledger.posting import EntryState
from posting.encoded import content_of
from posting.outlet import Outlet
from posting.seen import note_sightings
from store import outbox, outbox_entries
from store.database import Connection


def adopt(connection: Connection, outlet: Outlet, rows: Sequence[Any], found: Mapping[str, Standing]) -> None:
    """Entries (rows) as they were found upstream, by write id: posted where they stand, waiting where they do not."""
    if not rows:
        return
    own = outlet.organisation_id
    outbox_entries.settle_each(connection, own, [_columns(outlet, row, found.get(row.write_id)) for row in rows])
    owners = outbox.find_many(connection, own, list(dict.fromkeys(row.posting_id for row in rows)))
    standing = {row.id: found.get(row.write_id) for row in rows}
    note_sightings(connection, outlet, rows, standing, {row.id: row for row in owners})


def _columns(outlet: Outlet, row: Any, found: Standing | None) -> dict[str, Any]:
    now = outlet.now()
    empty = {"record_kind": None, "external_id": None, "provider_version": None, "standing": None, "posted_at": None}
    stands = {} if found is None else {
        "record_kind": found.kind, "external_id": found.external_id, "provider_version": found.version or None,
        "standing": content_of(found), "posted_at": now,
    }  # fmt: skip
    state = EntryState.WAITING if found is None else EntryState.POSTED
    return {"id": row.id, "state": state.value, "code": None, "reason": None, "updated_at": now, **empty, **stands}
