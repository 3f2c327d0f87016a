"""Waits that take no time."""

from __future__ import annotations

import threading
import time


class Leaps:
    """For an App's `sleep` and `monotonic`: who waits is ahead by that at once.

    A sleep that does nothing would not do: whoever waits for a window of real time to open would ask for it in a loop.
    """

    def __init__(self) -> None:
        self._ahead = 0.0
        self._lock = threading.Lock()

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self._ahead += max(0.0, seconds)

    def monotonic(self) -> float:
        return time.monotonic() + self._ahead
