"""Reading ahead: pages are fetched in a thread of their own while those before them are written.

What waits is bounded in bytes. A fault of the reading comes after the pages that were read before it; leaving the block
ends the reading after the call that is under way.
"""

from __future__ import annotations

import gc
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition, Thread

from connectors.port import Page
from sync.prepare import weight as weight_of

BYTES_WAITING = 10 * 1024 * 1024  # of payloads, and of the rows made of them
BYTES_A_BATCH = 10 * 1024 * 1024
ROWS_A_BATCH = 2_500
_SMALL = 1_024  # what a page weighs besides its records


class Ahead:
    """Pages between the thread that reads and the one that writes."""

    def __init__(self, pages: Iterator[Page]) -> None:
        self._pages = pages
        self._moved = Condition()
        self._waiting: deque[tuple[Page, int]] = deque()
        self._bytes = 0
        self._fault: BaseException | None = None
        self._ended = self._unwanted = False

    def batches(self) -> Iterator[list[Page]]:
        """All that waits, as far as one transaction should hold it; at least one page each."""
        while batch := self._next():
            yield batch

    def read(self) -> None:
        """The reading thread's work."""
        fault: BaseException | None = None
        try:
            for page in self._pages:
                if not self._put(page):
                    break
        except BaseException as raised:  # noqa: BLE001 - carried over to the thread that writes
            fault = raised
        finally:
            with self._moved:
                self._fault, self._ended = fault, True
                self._moved.notify_all()

    def leave(self) -> None:
        """Nothing more is wanted."""
        with self._moved:
            self._unwanted = True
            self._moved.notify_all()

    def _put(self, page: Page) -> bool:
        weight = _SMALL + weight_of(page)
        with self._moved:
            self._moved.wait_for(lambda: self._unwanted or not self._waiting or self._bytes + weight <= BYTES_WAITING)
            if self._unwanted:
                return False
            self._waiting.append((page, weight))
            self._bytes += weight
            self._moved.notify_all()
            return True

    def _next(self) -> list[Page]:
        with self._moved:
            self._moved.wait_for(lambda: self._waiting or self._ended)
            batch: list[Page] = []
            rows = size = 0
            while self._waiting:
                page, weight = self._waiting[0]
                if batch and (rows + len(page.records) > ROWS_A_BATCH or size + weight > BYTES_A_BATCH):
                    break
                self._waiting.popleft()
                self._bytes -= weight
                batch.append(page)
                rows, size = rows + len(page.records), size + weight
            self._moved.notify_all()
            if not batch and self._fault is not None:
                raise self._fault
            return batch


@contextmanager
def seldom_collected() -> Iterator[None]:
    """What a pass makes holds no cycles: looking for them is a tenth of its time, so that is done more rarely."""
    before = gc.get_threshold()
    gc.set_threshold(max(before[0], 100_000), *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


@contextmanager
def read_ahead(pages: Iterator[Page]) -> Iterator[Iterator[list[Page]]]:
    """Batches of `pages`, read in a thread that ends with the block."""
    ahead = Ahead(pages)
    thread = Thread(target=ahead.read, name="reading", daemon=True)
    thread.start()
    try:
        with seldom_collected():
            yield ahead.batches()
    finally:
        ahead.leave()
        thread.join()
