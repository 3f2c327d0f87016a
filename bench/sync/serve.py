"""A provider that is faster than any reader: pages are cut out of bytes that stand ready, in a process of its own.

`python -m bench.sync.serve PROVIDER ROWS SEED LATENCY_MS LIMITS` prints its port. GET /-/sent tells calls, bytes, refusals;
GET /-/rest ends the windows that calls are counted in, as the minute would that passes between two measurements.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import formatdate
from pathlib import Path
from urllib.request import urlopen

from bench.sync.pages_quickbooks import QuickBooksPages
from bench.sync.pages_stripe import StripePages
from bench.sync.pages_xero import XeroPages

_REFUSED = b'{"error":{"type":"rate_limit_error","code":"rate_limit"}}'


Pages = StripePages | XeroPages | QuickBooksPages

_PAGES: dict[str, type[Pages]] = {
    "stripe": StripePages,
    "xero": XeroPages,
    "quickbooks": QuickBooksPages,
}


class _Sent:
    """What went out, and whether a call is within the limits (a provider's own windows: fixed, from their first call)."""

    def __init__(self, pages: Pages, *, limits: bool) -> None:
        self.pages, self.limits = pages, limits
        self.calls: Counter[str] = Counter()
        self.bytes = self.refused = self.running = 0
        self._seen: dict[tuple[int, str], deque[float]] = {}

    def allowed(self, endpoint: str, now: float) -> bool:
        if not self.limits:
            return True
        windows = []
        for number, (calls, seconds, each) in enumerate(self.pages.rules):
            window = self._seen.setdefault((number, endpoint if each else ""), deque())
            while window and now - window[0] >= seconds:
                window.popleft()
            if len(window) >= calls:
                return False
            windows.append(window)
        if self.pages.in_flight and self.running > self.pages.in_flight:
            return False
        for window in windows:
            window.append(now)
        return True

    def rest(self) -> None:
        """A day passes: no window holds a call any more."""
        self._seen.clear()

    def told(self) -> bytes:
        return json.dumps({"calls": self.calls, "bytes": self.bytes, "refused": self.refused}).encode()


class _Talk(asyncio.Protocol):
    """One client's connection: HTTP/1.1, kept alive."""

    def __init__(self, sent: _Sent, latency: float) -> None:
        self._sent, self._latency = sent, latency
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            head = self._buffer[:end].decode("latin-1").split("\r\n")
            headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:])}
            whole = end + 4 + int(headers.get("content-length", 0))
            if len(self._buffer) < whole:
                return
            body, self._buffer = self._buffer[end + 4 : whole], self._buffer[whole:]
            self._take(head[0].split(" ")[1], headers, body)

    def _take(self, target: str, headers: dict[str, str], body: bytes) -> None:
        if target in ("/-/sent", "/-/rest"):
            if target == "/-/rest":
                self._sent.rest()
            self._write(b"200 OK", self._sent.told())
            return
        loop = asyncio.get_running_loop()
        endpoint = self._sent.pages.endpoint(target)
        self._sent.calls[endpoint] += 1
        self._sent.running += 1
        if not self._sent.allowed(endpoint, loop.time()):
            self._sent.refused += 1
            self._sent.running -= 1
            self._write(b"429 Too Many Requests", _REFUSED)
        elif self._latency:
            loop.call_later(self._latency, self._answer, target, headers, body)
        else:
            self._answer(target, headers, body)

    def _answer(self, target: str, headers: dict[str, str], body: bytes) -> None:
        self._sent.running -= 1
        answer = self._sent.pages.answer(target, headers, body)
        self._sent.bytes += len(answer)
        self._write(b"200 OK", answer)

    def _write(self, status: bytes, body: bytes) -> None:
        self._transport.write(
            b"HTTP/1.1 %s\r\nDate: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
            % (status, formatdate(usegmt=True).encode(), len(body))
        )
        self._transport.write(body)


async def _serve(sent: _Sent, latency: float) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Talk(sent, latency), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


@dataclass(frozen=True, slots=True)
class Provider:
    """A running stand-in. base: its address; rows of each kind."""

    base: str

    def sent(self) -> dict[str, int]:
        """calls, bytes and refusals since it began."""
        with urlopen(f"{self.base}/-/sent") as reply:  # noqa: S310 - our own process
            told = json.loads(reply.read())
        return {"calls": sum(told["calls"].values()), "bytes": told["bytes"], "refused": told["refused"]}


@contextmanager
def provider(name: str, rows: int, *, seed: int = 7, latency_ms: int = 0, limits: bool = False) -> Iterator[Provider]:
    """The stand-in for the block."""
    command = [sys.executable, "-m", "bench.sync.serve", name, str(rows), str(seed), str(latency_ms), str(int(limits))]
    root = Path(__file__).parents[2]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root) as running:
        try:
            assert running.stdout is not None
            yield Provider(f"http://127.0.0.1:{int(running.stdout.readline())}")
        finally:
            running.terminate()


if __name__ == "__main__":
    _name, _rows, _seed, _latency, _limits = sys.argv[1:]
    asyncio.run(_serve(_Sent(_PAGES[_name](int(_rows), int(_seed)), limits=_limits == "1"), int(_latency) / 1000))
