"""The product as a process: its parts over a store, made anew after each end of it."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from runtime import reconciling
from runtime.receiving import Receiving
from runtime.settings import Settings
from runtime.wiring import App
from sandbox.core.clock import SandboxClock
from simulation.fragile import FragileDatabase
from simulation.plants import Parts
from simulation.power import Power
from simulation.wire import Wire
from store import tenancy
from store.credentials import Sealer

PEOPLE = ("ann@example.com", "bob@example.com")


@dataclass(frozen=True, slots=True)
class Clock:
    theirs: SandboxClock

    def now(self) -> datetime:
        return self.theirs.now()

    def today(self, zone: ZoneInfo) -> date:
        return self.now().astimezone(zone).date()


@dataclass(slots=True)
class Office:
    """`app` and `receiving` are the running process's; `start` makes them, `end` is what a SIGKILL leaves of them."""

    settings: Settings
    database: FragileDatabase
    clock: SandboxClock
    power: Power
    wire: Wire
    chance: random.Random
    parts: Parts
    organisation_id: UUID = field(default_factory=lambda: UUID(int=0))
    _app: App | None = None
    _receiving: Receiving | None = None

    @property
    def app(self) -> App:
        assert self._app is not None, "the office is closed"
        return self._app

    @property
    def receiving(self) -> Receiving:
        assert self._receiving is not None, "the office is closed"
        return self._receiving

    def start(self) -> None:
        sealer = Sealer([key.reveal() for key in self.settings.encryption_keys])
        self.database.power = self.power
        plain = self.parts.app(self.settings, Clock(self.clock), self._sleep, self.database, sealer)
        self._app = replace(
            plain, monotonic=self._seconds, random=self.chance.random, pool=self.wire, reads_ahead=False,
        )  # fmt: skip
        self._receiving = self.parts.receiving(self._app, None, self._seconds)

    def end(self) -> None:
        """Everything in memory is gone."""
        self.database.close()
        self._app = self._receiving = None
        reconciling.forget()

    def rows(self) -> list[Any]:
        """The connections, in an order that does not hang on their ids."""
        with self.app.database.read() as connection:
            rows = tenancy.list_connections(connection, self.organisation_id)
        return sorted(rows, key=lambda row: (row.provider, row.company_id))

    def row(self, provider: str) -> Any:
        return next(row for row in self.rows() if row.provider == provider)

    def _seconds(self) -> float:
        return self.clock.now().timestamp()

    def _sleep(self, seconds: float) -> None:
        self.power.boundary("asleep")
        self.clock.advance(seconds)

    def now(self) -> Callable[[], datetime]:
        return self.app.clock.now
