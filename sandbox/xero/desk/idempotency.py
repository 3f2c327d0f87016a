"""Idempotency keys: for six minutes a repeated write gets the first one's answer, errors too."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Response

from sandbox.core.clock import SandboxClock
from sandbox.xero.desk.faults import bad_post

LIFE = timedelta(minutes=6)
KEY_MAX = 128


@dataclass(frozen=True)
class _Kept:
    call: tuple[str, str, str, bytes]
    until: datetime
    status: int
    body: bytes
    content_type: str


class IdempotencyKeys:
    """The keys of one app. The caller sees to it that calls with one key do not run at once."""

    def __init__(self, clock: SandboxClock) -> None:
        self._clock = clock
        self._kept: dict[str, _Kept] = {}

    def answer(self, key: str | None, call: tuple[str, str, str, bytes], work: Callable[[], Response]) -> Response:
        """`call` is the method, the path with its query, the tenant and the body; Refusal 400 where they are others."""
        if key is None:
            return work()
        if not key or len(key) > KEY_MAX:
            raise bad_post(f"The Idempotency-Key must have 1 to {KEY_MAX} characters")
        now = self._clock.now()
        held = self._kept.get(key)
        if held is not None and now < held.until:
            if held.call != call:
                raise bad_post("The Idempotency-Key was used before with another request")
            return Response(held.body, held.status, content_type=held.content_type)
        response = work()
        content_type = response.content_type or "application/json"
        self._kept[key] = _Kept(call, now + LIFE, response.status_code, response.get_data(), content_type)
        return response
