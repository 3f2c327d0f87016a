"""Records that wait behind others of their posting, whose day was closed meanwhile: refused by name instead of sent.

What stands of the posting was written while the day was open. The rest waits until the period is opened and somebody
retries it.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any
from uuid import UUID

from ledger.posting import EntryState
from posting.outlet import Outlet
from posting.planning.books import locks_of
from store import outbox_entries
from store.database import Connection


def refuse_late(outlet: Outlet) -> None:
    with outlet.database.read() as connection:
        late = _late(connection, outlet)
    if late:
        with outlet.write() as connection:
            outbox_entries.settle_each(connection, outlet.organisation_id, _late(connection, outlet))


def _late(connection: Connection, outlet: Outlet) -> list[dict[str, Any]]:
    locks = locks_of(connection, outlet.organisation_id, outlet.connection_id)
    if not locks:
        return []
    through = max(locks.values())
    who = " and ".join(sorted(name for name, day in locks.items() if day == through))
    rows = outbox_entries.of_open_postings(connection, outlet.organisation_id, outlet.connection_id)
    return [_refused(outlet, row, who, through) for row in _behind(rows) if row.dated_on <= through]


def _behind(rows: list[Any]) -> list[Any]:
    """Those that were not sent, of postings of which a part stands. The others are planned anew, with the locks of then."""
    by_posting: dict[UUID, list[Any]] = defaultdict(list)
    for row in rows:
        by_posting[row.posting_id].append(row)
    return [
        row
        for found in by_posting.values()
        if any(one.state == EntryState.POSTED.value for one in found)
        for row in found
        if row.state == EntryState.WAITING.value
    ]


def _refused(outlet: Outlet, row: Any, who: str, through: date) -> dict[str, Any]:
    reason = (
        f"Its period was closed before all of it was written: {row.dated_on:%-d %B %Y} is of it, and {who} is locked"
        f" through {through:%-d %B %Y}. Have the period opened, then retry it."
    )
    return {
        "id": row.id, "state": EntryState.REFUSED.value, "code": "period_locked", "reason": reason,
        "record_kind": row.record_kind, "external_id": row.external_id, "provider_version": row.provider_version,
        "standing": row.standing, "updated_at": outlet.now(), "posted_at": row.posted_at,
    }  # fmt: skip
