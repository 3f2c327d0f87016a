"""Webhooks: bodies with events in sequence, the signature over them, and the intent to receive."""

from __future__ import annotations

import base64
import hashlib
import hmac
import threading
from collections.abc import Mapping, Sequence
from datetime import UTC
from random import Random
from string import ascii_uppercase

from sandbox.xero.books import Books, Event
from sandbox.xero.kinds import KINDS
from sandbox.xero.wire import Record, encode

API = "https://api.xero.com/api.xro/2.0"  # what Xero calls itself in events; nobody is called


def sign(body: bytes, key: str) -> Mapping[str, str]:
    digest = hmac.new(key.encode(), body, hashlib.sha256).digest()
    return {"x-xero-signature": base64.b64encode(digest).decode()}


def sign_wrongly(body: bytes, key: str) -> Mapping[str, str]:
    return sign(body, f"not {key}")


class Announcer:
    """Makes the bodies of one webhook; its sequence runs over all organisations."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self._lock = threading.Lock()
        self._sequence = 0

    def body_of(self, books: Books, events: Sequence[Event]) -> bytes:
        told = _gathered(events)
        with self._lock:
            first = self._sequence + 1
            self._sequence += len(told)
            return self._body([_shown(books, event) for event in told], first, self._sequence)

    def lose(self, count: int) -> None:
        """As if that many events had never arrived: the next sequence has a gap before it."""
        with self._lock:
            self._sequence += count

    def intent(self) -> bytes:
        with self._lock:
            return self._body([], 0, 0)

    def _body(self, events: list[Record], first: int, last: int) -> bytes:
        entropy = "".join(self._chance.choices(ascii_uppercase, k=20))
        return encode({"events": events, "firstEventSequence": first, "lastEventSequence": last, "entropy": entropy})


def _gathered(events: Sequence[Event]) -> list[Event]:
    """One event a record: what was made just now is not told as changed besides."""
    kept: dict[tuple[str, str], Event] = {}
    for event in events:
        held = kept.get(event.place)
        if held is None or held.type != "CREATE":
            kept[event.place] = event
    return list(kept.values())


def _shown(books: Books, event: Event) -> Record:
    place = event.place
    shown: Record = {
        "resourceUrl": f"{API}/{place.kind}/{place.id}",
        "resourceId": place.id,
        "tenantId": books.tenant,
        "tenantType": "ORGANISATION",
        "eventCategory": KINDS[place.kind].category,
        "eventType": event.type,
        "eventDateUtc": event.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3],
    }
    if place.kind == "CreditNotes":
        record = books.store.get(place.kind, place.id) or {}
        shown["data"] = {"Type": record.get("Type"), "Status": record.get("Status")}
    return shown
