"""Webhook bodies with their sequence, the signature over them, and the intent to receive that opens a subscription."""

from __future__ import annotations

import base64
import hashlib
import hmac
import string
import threading
from collections.abc import Mapping, Sequence
from random import Random

from sandbox.core.webhooks import Sender
from sandbox.xero.desk.books import Books, Event
from sandbox.xero.desk.wire import Record, encode, from_ms

API = "https://api.xero.com/api.xro/2.0"
_CATEGORIES = {
    "Invoices": "INVOICE",
    "Contacts": "CONTACT",
    "CreditNotes": "CREDITNOTE",
    "Prepayments": "PREPAYMENT",
    "Overpayments": "OVERPAYMENT",
}
# What an intent to receive tries: signed rightly or wrongly.
_INTENT = (True, False, True, False)


def sign(body: bytes, key: str) -> Mapping[str, str]:
    digest = hmac.new(key.encode(), body, hashlib.sha256).digest()
    return {"x-xero-signature": base64.b64encode(digest).decode()}


class Herald:
    """Numbers the events of all organisations in one sequence and hands them to the sender. Payments have no category."""

    def __init__(self, sender: Sender, key: str, chance: Random) -> None:
        self._sender = sender
        self._key = key
        self._chance = chance
        self._lock = threading.Lock()
        self._sequence = 0

    def flush(self, books: Books) -> None:
        """Send what was written since the last time in one body, one event a record. Hold the books' lock."""
        told = [self._event(books, event) for event in _gathered(books.take_events())]
        if not told:
            return
        with self._lock:
            first = self._sequence + 1
            self._sequence += len(told)
            body = self._body(told, first, self._sequence)
        if self._sender.receivers():
            self._sender.enqueue(body, self._sign)

    def intend(self) -> int:
        """What Xero sends when a subscription is saved: bodies without events, some signed wrongly. Returns how many."""
        for right in _INTENT:
            self._sender.enqueue(self._body([], 0, 0), self._sign if right else self._sign_wrongly)
        return len(_INTENT)

    def skip(self, count: int) -> None:
        """Lose that many events: the next body's sequence has a gap before it."""
        with self._lock:
            self._sequence += count

    def _event(self, books: Books, event: Event) -> Record:
        told: Record = {
            "resourceUrl": f"{API}/{event.kind}/{event.id}",
            "resourceId": event.id,
            "tenantId": books.tenant,
            "tenantType": "ORGANISATION",
            "eventCategory": _CATEGORIES[event.kind],
            "eventType": event.operation,
            "eventDateUtc": from_ms(event.at).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3],
        }
        if event.kind == "CreditNotes":
            note = books.need(event.kind, event.id)
            told["data"] = {"Type": note["Type"], "Status": note["Status"]}
        return told

    def _body(self, events: list[Record], first: int, last: int) -> bytes:
        entropy = "".join(self._chance.choices(string.ascii_uppercase, k=20))
        numbers = {"firstEventSequence": first, "lastEventSequence": last, "entropy": entropy}
        return encode({"events": events, **numbers})

    def _sign(self, body: bytes, secret: str) -> Mapping[str, str]:
        return sign(body, secret or self._key)

    def _sign_wrongly(self, body: bytes, secret: str) -> Mapping[str, str]:
        return sign(body, f"{secret or self._key}.")


def _gathered(events: Sequence[Event]) -> list[Event]:
    """One event a record, at its last time; a new record stays new."""
    kept: dict[tuple[str, str], Event] = {}
    for event in events:
        if event.kind not in _CATEGORIES:
            continue
        key = (event.kind, event.id)
        held = kept.get(key)
        operation = "CREATE" if held is not None and held.operation == "CREATE" else event.operation
        kept[key] = Event(event.kind, event.id, operation, event.at)
    return list(kept.values())
