"""Looking upstream by our markers for what may have been written."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from connectors.writing import Standing
from posting.encoded import entry_of
from posting.outlet import Outlet

_DAYS_BEFORE = timedelta(days=1)


def look_up(outlet: Outlet, rows: Sequence[Any]) -> dict[str, Standing]:
    """By write id, the record that stands upstream of each entry (a row) where one does.

    Two records of one marker are impossible while every call goes under its key; where they are met all the same, the
    first one is ours and `twice` names the others.
    """
    return {write_id: found[0] for write_id, found in _found(outlet, rows).items()}


def twice(outlet: Outlet, rows: Sequence[Any]) -> dict[str, list[Standing]]:
    """By write id, the records of markers that more than one record carries."""
    return {write_id: found for write_id, found in _found(outlet, rows).items() if len(found) > 1}


def _found(outlet: Outlet, rows: Sequence[Any]) -> dict[str, list[Standing]]:
    if not rows:
        return {}
    entries = [entry_of(row) for row in rows]
    # the earlier of the entries' own days and the day they were planned: whichever of them a provider searches by
    since = min(*(entry.on for entry in entries), *(row.created_at.date() for row in rows)) - _DAYS_BEFORE
    found = outlet.writer.find(entries, since=since)
    standing = {write_id: [one for one in records if not one.ended] for write_id, records in found.items()}
    return {write_id: records for write_id, records in standing.items() if records}
