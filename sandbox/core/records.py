"""The records of one company at one provider, in the provider's own wire form, with a log of what changed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

Record = dict[str, Any]


@dataclass(frozen=True)
class Change:
    """One write. `sequence` only grows within a store; `operation` is the stand-in's word (created, updated, deleted...)."""

    sequence: int
    kind: str
    id: str
    operation: str
    at: datetime | None = None


class RecordStore:
    """kind -> external id -> record, in the order of first writing. A record stays the stand-in's: it is not copied.

    Every method is safe across threads; a reading and writing that belong together go inside `with store.lock:`.
    """

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self._kinds: dict[str, dict[str, Record]] = {}
        self._changes: list[Change] = []

    def put(
        self, kind: str, record_id: str, record: Record, *, operation: str | None = None, at: datetime | None = None
    ) -> Change:
        """Write a record, keeping its place if it has one. The operation is created or updated unless named."""
        with self.lock:
            held = self._kinds.setdefault(kind, {})
            word = operation or ("updated" if record_id in held else "created")
            held[record_id] = record
            return self._log(kind, record_id, word, at)

    def note(self, kind: str, record_id: str, operation: str, at: datetime | None = None) -> Change:
        """Log a change of a record that was altered in place."""
        with self.lock:
            return self._log(kind, record_id, operation, at)

    def get(self, kind: str, record_id: str) -> Record | None:
        with self.lock:
            return self._kinds.get(kind, {}).get(record_id)

    def all(self, kind: str) -> list[Record]:
        with self.lock:
            return list(self._kinds.get(kind, {}).values())

    def ids(self, kind: str) -> list[str]:
        with self.lock:
            return list(self._kinds.get(kind, {}))

    def kinds(self) -> list[str]:
        with self.lock:
            return list(self._kinds)

    def remove(
        self, kind: str, record_id: str, *, operation: str = "deleted", at: datetime | None = None
    ) -> Record | None:
        """Take a record out for good and log it; None if there was none."""
        with self.lock:
            gone = self._kinds.get(kind, {}).pop(record_id, None)
            if gone is not None:
                self._log(kind, record_id, operation, at)
            return gone

    def count(self, kind: str) -> int:
        with self.lock:
            return len(self._kinds.get(kind, {}))

    def changes(self, after: int = 0, kinds: frozenset[str] | None = None) -> list[Change]:
        """What was written after sequence `after`, oldest first."""
        with self.lock:
            later = self._changes[after:]
        return [change for change in later if kinds is None or change.kind in kinds]

    @property
    def sequence(self) -> int:
        """The sequence of the last change; 0 before the first."""
        with self.lock:
            return len(self._changes)

    def __len__(self) -> int:
        with self.lock:
            return sum(len(held) for held in self._kinds.values())

    def __iter__(self) -> Iterator[tuple[str, str, Record]]:
        with self.lock:
            rows = [(kind, key, record) for kind, held in self._kinds.items() for key, record in held.items()]
        return iter(rows)

    def _log(self, kind: str, record_id: str, operation: str, at: datetime | None) -> Change:
        change = Change(len(self._changes) + 1, kind, record_id, operation, at)
        self._changes.append(change)
        return change
