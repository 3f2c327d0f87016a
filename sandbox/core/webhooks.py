"""Sends what a provider would send to its receivers: in the background, retried, doubled or reversed on request.

Only addresses on loopback are taken. The provider builds the body and signs it.
"""

from __future__ import annotations

import http.client
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

BACKOFF_SECONDS = (0.05, 0.1, 0.2, 0.4)  # short, so that a test sees a retry; the providers wait minutes to hours
SEND_SECONDS_MAX = 5.0  # Xero gives a receiver five seconds
GATHER_SECONDS = 0.05  # with `reverse`: how long events pile up before the newest goes first
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})

Signer = Callable[[bytes, str], Mapping[str, str]]  # (body, the receiver's secret) -> headers


@dataclass(frozen=True)
class Receiver:
    url: str
    secret: str


@dataclass(frozen=True)
class Delivery:
    """One sending of one body; `status` is None while it waits and 0 when nobody answered."""

    receiver: Receiver
    body: bytes
    sign: Signer
    attempt: int = 0
    status: int | None = None
    due: float = 0.0


class Sender:
    """`enqueue` returns at once; `drain` waits until everything was delivered or given up."""

    def __init__(self) -> None:
        self._lock = threading.Condition()
        self._receivers: list[Receiver] = []
        self._waiting: deque[Delivery] = deque()
        self._busy = 0
        self._closed = False
        self._thread: threading.Thread | None = None
        self._log: list[Delivery] = []
        self.duplicate = False
        self.reverse = False

    def register(self, url: str, secret: str = "") -> Receiver:
        """Take a receiver; registering an address again replaces its secret. ValueError if it is not on loopback."""
        parts = urlsplit(url)
        if parts.scheme != "http" or parts.hostname not in LOOPBACK:
            message = f"webhooks of a sandbox go to http on loopback only, not to {parts.scheme}://{parts.hostname}"
            raise ValueError(message)
        receiver = Receiver(url, secret)
        with self._lock:
            self._receivers = [held for held in self._receivers if held.url != url]
            self._receivers.append(receiver)
        return receiver

    def receivers(self) -> list[Receiver]:
        with self._lock:
            return list(self._receivers)

    def unregister_all(self) -> None:
        with self._lock:
            self._receivers.clear()

    def deliveries(self) -> list[Delivery]:
        """Every attempt made, in order, with the status that came back."""
        with self._lock:
            return list(self._log)

    def enqueue(self, body: bytes, sign: Signer) -> None:
        """Send `body` to each receiver, with the headers that `sign(body, secret)` makes at the moment of sending."""
        with self._lock:
            if self._closed:
                return
            due = time.monotonic() + (GATHER_SECONDS if self.reverse else 0.0)
            for receiver in self._receivers:
                for _ in range(2 if self.duplicate else 1):
                    self._waiting.append(Delivery(receiver, body, sign, due=due))
            if self._waiting and self._thread is None:
                self._thread = threading.Thread(target=self._work, name="sandbox-webhooks", daemon=True)
                self._thread.start()
            self._lock.notify_all()

    def drain(self, timeout: float = 5.0) -> bool:
        """True when nothing waits any more, False when `timeout` seconds were not enough."""
        with self._lock:
            return self._lock.wait_for(lambda: not self._waiting and not self._busy, timeout)

    def close(self) -> None:
        """Drop what waits and end the thread."""
        with self._lock:
            self._closed = True
            self._waiting.clear()
            self._lock.notify_all()
            thread = self._thread
        if thread is not None:
            thread.join(timeout=SEND_SECONDS_MAX + 1)

    def _work(self) -> None:
        while True:
            with self._lock:
                delivery = self._next()
                if delivery is None:
                    return
                self._busy += 1
            status = _send(delivery)
            with self._lock:
                self._busy -= 1
                self._log.append(replace(delivery, status=status))
                self._retry(delivery, status)
                self._lock.notify_all()

    def _next(self) -> Delivery | None:
        while not self._closed:
            now = time.monotonic()
            ready = [delivery for delivery in self._waiting if delivery.due <= now]
            gathering = self.reverse and any(not each.attempt for each in self._waiting if each.due > now)
            if gathering:  # the newest is only known when nothing has come in for a while; what is sent again can go
                ready = [delivery for delivery in ready if delivery.attempt]
            if ready:
                chosen = (max if self.reverse else min)(ready, key=lambda delivery: delivery.due)
                self._waiting.remove(chosen)
                return chosen
            later = [delivery.due for delivery in self._waiting if delivery.due > now]
            self._lock.wait(min(later) - now if later else None)
        return None

    def _retry(self, delivery: Delivery, status: int) -> None:
        if self._closed or 200 <= status < 300 or delivery.attempt >= len(BACKOFF_SECONDS):
            return
        due = time.monotonic() + BACKOFF_SECONDS[delivery.attempt]
        self._waiting.append(replace(delivery, attempt=delivery.attempt + 1, due=due))


def _send(delivery: Delivery) -> int:
    parts = urlsplit(delivery.receiver.url)
    headers = {"Content-Type": "application/json", **delivery.sign(delivery.body, delivery.receiver.secret)}
    connection = http.client.HTTPConnection(parts.hostname or "127.0.0.1", parts.port or 80, timeout=SEND_SECONDS_MAX)
    try:
        target = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
        connection.request("POST", target, body=delivery.body, headers=headers)
        reply = connection.getresponse()
        reply.read()
    except (OSError, http.client.HTTPException):
        return 0
    else:
        return reply.status
    finally:
        connection.close()
