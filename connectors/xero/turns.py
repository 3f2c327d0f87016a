"""Whose call goes next: as many at once as Xero lets be under way, those of the list that needs the most rounds more first.

A round is a call and all that goes beside it. So what takes longest never waits for what is short, and all end together.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from heapq import heappop, heappush
from threading import Condition


class Turns:
    """Threads may share it."""

    def __init__(self, at_once: int) -> None:
        self._free = at_once
        self._waiting: list[tuple[float, int]] = []
        self._came = 0
        self._moved = Condition()

    @property
    def waiting(self) -> int:
        with self._moved:
            return len(self._waiting)

    @contextmanager
    def turn(self, rounds_left: float) -> Iterator[None]:
        """The block is a call of a list that needs so many rounds more."""
        with self._moved:
            self._came += 1
            own = (-rounds_left, self._came)
            heappush(self._waiting, own)
            self._moved.wait_for(lambda: self._free > 0 and self._waiting[0] == own)
            heappop(self._waiting)
            self._free -= 1
            self._moved.notify_all()
        try:
            yield
        finally:
            with self._moved:
                self._free += 1
                self._moved.notify_all()
