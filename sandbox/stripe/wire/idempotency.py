"""Idempotency keys: for 24 hours the same key gets the same reply, and other parameters with it are refused."""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta

from sandbox.core.clock import SandboxClock
from sandbox.stripe.wire.errors import StripeError

KEPT = timedelta(hours=24)
KEY_LETTERS_MAX = 255


@dataclass(frozen=True)
class Reply:
    """What was answered, and under which request id."""

    status: int
    body: bytes
    request: str


@dataclass
class _Entry:
    digest: str
    at: datetime
    reply: Reply | None = None


class Replays:
    """Replies by account and key. `begin`, then `keep` or `forget`."""

    def __init__(self, clock: SandboxClock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._entries: dict[tuple[str, str], _Entry] = {}

    def begin(self, tenant: str, key: str, method: str, path: str, body: bytes) -> Reply | None:
        """The kept reply, or None when the work is to be done.

        StripeError 400 idempotency_error for other parameters, 409 while the first call still runs.
        """
        if len(key) > KEY_LETTERS_MAX:
            message = f"The idempotency key is longer than {KEY_LETTERS_MAX} characters."
            raise StripeError(400, message)
        digest = hashlib.sha256(b"\n".join((method.encode(), path.encode(), body))).hexdigest()
        with self._lock:
            entry = self._entries.get((tenant, key))
            if entry is None or self._clock.now() >= entry.at + KEPT:
                self._entries[tenant, key] = _Entry(digest, self._clock.now())
                return None
            if entry.digest != digest:
                raise StripeError(
                    400,
                    "Keys for idempotent requests can only be used with the same parameters they were first used with. "
                    f"Try using a key other than '{key}' if you meant to execute a different request.",
                    kind="idempotency_error",
                )
            if entry.reply is None:
                raise StripeError(
                    409,
                    "There is currently another in-progress request using this idempotency key "
                    f"(that probably means you submitted twice, and the other request is still going through): {key}",
                    kind="idempotency_error",
                    code="idempotency_key_in_use",
                )
            return entry.reply

    def keep(self, tenant: str, key: str, reply: Reply) -> None:
        with self._lock:
            self._entries[tenant, key].reply = reply

    def forget(self, tenant: str, key: str) -> None:
        """Nothing began: the key is free again."""
        with self._lock:
            self._entries.pop((tenant, key), None)
