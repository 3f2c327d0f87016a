"""Call limits as the providers keep them: fixed windows and a cap on calls in flight, by key (tenant, or tenant and endpoint).

The real limits are the stand-in's default; a test or a demo sets others with `configure`.
"""

from __future__ import annotations

import math
import threading
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from sandbox.core.clock import SandboxClock

IN_FLIGHT = "in_flight"


@dataclass(frozen=True)
class Window:
    """At most `calls` in each `seconds`; windows are fixed and begin at an odd offset for each key."""

    calls: int
    seconds: int


@dataclass(frozen=True)
class Verdict:
    """`problem` names the window that is full ("minute", "day", "in_flight"), None when the call may pass."""

    problem: str | None
    remaining: Mapping[str, int]
    resets_in: Mapping[str, int]  # whole seconds until each window begins anew

    @property
    def allowed(self) -> bool:
        return self.problem is None

    @property
    def retry_after(self) -> int | None:
        """Seconds until the full window begins anew; None when allowed or when only the calls in flight are too many."""
        return self.resets_in.get(self.problem) if self.problem is not None else None


@dataclass
class _Tally:
    counts: dict[str, tuple[int, int]] = field(default_factory=dict)  # window -> (its number, calls in it)
    in_flight: int = 0


class FixedWindows:
    """`enter(key)` before the work, and `leave(key)` after it when the verdict allowed it. A refused call counts nowhere."""

    def __init__(self, clock: SandboxClock, windows: Mapping[str, Window], in_flight: int | None = None) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._windows = dict(windows)
        self._in_flight = in_flight
        self._tallies: dict[str, _Tally] = {}

    @property
    def windows(self) -> dict[str, Window]:
        return dict(self._windows)

    @property
    def in_flight(self) -> int | None:
        return self._in_flight

    def configure(self, windows: Mapping[str, Window], in_flight: int | None = None) -> None:
        """Replace the limits and begin to count anew."""
        with self._lock:
            self._windows = dict(windows)
            self._in_flight = in_flight
            for tally in self._tallies.values():
                tally.counts.clear()

    def enter(self, key: str, cost: int = 1) -> Verdict:
        with self._lock:
            tally = self._tallies.setdefault(key, _Tally())
            spent, resets = self._standing(key, tally)
            problem = self._problem(tally, spent, cost)
            if problem is None:
                tally.in_flight += 1
                for name, (number, count) in spent.items():
                    tally.counts[name] = (number, count + cost)
                    spent[name] = tally.counts[name]
            remaining = {name: max(0, window.calls - spent[name][1]) for name, window in self._windows.items()}
            return Verdict(problem, remaining, resets)

    def leave(self, key: str) -> None:
        with self._lock:
            tally = self._tallies.get(key)
            if tally is not None and tally.in_flight > 0:
                tally.in_flight -= 1

    def _standing(self, key: str, tally: _Tally) -> tuple[dict[str, tuple[int, int]], dict[str, int]]:
        now = self._clock.now().timestamp()
        spent: dict[str, tuple[int, int]] = {}
        resets: dict[str, int] = {}
        for name, window in self._windows.items():
            offset = zlib.crc32(f"{key}/{name}".encode()) % window.seconds
            number, into = divmod(now + offset, window.seconds)
            held_number, count = tally.counts.get(name, (int(number), 0))
            spent[name] = (int(number), count if held_number == int(number) else 0)
            resets[name] = max(1, math.ceil(window.seconds - into))
        return spent, resets

    def _problem(self, tally: _Tally, spent: Mapping[str, tuple[int, int]], cost: int) -> str | None:
        if self._in_flight is not None and tally.in_flight >= self._in_flight:
            return IN_FLIGHT
        # The longest window first: a caller told to wait for the minute would only be refused again for the day.
        for name, window in sorted(self._windows.items(), key=lambda item: -item[1].seconds):
            if spent[name][1] + cost > window.calls:
                return name
        return None
