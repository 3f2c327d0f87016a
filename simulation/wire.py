"""The product's way out: calls go straight to the stand-ins' applications, in this process and in order."""

from __future__ import annotations

import io
import random
import sys
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

import urllib3
from urllib3.exceptions import NewConnectionError, ProtocolError

from sandbox.core.clock import SandboxClock
from sandbox.core.stand import Stand
from simulation.power import Power
from simulation.weather import STANDING, Fault, Weather

SECONDS = (0.03, 0.08, 0.2, 0.9)
"""How long a call takes, by the clock of the run."""
_GATEWAY = b"<html><head><title>502 Bad Gateway</title></head><body>502 Bad Gateway</body></html>"


class Wire(urllib3.PoolManager):
    """What connectors.transport calls through. A call costs time of the clock, and none of the machine's."""

    def __init__(
        self, stands: Mapping[int, Stand], clock: SandboxClock, power: Power, weather: Weather, chance: random.Random
    ) -> None:
        """`stands` by port."""
        super().__init__()
        self._stands = stands
        self._clock = clock
        self._power = power
        self._weather = weather
        self._chance = chance
        self.token_calls = 0
        """Of this step: tokens were asked for."""
        self.lost: set[str] = set()
        """Providers that gave new tokens in an answer which did not come through."""
        self.uses: Callable[[str, str], None] = lambda _provider, _token: None
        """Told of the token of each call, before it goes out."""

    def request(  # type: ignore[override]
        self, method: str, url: str, body: bytes | None = None, headers: Mapping[str, str] | None = None, **_: Any
    ) -> urllib3.HTTPResponse:
        self._power.boundary("before a call")
        self._clock.advance(self._chance.choice(SECONDS))
        fault = self._weather.next(writes=method != "GET" and not is_token_call(url))
        _before(fault)
        stand = self._stands[urlsplit(url).port or 0]
        if is_token_call(url):
            self.token_calls += 1
            if fault is not None:
                self.lost.add(stand.provider)
        else:
            self.uses(stand.provider, _bearer(headers or {}))
        if fault is not None and fault.kind in STANDING and not _ends_a_key(stand, fault):
            stand.mishaps.add(fault.kind, seconds=fault.seconds)
        try:
            status, answer_headers, answer = ask(stand.app.wsgi_app, method, url, body or b"", headers or {})
        except ConnectionAbortedError as error:
            raise ProtocolError("The connection was cut in the middle of an answer.", error) from error
        finally:
            stand.mishaps.clear()
            self._power.boundary("after a call")
        if fault is not None and fault.kind == "reply lost":
            raise ProtocolError("The reply was lost.")
        if fault is not None and fault.kind == "bad gateway":
            status, answer_headers, answer = 502, [("Content-Type", "text/html")], _GATEWAY
        return urllib3.HTTPResponse(
            body=io.BytesIO(answer), headers=urllib3.HTTPHeaderDict(answer_headers), status=status, preload_content=False,
            request_method=method, request_url=url,
        )  # fmt: skip


def _ends_a_key(stand: Stand, fault: Fault) -> bool:
    """A key of Stripe's does not end by itself: one that is refused is lost."""
    return fault.kind == "expired" and stand.provider == "stripe"


def is_token_call(url: str) -> bool:
    return urlsplit(url).path.endswith(("/tokens/bearer", "/connect/token"))


def _bearer(headers: Mapping[str, str]) -> str:
    given = next((value for name, value in headers.items() if name.lower() == "authorization"), "")
    return given.removeprefix("Bearer ") if given.startswith("Bearer ") else ""


def _before(fault: Fault | None) -> None:
    if fault is None:
        return
    if fault.kind == "no connection":
        raise NewConnectionError(None, "nobody answers")  # type: ignore[arg-type]
    if fault.kind == "cut before":
        raise ProtocolError("The connection was cut.")


def ask(
    app: Callable[..., Iterable[bytes]], method: str, url: str, body: bytes, headers: Mapping[str, str]
) -> tuple[int, list[tuple[str, str]], bytes]:
    """One call of a WSGI application. Raises what the application raises."""
    parts = urlsplit(url)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method, "SCRIPT_NAME": "", "PATH_INFO": unquote(parts.path), "QUERY_STRING": parts.query,
        "RAW_URI": url, "SERVER_NAME": parts.hostname, "SERVER_PORT": str(parts.port or 80), "REMOTE_ADDR": "127.0.0.1",
        "SERVER_PROTOCOL": "HTTP/1.1", "HTTP_HOST": parts.netloc, "CONTENT_LENGTH": str(len(body)),
        "wsgi.version": (1, 0), "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(body), "wsgi.errors": sys.stderr,
        "wsgi.multithread": False, "wsgi.multiprocess": False, "wsgi.run_once": False,
    }  # fmt: skip
    for name, value in headers.items():
        key = name.upper().replace("-", "_")
        environ[key if key in {"CONTENT_TYPE", "CONTENT_LENGTH"} else f"HTTP_{key}"] = value
    head: list[tuple[str, list[tuple[str, str]]]] = []

    def start(status: str, answer: list[tuple[str, str]], _: Any = None) -> Any:
        head.append((status, answer))

    chunks: Any = app(environ, start)
    try:
        told = b"".join(chunks)
    finally:
        if hasattr(chunks, "close"):
            chunks.close()
    status, answer = head[-1]
    return int(status.split(" ", 1)[0]), answer, told
