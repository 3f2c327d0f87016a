"""The floor: a receiver that checks the signature, writes one row and answers, and knows nothing else."""

from __future__ import annotations

import hashlib
import hmac
import logging
import os
import socket
import sys
import threading
from collections.abc import Callable, Iterable
from typing import Any

import msgspec
import psycopg
from waitress.server import create_server

from cli.serve import WEB_THREADS
from runtime.pack import Pack

Start = Callable[[str, list[tuple[str, str]]], object]
TABLE = "CREATE TABLE IF NOT EXISTS bare (event_id text PRIMARY KEY, body bytea, at timestamptz DEFAULT now())"
_KEPT = threading.local()


class _Event(msgspec.Struct):
    id: str


def application(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
    """WSGI. BARE_SECRET and BARE_DATABASE say with what."""
    if environ["REQUEST_METHOD"] != "POST":
        start("200 OK", [("Content-Length", "0")])
        return [b""]
    raw = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
    parts = dict(part.split("=", 1) for part in environ["HTTP_STRIPE_SIGNATURE"].split(","))
    secret = os.environ["BARE_SECRET"].encode()
    wanted = hmac.new(secret, parts["t"].encode() + b"." + raw, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(wanted, parts["v1"]):
        start("400 Bad Request", [("Content-Length", "0")])
        return [b""]
    _link().execute(
        "INSERT INTO bare (event_id, body) VALUES (%s, %s) ON CONFLICT DO NOTHING",
        (msgspec.json.decode(raw, type=_Event).id, raw),
    )
    start("200 OK", [("Content-Length", "0")])
    return [b""]


def _link() -> psycopg.Connection[Any]:
    own: psycopg.Connection[Any] | None = getattr(_KEPT, "link", None)
    if own is None:
        own = _KEPT.link = psycopg.connect(os.environ["BARE_DATABASE"], autocommit=True)
    return own


def main() -> None:
    """PORT PROCESSES: as `tieout web` serves."""
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    port, processes = int(sys.argv[1]), int(sys.argv[2])
    listener = socket.create_server(("127.0.0.1", port), backlog=1_024)
    listener.setblocking(False)
    Pack(processes, lambda: create_server(application, sockets=[listener], threads=WEB_THREADS).run()).run()


if __name__ == "__main__":
    main()
