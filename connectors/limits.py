"""The port through which a call waits for its turn, and a limiter for one process.

A limiter shared by several processes (Redis) is handed in by runtime; it keeps to the same protocol.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from ledger.faults import RateLimited

APP = "app"  # the scope of what all companies of an app share
ENDPOINT = "endpoint"  # the scope of a refusal that is about one endpoint and no other
_SHORTEST_WAIT_SECONDS = 1e-6  # less is rounding, and a clock need not even move by it


class Limiter(Protocol):
    """One limiter a connection. `endpoint` is the provider's path or resource, where limits differ by it."""

    def acquire(self, endpoint: str) -> None:
        """Returns when the call may be sent. Raises RateLimited when that is further off than one should sleep."""

    def release(self, endpoint: str) -> None:
        """The call of an `acquire` has ended, however it ended."""

    def refused(self, endpoint: str, seconds: float, scope: str = "") -> None:
        """The provider answered 429: nothing more of that scope goes out for `seconds`.

        scope: APP (all companies of the app), ENDPOINT (this endpoint alone), or any other: the company.
        """

    def told(self, left: Mapping[str, int]) -> None:
        """The provider's own count of what may still be sent, by scope (minute, day, APP)."""


class NoLimit:
    """Lets everything through: for tests and for calls outside a company's budget (token calls)."""

    def acquire(self, endpoint: str) -> None:
        """Returns at once."""

    def release(self, endpoint: str) -> None:
        """Does nothing."""

    def refused(self, endpoint: str, seconds: float, scope: str = "") -> None:
        """Does nothing: the transport itself waits."""

    def told(self, left: Mapping[str, int]) -> None:
        """Does nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """At most `calls` in any `per_seconds`.

    each_endpoint: every endpoint has its own budget. only: the one endpoint that it is about; empty: all. scope is what RateLimited carries: second, minute, day; a rule of
    scope APP counts the calls of every company together.
    """

    calls: int
    per_seconds: float
    scope: str
    each_endpoint: bool = False
    only: str = ""

    def binds(self, endpoint: str) -> bool:
        return self.only in ("", endpoint)


class _Window:
    """The calls of one rule in the seconds just gone. No window of that length, wherever it begins, holds more."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self._sent: deque[float] = deque()
        self._closed_until = float("-inf")

    def wait_seconds(self, now: float) -> float:
        while self._sent and now - self._sent[0] >= self.rule.per_seconds:
            self._sent.popleft()
        full = len(self._sent) >= self.rule.calls
        return max(self._sent[0] + self.rule.per_seconds - now if full else 0.0, self._closed_until - now)

    def take(self, now: float) -> None:
        self._sent.append(now)

    def close(self, now: float, seconds: float) -> None:
        self._closed_until = max(self._closed_until, now + seconds)

    def at_most_left(self, now: float, left: int) -> None:
        """Others may have sent calls that we do not know of: they count as sent now."""
        self.wait_seconds(now)
        self._sent.extend([now] * (self.rule.calls - left - len(self._sent)))


class SlidingWindows:
    """Limiter for the threads of one process: sliding windows, and a number of calls in flight.

    Providers count in fixed windows that begin when they please; a sliding one keeps within all of them.

    monotonic: seconds that only grow. sleep: the sleeper. longest_wait_seconds: beyond it RateLimited is raised.
    """

    def __init__(
        self,
        rules: Sequence[Rule],
        *,
        monotonic: Callable[[], float],
        sleep: Callable[[float], None],
        in_flight: int | None = None,
        longest_wait_seconds: float = 5.0,
    ) -> None:
        self._rules = tuple(rules)
        self._monotonic = monotonic
        self._sleep = sleep
        self._longest = longest_wait_seconds
        self._lock = threading.Lock()
        self._windows: dict[tuple[int, str], _Window] = {}
        self._turns: dict[str, threading.Lock] = {}
        self._in_flight = threading.BoundedSemaphore(in_flight) if in_flight else None

    def acquire(self, endpoint: str) -> None:
        """Waits for every rule, then takes one call from each. Raises RateLimited."""
        with self._lock:
            turn = self._turns.setdefault(endpoint, threading.Lock())
        with turn:  # of an endpoint's calls the one that waits longest goes first
            self._wait(endpoint)
        if self._in_flight is not None:
            self._in_flight.acquire()

    def _wait(self, endpoint: str) -> None:
        while True:
            with self._lock:
                now = self._monotonic()
                windows = list(self._of(endpoint))
                wait, scope = max(
                    ((window.wait_seconds(now), window.rule.scope) for window in windows), default=(0.0, "")
                )
                if wait < _SHORTEST_WAIT_SECONDS:
                    for window in windows:
                        window.take(now)
                    return
            if wait > self._longest:
                reason = f"The limit of calls a {scope} that we keep is reached"
                sentence = f"{reason}; the next may go in {wait:.0f} seconds."
                raise RateLimited(sentence, wait, scope, reason=f"{reason}.")
            self._sleep(wait)

    def release(self, endpoint: str) -> None:
        """Gives back the place in flight."""
        if self._in_flight is not None:
            self._in_flight.release()

    def refused(self, endpoint: str, seconds: float, scope: str = "") -> None:
        """Closes the windows of the scope for `seconds`."""
        with self._lock:
            now = self._monotonic()
            windows = list(self._of(endpoint))
            own = [window for window in windows if window.rule.each_endpoint] if scope == ENDPOINT else []
            for window in own or windows:
                window.close(now, seconds)

    def told(self, left: Mapping[str, int]) -> None:
        """Lowers what may still go out to what the provider says; it never raises it."""
        with self._lock:
            for window in self._of(""):
                if window.rule.scope in left and not window.rule.each_endpoint:
                    window.at_most_left(self._monotonic(), left[window.rule.scope])

    def _of(self, endpoint: str) -> Iterator[_Window]:
        for number, rule in enumerate(self._rules):
            if not rule.binds(endpoint):
                continue
            key = (number, endpoint if rule.each_endpoint else "")
            if key not in self._windows:
                self._windows[key] = _Window(rule)
            yield self._windows[key]


class Together:
    """A company's limiter and its app's as one: a call waits for both, a refusal closes the one that it is about."""

    def __init__(self, own: Limiter, app: Limiter) -> None:
        self._own = own
        self._app = app

    def acquire(self, endpoint: str) -> None:
        self._own.acquire(endpoint)
        try:
            self._app.acquire(endpoint)
        except RateLimited:
            self._own.release(endpoint)
            raise

    def release(self, endpoint: str) -> None:
        self._app.release(endpoint)
        self._own.release(endpoint)

    def refused(self, endpoint: str, seconds: float, scope: str = "") -> None:
        (self._app if scope == APP else self._own).refused(endpoint, seconds, scope)

    def told(self, left: Mapping[str, int]) -> None:
        self._own.told(left)
        self._app.told(left)
