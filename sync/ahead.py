"""Reading ahead: pages are fetched in threads of their own while those before them are written, several feeds side by side.

What waits is bounded in bytes. A fault of the reading comes after the pages that were read before it; leaving the block
ends the reading after the calls that are under way. The feeds of a wave are begun when all of the wave before are: they
hand on no page before that one is stored, which is for whoever made them to see to.
"""

from __future__ import annotations

import ctypes
import gc
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from threading import Condition, Thread

from connectors.port import Page
from sync.prepare import weight as weight_of

BYTES_WAITING = 2 * 1024 * 1024  # of payloads, and of the rows made of them
BYTES_A_BATCH = 5 * 1024 * 1024
ROWS_A_BATCH = 2_500
ENOUGH_ROWS = 1_900  # are worth a transaction at once, as two full pages are: each table takes its COPY in each
LINGER_SECONDS = 0.2  # for less it is waited so long for more
FEEDS_AT_ONCE = 5  # as many calls as Xero lets be under way
_ARENA_MAX = -8  # M_ARENA_MAX of malloc.h
_SMALL = 1_024  # what a page weighs besides its records


class Ahead:
    """Pages between the threads that read and the one that writes. Of each feed they come in order."""

    def __init__(self, waves: Sequence[Sequence[Iterator[Page]]]) -> None:
        self._feeds = deque((wave, feed) for wave, feeds in enumerate(waves) for feed in feeds)
        self._moved = Condition()
        self._waiting: deque[tuple[Page, int]] = deque()
        self._bytes = self._rows = 0
        self._without_room = 0
        self._fault: BaseException | None = None
        self._unwanted = False
        self._reading: Counter[int] = Counter()  # feeds that are being read, by wave
        self.threads = min(len(self._feeds), FEEDS_AT_ONCE)

    def batches(self, wave: int = 0) -> Iterator[list[Page]]:
        """What waits of one feed, as far as one transaction should hold it; at least one page each. Of one wave to its end."""
        while batch := self._next(wave):
            yield batch

    def idle(self, seconds: float) -> bool:
        """Whether nothing came in so many seconds."""
        with self._moved:
            return not self._moved.wait_for(lambda: self._waiting or self._over(0), seconds)

    def read(self) -> None:
        """A reading thread's work: one feed after another, until none is left or one of them has failed."""
        while (begun := self._begun()) is not None:
            wave, pages = begun
            fault: BaseException | None = None
            try:
                for page in pages:
                    if not self._put(page):
                        break
            except BaseException as raised:  # noqa: BLE001 - carried over to the thread that writes
                fault = raised
            finally:
                with self._moved:
                    self._fault = self._fault or fault
                    self._reading[wave] -= 1
                    self._moved.notify_all()

    def _begun(self) -> tuple[int, Iterator[Page]] | None:
        with self._moved:
            if not self._feeds or self._fault is not None or self._unwanted:
                return None
            wave, pages = self._feeds.popleft()
            self._reading[wave] += 1
            return wave, pages

    def _over(self, wave: int) -> bool:
        """Nothing more comes of it."""
        begun = not self._feeds or self._feeds[0][0] > wave
        return not self._reading[wave] and (begun or self._fault is not None)

    def leave(self) -> None:
        """Nothing more is wanted."""
        with self._moved:
            self._unwanted = True
            self._moved.notify_all()

    def _put(self, page: Page) -> bool:
        weight = _SMALL + weight_of(page)
        with self._moved:
            if not self._has_room(weight):
                self._without_room += 1
                self._moved.notify_all()  # whoever lingers for more waits for this page, which waits for them
                self._moved.wait_for(lambda: self._unwanted or self._has_room(weight))
                self._without_room -= 1
            if self._unwanted:
                return False
            self._waiting.append((page, weight))
            self._bytes += weight
            self._rows += len(page.records)
            self._moved.notify_all()
            return self._fault is None  # beside one that failed nothing more is begun

    def _has_room(self, weight: int) -> bool:
        return not self._waiting or self._bytes + weight <= BYTES_WAITING

    def _next(self, wave: int) -> list[Page]:
        with self._moved:
            self._moved.wait_for(lambda: self._waiting or self._over(wave))
            self._moved.wait_for(lambda: self._enough(wave), LINGER_SECONDS)
            batch = self._taken()
            self._moved.notify_all()
            if not batch and self._fault is not None:
                raise self._fault
            return batch

    def _enough(self, wave: int) -> bool:
        if self._rows >= ENOUGH_ROWS or self._without_room:
            return True
        return self._over(wave) or self._fault is not None

    def _taken(self) -> list[Page]:
        """Pages of the feed that waits longest."""
        batch: list[Page] = []
        kept: deque[tuple[Page, int]] = deque()
        rows = size = 0
        full = False
        for page, weight in self._waiting:
            own = not batch or page.feed == batch[0].feed
            full = full or bool(
                own and batch and (rows + len(page.records) > ROWS_A_BATCH or size + weight > BYTES_A_BATCH)
            )
            if full or not own:
                kept.append((page, weight))
                continue
            self._bytes -= weight
            self._rows -= len(page.records)
            batch.append(page)
            rows, size = rows + len(page.records), size + weight
        self._waiting = kept
        return batch


@cache
def _few_arenas() -> None:
    """The C library gives each thread a heap of its own, and each keeps what large pages left in it: two are enough."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(_ARENA_MAX, 2)


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
def read_ahead(*feeds: Iterator[Page]) -> Iterator[Iterator[list[Page]]]:
    """Batches of the feeds' pages, each of one feed, read in threads that end with the block."""
    with read_waves(feeds) as ahead:
        yield ahead.batches()


@contextmanager
def read_waves(*waves: Sequence[Iterator[Page]]) -> Iterator[Ahead]:
    """The same for several waves: batches of each are asked for when those of the one before are stored."""
    _few_arenas()
    ahead = Ahead(waves)
    threads = [Thread(target=ahead.read, name=f"reading-{number}", daemon=True) for number in range(ahead.threads)]
    for thread in threads:
        thread.start()
    try:
        with seldom_collected():
            yield ahead
    finally:
        ahead.leave()
        for thread in threads:
            thread.join()
