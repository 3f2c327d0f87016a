"""Faults on request: what a provider does on a bad day, made to happen on the calls that a test or a person names.

Kinds: 429, 500, slow (the true reply, late), cut (the head and half the body, then the socket closes), malformed (half
of the JSON under a full head), html (a page with status 200), hollow ({} with status 200), expired (401 in the provider's
shape), xml429 (a throttle in XML where JSON was asked for), lost (the work is done, and a gateway answers 502 in its stead).
"""

from __future__ import annotations

import random
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from flask import Flask, Response, g, request

KINDS = frozenset({"429", "500", "slow", "cut", "malformed", "html", "hollow", "expired", "xml429", "lost"})
CONTROL_PREFIX = "/_control"
_BEFORE = frozenset(
    {"429", "500", "html", "hollow", "expired", "xml429"}
)  # answered without the provider's work being done
_HTML = "<!doctype html><html><head><title>Maintenance</title></head><body><h1>We'll be right back.</h1></body></html>"
_GATEWAY = (
    "<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center></body></html>"
)
_XML = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><IntuitResponse><Fault type="THROTTLING">'
    '<Error code="3001"><Message>message=ThrottleExceeded; errorCode=003001; statusCode=429</Message></Error>'
    "</Fault></IntuitResponse>"
)


@dataclass
class Mishap:
    """One kind of fault on the calls whose path (with its query) holds `path`, at most `times`, on each `every`-th.

    share: instead of each `every`-th, on this part of them (0 to 1), chosen by chance from the seed of the mishaps.
    """

    kind: str
    path: str = ""
    times: int | None = 1
    every: int = 1
    seconds: float = 0.0
    headers: Mapping[str, str] = field(default_factory=dict)
    share: float | None = None
    seen: int = 0
    done: int = 0

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            message = f"mishap kind {self.kind!r} is unknown; known: {', '.join(sorted(KINDS))}"
            raise ValueError(message)
        if self.every < 1:
            message = f"every is {self.every}; it must be 1 or more"
            raise ValueError(message)
        if self.share is not None and not 0 <= self.share <= 1:
            message = f"share is {self.share}; it must be from 0 to 1"
            raise ValueError(message)
        re.compile(self.path)


class Mishaps:
    """The faults asked for. `install` puts them into a Flask application; /_control is always spared."""

    def __init__(self, sleep: Callable[[float], object] | None = None, seed: int = 0) -> None:
        self._chance = random.Random(seed)
        self._lock = threading.Lock()
        self._sleep = sleep or threading.Event().wait
        self._planned: list[Mishap] = []

    def add(
        self,
        kind: str,
        path: str = "",
        *,
        times: int | None = 1,
        every: int = 1,
        seconds: float = 0.0,
        headers: Mapping[str, str] | None = None,
        share: float | None = None,
    ) -> Mishap:
        """Plan a fault; `times=None` never ends. ValueError for an unknown kind, re.error for a bad path."""
        mishap = Mishap(kind, path, times, every, seconds, dict(headers or {}), share)
        with self._lock:
            self._planned.append(mishap)
        return mishap

    def seed(self, seed: int) -> None:
        """Begin the chances of `share` anew."""
        with self._lock:
            self._chance = random.Random(seed)

    def clear(self) -> None:
        with self._lock:
            self._planned.clear()

    def planned(self) -> list[Mishap]:
        with self._lock:
            return list(self._planned)

    def choose(self, path: str) -> Mishap | None:
        """The first planned fault that is due for this call; counts it as done."""
        with self._lock:
            for mishap in self._planned:
                if not re.search(mishap.path, path):
                    continue
                if mishap.times is not None and mishap.done >= mishap.times:
                    continue
                mishap.seen += 1
                if mishap.share is not None:
                    if self._chance.random() >= mishap.share:
                        continue
                elif mishap.seen % mishap.every:
                    continue
                mishap.done += 1
                return mishap
        return None

    def install(
        self,
        app: Flask,
        *,
        expired: Callable[[], Response],
        throttled: Callable[[], Response] | None = None,
        failed: Callable[[], Response] | None = None,
    ) -> None:
        """Hook into `app`, first of its hooks. The three callables give 401, 429 and 500 in the provider's own shape."""
        shapes = {"expired": expired, "429": throttled or _plain_429, "500": failed or _plain_500}

        def before() -> Response | None:
            if request.path.startswith(CONTROL_PREFIX):
                return None
            mishap = self.choose(request.full_path.rstrip("?"))
            if mishap is None:
                return None
            g.mishap = mishap
            if mishap.seconds and mishap.kind in {"slow", "500", "cut"}:
                self._sleep(mishap.seconds)
            return _refusal(mishap, shapes) if mishap.kind in _BEFORE else None

        def after(response: Response) -> Response:
            mishap = g.get("mishap")
            return _spoiled(response, mishap) if isinstance(mishap, Mishap) else response

        app.before_request_funcs.setdefault(None, []).insert(0, before)
        app.after_request_funcs.setdefault(None, []).append(after)


def _refusal(mishap: Mishap, shapes: Mapping[str, Callable[[], Response]]) -> Response:
    if mishap.kind == "html":
        return Response(_HTML, status=200, content_type="text/html; charset=utf-8")
    if mishap.kind == "hollow":
        return Response("{}", status=200, content_type="application/json")
    if mishap.kind == "xml429":
        return Response(_XML, status=429, content_type="application/xml")
    return shapes[mishap.kind]()


def _spoiled(response: Response, mishap: Mishap) -> Response:
    if mishap.kind == "cut":
        body = response.get_data()
        response.response = _cut_off(body)
        response.headers["Content-Length"] = str(max(len(body), 1))
    elif mishap.kind == "malformed":
        body = response.get_data()
        response.set_data(body[: max(1, len(body) // 2)])
    elif mishap.kind == "lost":
        response = Response(_GATEWAY, status=502, content_type="text/html; charset=utf-8")
    if mishap.kind == "429" and mishap.seconds:
        response.headers["Retry-After"] = f"{mishap.seconds:g}"
    response.headers.update(mishap.headers)
    return response


def _cut_off(body: bytes) -> Iterator[bytes]:
    yield body[: len(body) // 2]
    message = "the connection was cut on request"
    raise ConnectionAbortedError(message)  # the server hangs up on it


def _plain_429() -> Response:
    return Response('{"error":"too many requests"}', status=429, content_type="application/json")


def _plain_500() -> Response:
    return Response('{"error":"internal error"}', status=500, content_type="application/json")
