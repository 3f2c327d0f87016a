"""What a transport has sent and received: calls by kind, bytes, the provider's last word on its limits."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping

TOKEN_KIND = "token"  # noqa: S105 - the kind of a call, not a secret


class Meter:
    """Counts every try that went out, repeated ones too: that is what a provider counts. Threads may share it."""

    def __init__(self, limit_headers: tuple[str, ...] = ()) -> None:
        self._names = tuple(name.lower() for name in limit_headers)
        self._lock = threading.Lock()
        self._calls: Counter[str] = Counter()
        self._statuses: Counter[int] = Counter()
        self._limits: dict[str, str] = {}
        self.bytes_sent = 0
        self.bytes_received = 0

    def sent(self, kind: str, size: int) -> None:
        with self._lock:
            self._calls[kind] += 1
            self.bytes_sent += size

    def answered(self, status: int, size: int, headers: Mapping[str, str]) -> None:
        with self._lock:
            self._statuses[status] += 1
            self.bytes_received += size
            self._limits.update({name: headers[name] for name in self._names if name in headers})

    @property
    def calls(self) -> int:
        """Data calls: all but token calls."""
        with self._lock:
            return sum(count for kind, count in self._calls.items() if kind != TOKEN_KIND)

    @property
    def by_kind(self) -> dict[str, int]:
        with self._lock:
            return dict(self._calls)

    @property
    def by_status(self) -> dict[int, int]:
        with self._lock:
            return dict(self._statuses)

    @property
    def limits(self) -> dict[str, str]:
        """The limit headers as last seen, by lower-case name."""
        with self._lock:
            return dict(self._limits)
