"""A small HTTP server that answers as a test says, and a clockwork for a transport that never really sleeps."""

from __future__ import annotations

import contextlib
import gzip
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

NOW = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)


@dataclass
class Call:
    """One request as the server saw it; header names are lower case."""

    method: str
    path: str
    query: list[tuple[str, str]]
    headers: dict[str, str]
    body: bytes

    def one(self, name: str) -> str | None:
        return dict(self.query).get(name)


@dataclass
class Answer:
    """What the server says. cut: bytes left unsent of what Content-Length promised. chunked: sent in chunks."""

    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=dict)
    cut: int = 0
    chunked: bool = False
    zipped: bool = False
    hang_up: bool = False
    drip_seconds: float = 0.0


Script = Callable[[Call], Answer]


@dataclass
class Server:
    url: str
    calls: list[Call]

    def paths(self) -> list[str]:
        return [call.path for call in self.calls]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 1 << 16  # head and body leave in one packet: else the second waits 40 ms for a sign of the first
    script: Script
    calls: list[Call]
    stop: threading.Event

    def _serve(self) -> None:
        length = int(self.headers.get("content-length") or 0)
        parts = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        query = parse_qsl(parts.query, keep_blank_values=True)
        call = Call(self.command, parts.path, query, headers, self.rfile.read(length))
        self.calls.append(call)
        self._answer(self.script(call))

    do_GET = do_POST = do_PUT = do_DELETE = _serve  # noqa: N815 - the base class looks for these

    def _answer(self, answer: Answer) -> None:
        if answer.hang_up:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        body = gzip.compress(answer.body) if answer.zipped else answer.body
        self.send_response_only(answer.status)  # no Date: these tests have clocks of their own
        for name, value in {"Content-Type": "application/json", **answer.headers}.items():
            self.send_header(name, value)
        if answer.zipped:
            self.send_header("Content-Encoding", "gzip")
        if answer.chunked:
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            self.wfile.write(b"%x\r\n%s\r\n" % (len(body), body))
            self.wfile.write(b"10\r\nonly" if answer.cut else b"0\r\n\r\n")
        else:
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self._body(body[: len(body) - answer.cut], answer.drip_seconds)
        self.wfile.flush()
        if answer.cut:
            self.close_connection = True

    def _body(self, body: bytes, drip_seconds: float) -> None:
        if not drip_seconds:
            self.wfile.write(body)
            return
        with contextlib.suppress(OSError):
            for byte in body:
                self.wfile.write(bytes([byte]))
                self.wfile.flush()
                if self.stop.wait(drip_seconds):
                    return

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
        """Says nothing."""


@contextlib.contextmanager
def serve(script: Script) -> Iterator[Server]:
    """The server, on a free port of this machine, until the block ends."""
    calls: list[Call] = []
    stop = threading.Event()
    handler = type("Handler", (_Handler,), {"script": staticmethod(script), "calls": calls, "stop": stop})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield Server(f"http://127.0.0.1:{server.server_address[1]}", calls)
    finally:
        stop.set()
        server.shutdown()
        server.server_close()
        thread.join()


def in_turn(*answers: Answer) -> Script:
    """One answer after the other; the last one for ever."""
    left = list(answers)

    def script(_: Call) -> Answer:
        return left.pop(0) if len(left) > 1 else left[0]

    return script


class Naps:
    """A sleeper that writes down how long it was asked to sleep, and does not."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)
