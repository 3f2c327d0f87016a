"""The organisations that a person has connected to this app."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from random import Random
from uuid import UUID

from sandbox.core.clock import SandboxClock
from sandbox.core.oauth import Grant


@dataclass
class Connection:
    """One organisation that the person has connected to this app."""

    id: str
    tenant: str
    name: str
    event: str
    created_at: datetime
    updated_at: datetime

    def as_json(self) -> dict[str, str]:
        return {
            "id": self.id,
            "authEventId": self.event,
            "tenantId": self.tenant,
            "tenantType": "ORGANISATION",
            "tenantName": self.name,
            "createdDateUtc": _dotnet(self.created_at),
            "updatedDateUtc": _dotnet(self.updated_at),
        }


def event_id(grant: Grant) -> str:
    """The authentication event of a consent, as it stands in its access tokens and its connection."""
    return str(UUID(hex=grant.id[:32], version=4))


class Connections:
    """All belong to one person, as do the tokens: any live token opens every connected organisation."""

    def __init__(self, clock: SandboxClock, chance: Random) -> None:
        self._clock = clock
        self._chance = chance
        self._held: dict[str, Connection] = {}

    def connect(self, tenant: str, name: str, event: str) -> None:
        """A consent for an organisation that is connected already keeps the connection's id."""
        now = self._clock.now()
        held = self._held.get(tenant)
        if held is not None:
            held.event, held.updated_at = event, now
            return
        new_id = str(UUID(int=self._chance.getrandbits(128), version=4))
        self._held[tenant] = Connection(new_id, tenant, name, event, now, now)

    def connected(self, tenant: str) -> bool:
        return tenant in self._held

    def all(self, event: str | None = None) -> list[Connection]:
        return [one for one in self._held.values() if event in {None, one.event}]

    def remove(self, connection_id: str) -> bool:
        for tenant, held in self._held.items():
            if held.id == connection_id:
                del self._held[tenant]
                return True
        return False

    def clear(self) -> None:
        self._held.clear()


def _dotnet(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%f") + "0"
