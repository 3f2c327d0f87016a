"""A call and its answer, as values: what connectors build and read, and what a provider's limit looks like."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from connectors.retry import retry_after_seconds
from ledger.faults import Unreachable

_OK = range(200, 300)
_TOO_MANY = 429


class OutcomeUnknown(Unreachable):
    """A write was sent and no usable answer came: it may have happened. Look it up before sending it again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeouts:
    """Seconds: to connect, for the next bytes to come, and for the whole of one try (a dripping body ends there)."""

    connect: float = 5.0
    read: float = 30.0
    total: float = 90.0
    body_bytes: int = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One call. kind: what is counted ("Invoice", "token"). endpoint: what limits go by; else the kind.

    idempotent: sending it twice does what sending it once does; only then is it repeated when no answer came.
    json: the answer must be JSON; a web page or an empty body then counts as no answer.
    """

    method: str
    url: str
    kind: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes | None = field(default=None, repr=False)
    idempotent: bool = True
    endpoint: str = ""
    json: bool = True

    @property
    def path(self) -> str:
        return urlsplit(self.url).path or "/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """Header names are lower case. requested_at: when the try that brought this answer was sent."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    requested_at: datetime

    @property
    def ok(self) -> bool:
        return self.status in _OK

    @property
    def looks_json(self) -> bool:
        """The first character opens an object or a list: enough to tell JSON from a web page or from nothing."""
        return self.body[:64].lstrip()[:1] in {b"{", b"["}


@dataclass(frozen=True, slots=True)
class Pause:
    """A limit that a provider named: seconds (None: it did not say) and the scope (second, minute, day, concurrent, endpoint, app)."""

    seconds: float | None
    scope: str


LimitReader = Callable[[Reply], Pause | None]
LeftReader = Callable[[Mapping[str, str]], Mapping[str, int]]
"""What an answer's headers (lower-case names) say is left, by scope."""


def nothing_said(headers: Mapping[str, str]) -> Mapping[str, int]:
    """A provider that does not say what is left."""
    return {}


def plain_limits(reply: Reply) -> Pause | None:
    """429 with Retry-After, as most understand it."""
    if reply.status != _TOO_MANY:
        return None
    return Pause(retry_after_seconds(reply.headers, reply.requested_at), "minute")
