"""The port through which a call waits for its turn, and a limiter for one process.

A limiter shared by several processes (Redis) is handed in by runtime; it keeps to the same protocol.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from ledger.faults import RateLimited

_SHORTEST_WAIT_SECONDS = 1e-6  # less is rounding, and a clock need not even move by it


class Limiter(Protocol):
    """One limiter a connection. `endpoint` is the provider's path or resource, where limits differ by it."""

    def acquire(self, endpoint: str) -> None:
        """Returns when the call may be sent. Raises RateLimited when that is further off than one should sleep."""

    def release(self, endpoint: str) -> None:
        """The call of an `acquire` has ended, however it ended."""

    def refused(self, endpoint: str, seconds: float) -> None:
        """The provider answered 429: nothing more goes out to `endpoint` for `seconds`."""


class NoLimit:
    """Lets everything through: for tests and for calls outside a company's budget (token calls)."""

    def acquire(self, endpoint: str) -> None:
        """Returns at once."""

    def release(self, endpoint: str) -> None:
        """Does nothing."""

    def refused(self, endpoint: str, seconds: float) -> None:
        """Does nothing: the transport itself waits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """At most `calls` in `per_seconds`, evenly filled up again; `burst` may go at once (None: all `calls`).

    each_endpoint: every endpoint has its own budget. scope is what RateLimited carries: second, minute, day.
    """

    calls: int
    per_seconds: float
    scope: str
    burst: int | None = None
    each_endpoint: bool = False


class _Bucket:
    """Tokens of one rule: filled by time, emptied by calls."""

    def __init__(self, rule: Rule, now: float) -> None:
        self.rule = rule
        self._size = float(rule.burst or rule.calls)
        self._tokens = self._size
        self._at = now
        self._closed_until = now

    def wait_seconds(self, now: float) -> float:
        per_second = self.rule.calls / self.rule.per_seconds
        self._tokens = min(self._size, self._tokens + max(0.0, now - self._at) * per_second)
        self._at = now
        missing = max(0.0, 1 - self._tokens) / per_second
        return max(missing, self._closed_until - now)

    def take(self) -> None:
        self._tokens -= 1

    def close(self, now: float, seconds: float) -> None:
        self._closed_until = max(self._closed_until, now + seconds)
        self._tokens = min(self._tokens, 1.0)


class TokenBuckets:
    """Limiter for the threads of one process: token buckets, and a number of calls in flight.

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
        self._buckets: dict[tuple[int, str], _Bucket] = {}
        self._in_flight = threading.BoundedSemaphore(in_flight) if in_flight else None

    def acquire(self, endpoint: str) -> None:
        """Waits for every rule, then takes one call from each. Raises RateLimited."""
        while True:
            with self._lock:
                now = self._monotonic()
                buckets = list(self._of(endpoint, now))
                wait, scope = max(
                    ((bucket.wait_seconds(now), bucket.rule.scope) for bucket in buckets), default=(0.0, "")
                )
                if wait < _SHORTEST_WAIT_SECONDS:
                    for bucket in buckets:
                        bucket.take()
                    break
            if wait > self._longest:
                sentence = (
                    f"The limit of calls a {scope} that we keep is reached; the next may go in {wait:.0f} seconds."
                )
                raise RateLimited(sentence, wait, scope)
            self._sleep(wait)
        if self._in_flight is not None:
            self._in_flight.acquire()

    def release(self, endpoint: str) -> None:
        """Gives back the place in flight."""
        if self._in_flight is not None:
            self._in_flight.release()

    def refused(self, endpoint: str, seconds: float) -> None:
        """Closes the endpoint's buckets (and the shared ones) for `seconds`, and takes away what was saved up."""
        with self._lock:
            now = self._monotonic()
            for bucket in self._of(endpoint, now):
                bucket.close(now, seconds)

    def _of(self, endpoint: str, now: float) -> Iterator[_Bucket]:
        for number, rule in enumerate(self._rules):
            key = (number, endpoint if rule.each_endpoint else "")
            if key not in self._buckets:
                self._buckets[key] = _Bucket(rule, now)
            yield self._buckets[key]
