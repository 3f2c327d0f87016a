"""Every call that came in, so that a test can say what the product asked for and how often."""

from __future__ import annotations

import threading
from dataclasses import asdict, dataclass
from typing import Any

from flask import Flask, Response, g, request

from sandbox.core.clock import SandboxClock

CONTROL_PREFIX = "/_control"


@dataclass(frozen=True)
class Entry:
    """`tenant` and `kind` are what the stand-in put into `flask.g.tenant` and `flask.g.kind` while it answered."""

    provider: str
    tenant: str | None
    method: str
    path: str  # with its query
    kind: str | None
    status: int
    bytes: int
    at: str


class Journal:
    """The calls in order. /_control is left out."""

    def __init__(self, provider: str, clock: SandboxClock) -> None:
        self._provider = provider
        self._clock = clock
        self._lock = threading.Lock()
        self._entries: list[Entry] = []

    def add(self, entry: Entry) -> None:
        with self._lock:
            self._entries.append(entry)

    def entries(self) -> list[Entry]:
        with self._lock:
            return list(self._entries)

    def as_json(self) -> list[dict[str, Any]]:
        return [asdict(entry) for entry in self.entries()]

    def clear(self) -> None:
        with self._lock:
            self._entries.clear()

    def __len__(self) -> int:
        with self._lock:
            return len(self._entries)

    def install(self, app: Flask) -> None:
        """Hook into `app`: sees the reply last, after limits and mishaps have had their say."""

        def after(response: Response) -> Response:
            if not request.path.startswith(CONTROL_PREFIX):
                self.add(self._entry(response))
            return response

        # Flask runs these from the last to the first.
        app.after_request_funcs.setdefault(None, []).insert(0, after)

    def _entry(self, response: Response) -> Entry:
        return Entry(
            provider=self._provider,
            tenant=g.get("tenant"),
            method=request.method,
            path=request.full_path.rstrip("?"),
            kind=g.get("kind"),
            status=response.status_code,
            bytes=int(response.headers.get("Content-Length", 0)),
            at=self._clock.now().isoformat(),
        )
