"""The meters of a process: what its connectors asked of the providers, written down by connection and day."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from connectors.meter import Meter
from store import calls
from store.calls import Counted
from store.database import Database

_EQUAL = timedelta()


@dataclass(slots=True)
class Metering:
    """One for each App. What a killed process had not written down yet is lost: some seconds' calls."""

    _meters: dict[tuple[UUID, UUID, str], list[Meter]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def meter(self, organisation_id: UUID, connection_id: UUID, provider: str, ahead: timedelta = _EQUAL) -> Meter:
        """A new meter of a connection; its figures are written down with the next `keep`.

        ahead: how far our clock was ahead of the provider's when it was last asked.
        """
        made = Meter()
        made.clock_ahead = ahead
        with self._lock:
            self._meters.setdefault((organisation_id, connection_id, provider), []).append(made)
        return made

    def clock_ahead(self, organisation_id: UUID, connection_id: UUID, provider: str) -> timedelta:
        """How far our clock is ahead of the provider's, by the newest meter of the connection."""
        with self._lock:
            meters = self._meters.get((organisation_id, connection_id, provider), [])
            return meters[-1].clock_ahead if meters else _EQUAL

    def keep(self, database: Database, now: datetime) -> None:
        """Adds what was spent to the day's row of each connection; nothing is written where nothing was asked."""
        with self._lock:
            found = [_counted(key, meter) for key, meters in self._meters.items() for meter in meters]
            for key, meters in self._meters.items():
                self._meters[key] = meters[-2:]  # the older ones belong to jobs that have ended
        spent = [one for one in found if one.calls or one.refused]
        if spent:
            with database.write() as connection:
                calls.add(connection, spent, now)


def _counted(key: tuple[UUID, UUID, str], meter: Meter) -> Counted:
    organisation_id, connection_id, provider = key
    spent = meter.since_last_look()
    return Counted(organisation_id, connection_id, provider, spent.calls, spent.refused, dict(spent.left))
