"""The time of day as a stand-in sees it: the machine's own unless somebody sets it."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        message = f"a sandbox time needs its zone: {moment.isoformat()} has none"
        raise ValueError(message)
    return moment.astimezone(UTC)


class SandboxClock:
    """`now()` in UTC. Runs from `start` (or from the real time); `set` stops it, `advance` moves it, `run` lets it go on."""

    def __init__(self, start: datetime | None = None, *, running: bool = True) -> None:
        self._lock = threading.Lock()
        self._running = running
        self._base = _aware(start) if start is not None else datetime.now(UTC)
        self._since = time.monotonic()

    @property
    def running(self) -> bool:
        return self._running

    def now(self) -> datetime:
        with self._lock:
            return self._now()

    def set(self, moment: datetime) -> None:
        """Stop the clock at `moment`; only `advance`, `set` and `run` move it from there."""
        with self._lock:
            self._base = _aware(moment)
            self._running = False

    def advance(self, span: timedelta | float) -> None:
        """Move by a timedelta or by seconds, keeping the clock running or stopped as it was."""
        delta = span if isinstance(span, timedelta) else timedelta(seconds=span)
        with self._lock:
            self._base += delta

    def run(self) -> None:
        """Let time pass again from where the clock stands."""
        with self._lock:
            self._base = self._now()
            self._since = time.monotonic()
            self._running = True

    def _now(self) -> datetime:
        if not self._running:
            return self._base
        return self._base + timedelta(seconds=time.monotonic() - self._since)
