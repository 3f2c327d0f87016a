"""Idempotency keys: for six minutes the first answer to a key is given again, errors too."""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta

from sandbox.core.clock import SandboxClock
from sandbox.xero.faults import Refusal, bad_request, problem

LIFETIME = timedelta(minutes=6)
KEY_MAX = 128


@dataclass(frozen=True)
class Reply:
    status: int
    body: bytes
    content_type: str


@dataclass(frozen=True)
class _Held:
    asked: str
    reply: Reply
    until: datetime


class Replies:
    """Of the whole app, whatever the organisation."""

    def __init__(self, clock: SandboxClock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._held: dict[str, _Held] = {}

    def find(self, key: str, asked: bytes) -> Reply | None:
        """Refusal 400 where the key was spent on another address, method or body."""
        if len(key) > KEY_MAX:
            raise bad_request(f"The Idempotency-Key cannot be longer than {KEY_MAX} characters")
        with self._lock:
            now = self._clock.now()
            self._held = {name: held for name, held in self._held.items() if held.until > now}
            held = self._held.get(key)
        if held is None:
            return None
        if held.asked != _digest(asked):
            detail = "The Idempotency-Key was used with another request"
            raise Refusal(400, problem(400, "Bad Request", detail))
        return held.reply

    def keep(self, key: str, asked: bytes, reply: Reply) -> None:
        with self._lock:
            self._held[key] = _Held(_digest(asked), reply, self._clock.now() + LIFETIME)


def _digest(asked: bytes) -> str:
    return hashlib.sha256(asked).hexdigest()
