"""Writes of many threads in one transaction: who comes while one is being written waits for the next, and shares it.

A commit costs the same for one row as for fifty; under a burst this is the difference between hundreds and thousands
of webhooks a second. Nobody is answered before the commit that holds what they brought.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")
AT_ONCE_MAX = 500  # rows of one transaction: a memory bound, far above the threads of a web process


class _Waiting(Generic[T]):
    """One thread's items, and how it hears that they are written or that it is its turn to write."""

    __slots__ = ("failure", "items", "leads", "told", "written")

    def __init__(self, items: Sequence[T]) -> None:
        self.items = items
        self.told = threading.Event()
        self.leads = False
        self.written = False
        self.failure: Exception | None = None


class Together(Generic[T]):
    """`write` puts items down in one transaction of its own; it is called by one thread at a time."""

    def __init__(self, write: Callable[[Sequence[T]], None]) -> None:
        self._write = write
        self._lock = threading.Lock()
        self._waiting: list[_Waiting[T]] = []
        self._led = False

    def put(self, items: Sequence[T]) -> None:
        """Returns when the items are committed. What `write` raises for them passes through."""
        own = _Waiting(items)
        with self._lock:
            self._waiting.append(own)
            leads = not self._led
            self._led = True
        if not leads:
            own.told.wait()
        if leads or own.leads:
            self._lead()
        if own.failure is not None:
            raise own.failure

    def _lead(self) -> None:
        """Writes one batch, the own items in it, and hands the lead to the first who came meanwhile."""
        batch = self._take()
        try:
            self._write_all(batch)
        finally:
            with self._lock:
                following = self._waiting[0] if self._waiting else None
                self._led = following is not None
            for one in batch:
                one.told.set()
            if following is not None:
                following.leads = True
                following.told.set()

    def _take(self) -> list[_Waiting[T]]:
        with self._lock:
            count = 0
            for number, one in enumerate(self._waiting):
                count += len(one.items)
                if count > AT_ONCE_MAX and number:
                    batch, self._waiting = self._waiting[:number], self._waiting[number:]
                    return batch
            batch, self._waiting = self._waiting, []
            return batch

    def _write_all(self, batch: Sequence[_Waiting[T]]) -> None:
        try:
            self._write([item for one in batch for item in one.items])
        except Exception as failure:  # noqa: BLE001 each waiting thread raises it as its own
            if len(batch) == 1:
                batch[0].failure = failure
                return
            for one in batch:  # one that cannot be written must not cost the others theirs
                self._write_all([one])
