"""A record that we wrote is a sighting of the receipt it came from, from the moment on that its id is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from connectors.writing import Standing
from ledger.entry import EntryKind
from posting.outlet import Outlet
from store.database import Connection
from store.outbox_matches import sight_own

_CASH = frozenset({EntryKind.RECEIPT.value, EntryKind.RECEIVE.value, EntryKind.DEPOSIT.value, EntryKind.TRANSFER.value})


def note_sightings(
    connection: Connection, outlet: Outlet, rows: Sequence[Any], standing: Mapping[UUID, Standing | None],
    postings: Mapping[UUID, Any],
) -> None:  # fmt: skip
    """`rows`: entries; `standing`: by entry id, what stands of them now; `postings`: by id."""
    found = []
    for row in rows:
        stands, receipt_id = standing.get(row.id), postings[row.posting_id].receipt_id
        if stands is None or receipt_id is None or row.kind not in _CASH:
            continue
        found += [
            {
                "connection_id": outlet.connection_id, "record_kind": kind, "external_id": external_id,
                "receipt_id": receipt_id, "currency": row.currency, "amount_minor": row.amount_minor,
                "seen_on": row.dated_on,
            }
            for kind, external_id in ((stands.kind, stands.external_id), *stands.parts)
        ]  # fmt: skip
    sight_own(connection, outlet.organisation_id, found, outlet.now())
