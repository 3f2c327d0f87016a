"""Which organisations a person has connected to the app. Every token of that person reaches all of them."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from random import Random
from uuid import UUID

from sandbox.core.clock import SandboxClock
from sandbox.xero.wire import Record


@dataclass(frozen=True)
class Connection:
    id: str
    tenant: str
    name: str
    auth_event: str
    created: datetime
    updated: datetime

    def shown(self) -> Record:
        return {
            "id": self.id,
            "authEventId": self.auth_event,
            "tenantId": self.tenant,
            "tenantType": "ORGANISATION",
            "tenantName": self.name,
            "createdDateUtc": _text(self.created),
            "updatedDateUtc": _text(self.updated),
        }


class Connections:
    """One person's connections of one app, by organisation."""

    def __init__(self, clock: SandboxClock, chance: Random) -> None:
        self._clock = clock
        self._chance = chance
        self._lock = threading.Lock()
        self._held: dict[str, Connection] = {}

    def connect(self, tenant: str, name: str, auth_event: str) -> Connection:
        """A second consent to the same organisation keeps the connection."""
        with self._lock:
            now = self._clock.now()
            held = self._held.get(tenant)
            if held is None:
                new_id = str(UUID(int=self._chance.getrandbits(128), version=4))
                held = Connection(new_id, tenant, name, auth_event, now, now)
            made = self._held[tenant] = replace(held, auth_event=auth_event, updated=now)
            return made

    def all(self, auth_event: str | None = None) -> list[Connection]:
        with self._lock:
            return [one for one in self._held.values() if auth_event in {None, one.auth_event}]

    def reaches(self, tenant: str | None) -> bool:
        with self._lock:
            return tenant in self._held

    def disconnect(self, connection_id: str) -> Connection | None:
        """None when there is no such connection."""
        with self._lock:
            found = next((one for one in self._held.values() if one.id == connection_id.lower()), None)
            return None if found is None else self._held.pop(found.tenant)

    def clear(self) -> None:
        with self._lock:
            self._held.clear()


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f") + "0"
