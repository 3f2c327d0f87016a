"""The index over the records of one kind: by update time, and as bytes ready to send."""

from __future__ import annotations

from bisect import bisect_left, insort


class Shelf:
    """Holds no record, only ids in the order of their stamps, ties by id. The caller holds the books' lock."""

    def __init__(self) -> None:
        self._stamps: dict[str, int] = {}
        self._order: list[tuple[int, str]] = []
        self._sorted = True
        self.raw: dict[str, bytes] = {}

    def place(self, record_id: str, stamp: int, *, bulk: bool = False) -> None:
        """Put an id at its stamp, moving it if it stood elsewhere. With `bulk` the order is made at the next reading."""
        before = self._stamps.get(record_id)
        self._stamps[record_id] = stamp
        self.raw.pop(record_id, None)
        if bulk or not self._sorted:
            self._sorted = False
            return
        if before is not None:
            del self._order[bisect_left(self._order, (before, record_id))]
        insort(self._order, (stamp, record_id))

    def drop(self, record_id: str) -> None:
        stamp = self._stamps.pop(record_id)
        self.raw.pop(record_id, None)
        if self._sorted:
            del self._order[bisect_left(self._order, (stamp, record_id))]

    def since(self, seconds: int | None = None) -> list[str]:
        """Ids stamped at or after a whole second, oldest first; all of them without one."""
        if not self._sorted:
            self._order = sorted((stamp, record_id) for record_id, stamp in self._stamps.items())
            self._sorted = True
        low = 0 if seconds is None else bisect_left(self._order, (seconds * 1000, ""))
        return [record_id for _, record_id in self._order[low:]]

    def __len__(self) -> int:
        return len(self._stamps)
