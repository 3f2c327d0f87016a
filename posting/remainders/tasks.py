"""Tasks that letting go leaves behind: tax relief on bad debts, each on its day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final
from uuid import UUID

from ledger.posting import PostingState
from store.database import Connection
from store.queries.planning import write_offs_since

ALWAYS: Final = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """on: from when it can be done. invoice: its number."""

    posting_id: UUID
    on: date
    invoice: str
    sentence: str


def tasks(connection: Connection, organisation_id: UUID, entity_id: UUID) -> list[Task]:
    """Of bad debts that stand in the books, the earliest first."""
    rows = write_offs_since(connection, organisation_id, entity_id, ALWAYS)
    found = [
        Task(
            posting_id=row.id,
            on=date.fromisoformat(row.choices["task"]["on"]),
            invoice=row.choices["name"],
            sentence=row.choices["task"]["sentence"],
        )
        for row in rows
        if row.state == PostingState.POSTED.value and (row.choices or {}).get("task")
    ]
    return sorted(found, key=lambda one: (one.on, one.invoice))
