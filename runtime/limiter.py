"""Limits of calls that every worker and machine keeps together: counted in the Redis or Valkey of the queue.

Time is the server's own, so that clocks of workers need not agree. A place in flight is a lease: one that a dead worker
held is free again when it ends. Where the server cannot be reached the limits of this process alone hold; the provider's
own 429 is then the last word.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from connectors.limits import APP, ENDPOINT, Limiter, Rule
from ledger.faults import RateLimited
from runtime.servers import EmbeddedValkey

_log = logging.getLogger(__name__)
PREFIX = "tieout:limit"
LEASE_SECONDS = 120  # longer than any call may last (connectors.message.Timeouts.total)
FULL_WAIT_SECONDS = 0.05  # how often a place in flight is asked for again
SOCKET_SECONDS = 2.0
SILENT_SECONDS = 60.0  # between two warnings of one process that the server is away

_ACQUIRE = """
local t = redis.call('TIME')
local now = t[1] * 1000000 + t[2]
local lease, places, lease_us = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local wait, which = 0, -1
for i = 2, #KEYS, 2 do
  local calls, per = tonumber(ARGV[2 + i]), tonumber(ARGV[3 + i])
  redis.call('ZREMRANGEBYSCORE', KEYS[i], '-inf', now - per)
  local left = redis.call('PTTL', KEYS[i + 1]) * 1000
  local count = redis.call('ZCARD', KEYS[i])
  if count >= calls then
    local first = redis.call('ZRANGE', KEYS[i], count - calls, count - calls, 'WITHSCORES')
    left = math.max(left, tonumber(first[2]) + per - now)
  end
  if left > wait then wait, which = left, i / 2 - 1 end
end
if wait > 0 then return {wait, which} end
if places > 0 then
  redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
  if redis.call('ZCARD', KEYS[1]) >= places then return {-1, -1} end
  redis.call('ZADD', KEYS[1], now + lease_us, lease)
  redis.call('PEXPIRE', KEYS[1], math.ceil(lease_us / 1000) + 1000)
end
for i = 2, #KEYS, 2 do
  redis.call('ZADD', KEYS[i], now, lease)
  redis.call('PEXPIRE', KEYS[i], math.ceil(ARGV[3 + i] / 1000) + 1000)
end
return {0, -1}
"""
_CLOSE = """
for i = 1, #KEYS do
  if redis.call('PTTL', KEYS[i]) < tonumber(ARGV[1]) then redis.call('SET', KEYS[i], '1', 'PX', ARGV[1]) end
end
"""
_TOLD = """
local t = redis.call('TIME')
local now = t[1] * 1000000 + t[2]
local per, used = tonumber(ARGV[1]), tonumber(ARGV[2])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - per)
for i = redis.call('ZCARD', KEYS[1]) + 1, used do redis.call('ZADD', KEYS[1], now, ARGV[3] .. i) end
redis.call('PEXPIRE', KEYS[1], math.ceil(per / 1000) + 1000)
"""


class SharedWindows:
    """Limiter over a server that every worker reaches. One a company; threads may share it.

    name: provider and company; the windows of scope APP go by the provider alone. fallback: what holds meanwhile where
    the server is away. longest_wait_seconds: beyond it RateLimited is raised.
    """

    def __init__(
        self,
        link: Redis,
        name: tuple[str, str],
        rules: Sequence[Rule],
        *,
        in_flight: int,
        fallback: Limiter,
        sleep: Callable[[float], None],
        longest_wait_seconds: float,
    ) -> None:
        self._link = link
        self._provider, self._company = name
        self._rules = tuple(rules)
        self._in_flight = in_flight
        self._fallback = fallback
        self._sleep = sleep
        self._longest = longest_wait_seconds
        self._held = threading.local()
        self._warned = float("-inf")
        self._acquire, self._close, self._tell = (link.register_script(text) for text in (_ACQUIRE, _CLOSE, _TOLD))

    def acquire(self, endpoint: str) -> None:
        """Takes one call of every rule and a place in flight. Raises RateLimited."""
        lease = uuid4().hex
        rules = self._binding(endpoint)
        polled = 0.0
        while True:
            try:
                micros, which = self._acquire(keys=self._keys(rules, endpoint), args=self._arguments(rules, lease))
            except RedisError as error:
                self._away(error)
                self._fallback.acquire(endpoint)
                self._leases().append(None)
                return
            if micros == 0:
                self._leases().append(lease)
                return
            wait = FULL_WAIT_SECONDS if micros < 0 else micros / 1e6
            polled = polled + wait if micros < 0 else 0.0
            if wait > self._longest or polled > LEASE_SECONDS:
                raise _limited(self._rules[rules[which]].scope if micros > 0 else "concurrent", wait)
            self._sleep(wait)

    def release(self, endpoint: str) -> None:
        """Gives back the place in flight that this thread took last."""
        lease = self._leases().pop()
        if lease is None:
            self._fallback.release(endpoint)
            return
        try:
            self._link.zrem(self._key("flight"), lease)
        except RedisError as error:
            self._away(error)  # the lease ends by itself

    def refused(self, endpoint: str, seconds: float, scope: str = "") -> None:
        """Closes the windows of the scope for every worker."""
        self._fallback.refused(endpoint, seconds, scope)
        chosen = [number for number in self._binding(endpoint) if self._is_about(self._rules[number], scope)]
        if not chosen or seconds <= 0:
            return
        try:
            keys = [self._window(number, endpoint) + ":closed" for number in chosen]
            self._close(keys=keys, args=[max(1, int(seconds * 1000))])
        except RedisError as error:
            self._away(error)

    def told(self, left: Mapping[str, int]) -> None:
        """Calls that the provider counted and we did not are counted as sent now; never fewer than we know of."""
        self._fallback.told(left)
        try:
            for number, rule in enumerate(self._rules):
                if rule.scope in left and not rule.each_endpoint and not rule.only:
                    used = max(0, rule.calls - left[rule.scope])
                    micros = int(rule.per_seconds * 1e6)
                    self._tell(keys=[self._window(number, "")], args=[micros, used, uuid4().hex])
        except RedisError as error:
            self._away(error)

    def _is_about(self, rule: Rule, scope: str) -> bool:
        if scope == APP:
            return rule.scope == APP
        if scope == ENDPOINT and any(one.each_endpoint for one in self._rules):
            return rule.each_endpoint
        return rule.scope != APP

    def _leases(self) -> list[str | None]:
        if not hasattr(self._held, "leases"):
            self._held.leases = []
        leases: list[str | None] = self._held.leases
        return leases

    def _binding(self, endpoint: str) -> list[int]:
        """The numbers of the rules that a call to the endpoint is under."""
        return [number for number, rule in enumerate(self._rules) if rule.binds(endpoint)]

    def _keys(self, numbers: Sequence[int], endpoint: str) -> list[str]:
        windows = [self._window(number, endpoint) for number in numbers]
        return [self._key("flight"), *(key for window in windows for key in (window, f"{window}:closed"))]

    def _arguments(self, numbers: Sequence[int], lease: str) -> list[Any]:
        rules = [part for number in numbers for part in _parts(self._rules[number])]
        return [lease, self._in_flight, LEASE_SECONDS * 1_000_000, *rules]

    def _window(self, number: int, endpoint: str) -> str:
        rule = self._rules[number]
        if rule.scope == APP:
            return f"{PREFIX}:{self._provider}:{APP}:{number}"
        return self._key(f"{number}:{endpoint}" if rule.each_endpoint else str(number))

    def _key(self, what: str) -> str:
        return f"{PREFIX}:{self._provider}:{self._company}:{what}"

    def _away(self, error: RedisError) -> None:
        if time.monotonic() - self._warned > SILENT_SECONDS:
            self._warned = time.monotonic()
            _log.warning(
                "limits are kept by this process alone while the queue's server is away (%s)", type(error).__name__
            )


def _parts(rule: Rule) -> tuple[int, int]:
    return rule.calls, int(rule.per_seconds * 1e6)


def _limited(scope: str, wait: float) -> RateLimited:
    reason = f"The limit of calls ({scope}) that we keep with all workers is reached"
    return RateLimited(f"{reason}; the next may go in {wait:.0f} seconds.", wait, scope, reason=f"{reason}.")


def link_to(redis_url: str | None, home: Path) -> Redis | None:
    """The server of the settings, else the embedded one of this home where it runs; None where there is neither."""
    if redis_url is None:
        embedded = EmbeddedValkey(home)
        if not embedded.socket.exists():
            return None
        redis_url = embedded.url
    return _link(redis_url)


@cache
def _link(redis_url: str) -> Redis:
    """One pool of lines a server and process."""
    return Redis.from_url(
        redis_url, socket_timeout=SOCKET_SECONDS, socket_connect_timeout=SOCKET_SECONDS, retry=Retry(NoBackoff(), 0)
    )
