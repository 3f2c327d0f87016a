"""The index over the records of one kind: by update time, by id, and as bytes ready to send."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable

IdKey = tuple[int, str]  # ids are digits without leading zeros, or words like TAX: shorter first, then by text


def id_key(record_id: str) -> IdKey:
    return len(record_id), record_id


class Shelf:
    """Holds no record, only their ids. The caller holds the books' lock."""

    def __init__(self) -> None:
        self._stamps: dict[str, int] = {}
        self._by_time: list[tuple[int, IdKey]] = []
        self._by_id: list[IdKey] = []
        self._sorted = True
        self.raw: dict[str, bytes] = {}

    def place(self, record_id: str, seconds: int, *, bulk: bool = False) -> None:
        """Put an id at its update time, moving it if it stood elsewhere. With `bulk` the order is made at the next reading."""
        key = id_key(record_id)
        before = self._stamps.get(record_id)
        self._stamps[record_id] = seconds
        self.raw.pop(record_id, None)
        if bulk or not self._sorted:
            self._sorted = False
            return
        if before is None:
            insort(self._by_id, key)
        elif before == seconds:
            return
        else:
            del self._by_time[bisect_left(self._by_time, (before, key))]
        insort(self._by_time, (seconds, key))

    def drop(self, record_id: str) -> None:
        self._sort()
        key = id_key(record_id)
        seconds = self._stamps.pop(record_id)
        self.raw.pop(record_id, None)
        del self._by_id[bisect_left(self._by_id, key)]
        del self._by_time[bisect_left(self._by_time, (seconds, key))]

    def forget_bytes(self, record_ids: Iterable[str]) -> None:
        for record_id in record_ids:
            self.raw.pop(record_id, None)

    def since(self, seconds: float, until: float | None = None) -> list[str]:
        """Ids updated in [seconds, until], oldest first, ties by id."""
        self._sort()
        low = bisect_left(self._by_time, seconds, key=lambda entry: entry[0])
        if until is None:
            return [key[1] for _, key in self._by_time[low:]]
        rows = []
        for at, key in self._by_time[low:]:
            if at > until:
                break
            rows.append(key[1])
        return rows

    def by_id(self) -> list[str]:
        self._sort()
        return [key[1] for key in self._by_id]

    def stamp(self, record_id: str) -> int:
        return self._stamps[record_id]

    def __len__(self) -> int:
        return len(self._stamps)

    def _sort(self) -> None:
        if self._sorted:
            return
        self._by_id = sorted(id_key(record_id) for record_id in self._stamps)
        self._by_time = sorted((seconds, id_key(record_id)) for record_id, seconds in self._stamps.items())
        self._sorted = True
