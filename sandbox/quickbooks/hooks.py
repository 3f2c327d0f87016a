"""Webhook bodies: CloudEvents as sent since 2026, the older notification on request, and the signature over either."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from datetime import UTC
from random import Random
from uuid import UUID

from sandbox.quickbooks.books import Event

CLOUD_EVENTS = "cloudevents"
NOTIFICATIONS = "notifications"
FORMS = (CLOUD_EVENTS, NOTIFICATIONS)
SOURCE = "intuit.sandbox"
_OLD_WORDS = {"created": "Create", "updated": "Update", "deleted": "Delete", "void": "Void", "merged": "Merge"}
_WEIGHT = {"updated": 0, "created": 1, "merged": 2, "void": 2, "deleted": 3}


def sign(body: bytes, secret: str) -> Mapping[str, str]:
    digest = hmac.new(secret.encode(), body, hashlib.sha256).digest()
    return {"intuit-signature": base64.b64encode(digest).decode()}


def gathered(events: Sequence[Event]) -> list[Event]:
    """One event a record: the weightiest operation, at its last time."""
    kept: dict[tuple[str, str], Event] = {}
    for event in events:
        key = (event.kind, event.id)
        held = kept.get(key)
        if held is None or _WEIGHT[event.operation] >= _WEIGHT[held.operation]:
            kept[key] = event
    return list(kept.values())


def body_of(form: str, realm: str, events: Sequence[Event], chance: Random) -> bytes:
    told = _cloud_events(realm, events, chance) if form == CLOUD_EVENTS else _notification(realm, events)
    return json.dumps(told, separators=(",", ":")).encode()


def _cloud_events(realm: str, events: Sequence[Event], chance: Random) -> list[dict[str, object]]:
    return [
        {
            "specversion": "1.0",
            "id": str(UUID(int=chance.getrandbits(128), version=4)),
            "source": SOURCE,
            "type": f"qbo.{event.kind.lower()}.{event.operation}.v1",
            "datacontenttype": "application/json",
            "time": event.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f") + "000Z",
            "intuitentityid": event.id,
            "intuitaccountid": realm,
            "data": {},
        }
        for event in events
    ]


def _notification(realm: str, events: Sequence[Event]) -> dict[str, object]:
    entities = [
        {
            "name": event.kind,
            "id": event.id,
            "operation": _OLD_WORDS[event.operation],
            "lastUpdated": event.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        }
        for event in events
    ]
    return {"eventNotifications": [{"realmId": realm, "dataChangeEvent": {"entities": entities}}]}
