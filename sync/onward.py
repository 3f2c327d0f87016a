"""Reading on: pages of one feed are read in a thread of their own, a few further than they are taken.

Whoever takes them makes rows of them, which may take as long as a call: what is asked for next does not wait for that. It
is worth its memory where calls take long: as long as the provider does not prove to be far, pages come as they are asked for.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from threading import Condition, Event, Thread

from connectors.port import Page

PAGES_FURTHER = 1  # of a thousand rows it takes a megabyte or two, and each list has as many calls under way besides


class Onward:
    """far: set as soon as that is known; it is looked at when the first page is here."""

    def __init__(self, pages: Iterator[Page], far: Event) -> None:
        self._pages, self._far = pages, far
        self._moved = Condition()
        self._waiting: deque[Page] = deque()
        self._fault: BaseException | None = None
        self._unwanted = False
        self._thread: Thread | None = None

    def pages(self) -> Iterator[Page]:
        """The same pages, in order; a fault comes after those before it."""
        for page in self._pages:
            if self._far.is_set():
                self._waiting.append(page)
                yield from self._read_on()
                return
            yield page

    def end(self) -> None:
        """Nothing more is wanted; returns after the call under way."""
        with self._moved:
            self._unwanted = True
            self._moved.notify_all()
        if self._thread is not None:
            self._thread.join()

    def _read_on(self) -> Iterator[Page]:
        self._thread = Thread(target=self._read, name="reading-on", daemon=True)
        self._thread.start()
        while (page := self._taken()) is not None:
            yield page
        if self._fault is not None:
            raise self._fault

    def _taken(self) -> Page | None:
        with self._moved:
            self._moved.wait_for(lambda: self._waiting or self._unwanted)
            page = self._waiting.popleft() if self._waiting else None
            self._moved.notify_all()
            return page

    def _read(self) -> None:
        fault: BaseException | None = None
        try:
            for page in self._pages:
                with self._moved:
                    self._waiting.append(page)
                    self._moved.notify_all()
                    self._moved.wait_for(lambda: self._unwanted or len(self._waiting) < PAGES_FURTHER)
                    if self._unwanted:
                        break
        except BaseException as raised:  # noqa: BLE001 - carried over to the thread that takes
            fault = raised
        with self._moved:
            self._fault, self._unwanted = fault, True
            self._moved.notify_all()
