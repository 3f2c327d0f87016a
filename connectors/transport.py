"""HTTP to a provider: pooled, gzip, with deadlines; retries what is safe, waits out short limits, counts, tells no secret.

It knows nothing of a provider's wire form: what a refused limit looks like comes in as a function, what an answer means
is for the caller. No redirect is followed, so that a token never travels to another host.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple, TypeVar
from urllib.parse import urlsplit

import certifi
import msgspec
import urllib3
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError

from connectors.decode import mended
from connectors.limits import Limiter, NoLimit
from connectors.message import (
    LeftReader,
    LimitReader,
    OutcomeUnknown,
    Pause,
    Reply,
    Request,
    Timeouts,
    nothing_said,
    plain_limits,
)
from connectors.meter import Meter
from connectors.redact import redacted_url
from connectors.retry import RetryPolicy, retry_after_seconds
from ledger.faults import BadInput, RateLimited, Unreachable

_log = logging.getLogger(__name__)
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_CHUNK_BYTES = 1 << 16
_SERVER_FAULT = 500
_MOVED = range(300, 400)
_NOT_MODIFIED = 304
_NOT_FOUND = 404

_AT_ONCE_SECONDS = 2.0  # between a refusal and what it ends


class _Refused(NamedTuple):
    until: datetime
    scope: str


T = TypeVar("T")
Pool = urllib3.PoolManager  # what a transport calls through; another one may be given to it


class _Broken(Exception):
    """One try brought no usable answer. sent: the provider may have acted on it."""

    def __init__(self, cause: str, *, sent: bool = True, wait_seconds: float | None = None) -> None:
        super().__init__(cause)
        self.sent = sent
        self.wait_seconds = wait_seconds


class Transport:
    """Calls of one connection. Threads may share it.

    provider: as people know it ("QuickBooks"). clock gives now in UTC, sleep sleeps, random gives [0, 1).
    limits reads a provider's own sign of a limit from an answer, left what its headers say may still be sent.
    """

    def __init__(
        self,
        provider: str,
        *,
        clock: Callable[[], datetime],
        sleep: Callable[[float], None],
        random: Callable[[], float],
        limiter: Limiter | None = None,
        limits: LimitReader = plain_limits,
        left: LeftReader = nothing_said,
        meter: Meter | None = None,
        policy: RetryPolicy | None = None,
        timeouts: Timeouts | None = None,
        pool: Pool | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.provider = provider
        self.meter = meter or Meter()
        self._clock = clock
        self._sleep = sleep
        self._random = random
        self._limiter: Limiter = limiter or NoLimit()
        self._refused: _Refused | None = None  # the last time that the provider refused a call for its limits
        self._limits = limits
        self._left = left
        self._policy = policy or RetryPolicy()
        self._timeouts = timeouts or Timeouts()
        self._monotonic = monotonic
        self._pool = pool or Pool(num_pools=4, maxsize=32, ca_certs=certifi.where())

    def close(self) -> None:
        """Closes idle connections; the transport may still be used."""
        self._pool.clear()

    def send(self, request: Request) -> Reply:
        """The answer, whatever its status below 500 (429 aside). Raises Unreachable, RateLimited, OutcomeUnknown."""
        return self.fetch(request, lambda reply: reply)

    def fetch(self, request: Request, read: Callable[[Reply], T]) -> T:
        """What `read` makes of the answer. A msgspec.DecodeError out of `read` counts as a broken answer: tried again.

        Raises Unreachable, RateLimited, OutcomeUnknown, and whatever else `read` raises.
        """
        _check_url(request.url)
        for attempt in range(1, self._policy.tries + 1):
            last = attempt == self._policy.tries
            try:
                reply = self._try(request)
                pause = self._limits(reply)
                if pause is not None:
                    self._wait_or_park(request, pause, attempt, last=last)
                    continue
                self._usable(request, reply)
                return _read(reply, read)
            except (msgspec.DecodeError, RecursionError) as error:  # or nested deeper than anything is
                broken = _Broken(f"an answer that cannot be read ({error})")
            except _Broken as error:
                broken = error
            if last or not (request.idempotent or not broken.sent):
                raise self._given_up(request, broken, attempt) from broken
            delay = broken.wait_seconds
            delay = self._policy.delay_seconds(attempt, self._random) if delay is None else delay
            _log.warning("%s: %s %s: %s; again in %.1f s", self.provider, request.method, request.path, broken, delay)
            self._sleep(delay)
        raise AssertionError("the last try returns or raises")

    def _try(self, request: Request) -> Reply:
        endpoint = request.endpoint or request.kind
        try:
            self._limiter.acquire(endpoint)
        except RateLimited as limited:
            raise self._refusal_behind(limited) or limited from None
        try:
            requested_at = self._clock()
            reply = self._exchange(request, requested_at)
        finally:
            self._limiter.release(endpoint)
        if "date" in reply.headers:
            self.meter.dated(reply.headers["date"], self._clock())
        left = self._left(reply.headers)
        if left:
            self._limiter.told(left)
        self.meter.answered(reply.status, len(reply.body), left)
        if _log.isEnabledFor(logging.DEBUG):  # the address is made for the log alone
            _log.debug("%s: %s %s: %d", self.provider, request.method, redacted_url(request.url), reply.status)
        return reply

    def _exchange(self, request: Request, requested_at: datetime) -> Reply:
        limits = self._timeouts
        ends = self._monotonic() + limits.total
        self.meter.sent(request.kind, len(request.body or b""))
        try:
            response = self._pool.request(
                request.method,
                request.url,
                body=request.body,
                headers={"accept-encoding": "gzip", **request.headers},
                redirect=False,
                retries=False,
                preload_content=False,
                timeout=urllib3.Timeout(connect=limits.connect, read=min(limits.read, limits.total)),
            )
        except (NewConnectionError, ConnectTimeoutError) as error:
            raise _Broken("no connection", sent=False) from error
        except HTTPError as error:
            raise _Broken(_cause(error)) from error
        whole = False
        try:
            body = self._body(response, ends)
            whole = True
        except HTTPError as error:
            raise _Broken(_cause(error)) from error
        finally:
            if whole:
                response.release_conn()
            else:
                response.close()  # what is left of a cut or slow answer must not be read as the next one
        headers = {name.lower(): value for name, value in response.headers.items()}
        return Reply(status=response.status, headers=headers, body=body, requested_at=requested_at)

    def _body(self, response: urllib3.BaseHTTPResponse, ends: float) -> bytes:
        parts: list[bytes] = []
        size = 0
        while part := response.read1(_CHUNK_BYTES, decode_content=True):
            parts.append(part)
            size += len(part)
            if self._monotonic() > ends:
                raise _Broken(f"a body that did not end within {self._timeouts.total:.0f} seconds")
            if size > self._timeouts.body_bytes:
                raise _Broken(f"a body of more than {self._timeouts.body_bytes} bytes")
        if response.length_remaining:
            raise _Broken("an answer that was cut short")
        return b"".join(parts)

    def _usable(self, request: Request, reply: Reply) -> None:
        if reply.status >= _SERVER_FAULT:
            asked = retry_after_seconds(reply.headers, reply.requested_at)
            # a write that a server fell over may have been done: it is looked up, never taken for one that was not sent
            if request.idempotent and asked is not None and asked > self._policy.wait_ceiling_seconds:
                reason = f"{self.provider} is unavailable ({reply.status})"
                sentence = f"{reason}; it asks to come back in {asked:.0f} seconds."
                raise RateLimited(sentence, asked, "unavailable", reason=f"{reason} and named a time to come back at.")
            raise _Broken(f"server error {reply.status}", wait_seconds=asked)
        if reply.status in _MOVED and reply.status != _NOT_MODIFIED:
            raise _Broken(f"a redirect ({reply.status}), which is not followed")
        if request.json and not reply.looks_json and (reply.ok or reply.status == _NOT_FOUND):
            raise _Broken(f"{_what_it_is(reply)} instead of JSON ({reply.status})")

    def _wait_or_park(self, request: Request, pause: Pause, attempt: int, *, last: bool) -> None:
        """Sleeps through a short limit (the call was refused, not done, so it may be a write); else raises RateLimited."""
        seconds = self._policy.delay_seconds(attempt, self._random) if pause.seconds is None else pause.seconds
        self.meter.refused()
        self._refused = _Refused(self._clock() + timedelta(seconds=seconds), pause.scope)
        self._limiter.refused(request.endpoint or request.kind, seconds, pause.scope)
        if last or seconds > self._policy.wait_ceiling_seconds:
            seconds = max(seconds, self._policy.longest_seconds) if pause.seconds is None else seconds
            raise self._limited(seconds, pause.scope)
        _log.info("%s: %s: limit (%s), again in %.1f s", self.provider, request.path, pause.scope, seconds)
        self._sleep(seconds)

    def _limited(self, seconds: float, scope: str) -> RateLimited:
        reason = f"{self.provider}'s limit of calls ({scope}) is reached"
        return RateLimited(
            f"{reason}; it may be asked again in {seconds:.0f} seconds.", seconds, scope, reason=f"{reason}."
        )

    def _refusal_behind(self, limited: RateLimited) -> RateLimited | None:
        """The provider's own limit, where a refusal of it closed ours: of calls side by side one is refused, and the others
        are not sent. None where our limit is reached by itself.
        """
        if self._refused is None:
            return None
        left = (self._refused.until - self._clock()).total_seconds()
        if left <= 0 or abs(limited.retry_after_seconds - left) > _AT_ONCE_SECONDS:
            return None
        return self._limited(limited.retry_after_seconds, self._refused.scope)

    def _given_up(self, request: Request, broken: _Broken, attempt: int) -> Unreachable:
        call = f"{request.method} {request.path}"
        if request.idempotent or not broken.sent:
            tries = "1 try" if attempt == 1 else f"{attempt} tries"
            return Unreachable(f"{self.provider} could not be reached at {call} ({tries}): {broken}. Try again later.")
        return OutcomeUnknown(
            f"{self.provider} gave no usable answer to {call}: {broken}. "
            "It may have been done; it is looked up before it is sent again."
        )


def _read(reply: Reply, read: Callable[[Reply], T]) -> T:
    """Half a character in one text costs neither the page nor the record (connectors/decode.py)."""
    try:
        return read(reply)
    except msgspec.DecodeError:
        body = mended(reply.body)
        if body == reply.body:
            raise
        return read(replace(reply, body=body))


def _check_url(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        return
    raise BadInput(
        f"The provider's address {parts.scheme}://{parts.hostname} has to begin with https; "
        "plain http is for this machine only."
    )


def _cause(error: HTTPError) -> str:
    """The kind of failure in words: urllib3's own texts hold addresses and object ids."""
    name = type(error).__name__
    return {
        "ReadTimeoutError": "no answer in time",
        "IncompleteRead": "an answer that was cut short",
        "ProtocolError": "a connection that was cut",
        "DecodeError": "a body that cannot be unpacked",
        "SSLError": "no trusted TLS connection",
    }.get(name, f"a connection that failed ({name})")


def _what_it_is(reply: Reply) -> str:
    if not reply.body.strip():
        return "an empty body"
    start = reply.body[:256].lstrip().lower()
    return "a web page" if start.startswith((b"<!doctype html", b"<html")) else "something else"
