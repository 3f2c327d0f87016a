"""A home over a sandbox whose clock we hold: waits take no time, parked connections wake when their time has come."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy

from bench.spine.changes import DECIDED, PULLED
from bench.spine.exports import exported, unequal
from bench.spine.house import House
from cli.demo import own_position, told_position
from ledger.faults import Conflict, RateLimited, Unreachable
from receivables.tie import differences
from runtime.passes import sync_connection
from runtime.wiring import App
from sandbox.core.clock import SandboxClock
from sandbox.run import Sandbox
from store import calls
from store.tables.calls import call_counts
from store.tables.tenancy import token_sets

ROUNDS_MAX = 400  # of one connection: each ends in a park or in a provider that was down
DOWN_SECONDS = 120.0  # after which a worker asks a provider again that was down


@dataclass(frozen=True, slots=True)
class Clock:
    """The sandbox's clock, as our machine has it: ahead of the provider's by `ahead` (behind where it is negative)."""

    theirs: SandboxClock
    ahead: timedelta = timedelta()

    def now(self) -> datetime:
        return self.theirs.now() + self.ahead

    def today(self, zone: ZoneInfo) -> date:
        return self.now().astimezone(zone).date()


@dataclass(slots=True)
class Told:
    """What a run met and what came of it. unequal, untied, lost: have to be empty."""

    calls: int = 0
    refused: int = 0
    parked: int = 0
    down: int = 0
    rows: int = 0
    unequal: list[str] = field(default_factory=list)
    untied: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    notes: dict[str, Any] = field(default_factory=dict)

    @property
    def holds(self) -> bool:
        return not (self.unequal or self.untied or self.lost)


@dataclass(slots=True)
class Desk:
    """The home that is disturbed. Nothing is disturbed while it is connected and while its end is looked at."""

    sandbox: Sandbox
    house: House
    app: App
    folder: Path
    told: Told = field(default_factory=Told)

    def rows(self) -> list[Any]:
        return self.house.place.connections()

    def wait(self, seconds: float) -> None:
        """Time goes by, for everybody."""
        self.sandbox.clock.advance(timedelta(seconds=seconds))

    def sync_all(self, app: App | None = None) -> None:
        """Every connection to its end, as workers and the schedule do it."""
        for row in self.rows():
            self.sync(row, app)

    def sync(self, row: Any, app: App | None = None) -> None:
        for _ in range(ROUNDS_MAX):
            try:
                sync_connection(app or self.app, self.house.place.organisation_id, row.id)
            except RateLimited as limited:
                self.told.parked += 1
                self.wait(limited.retry_after_seconds + 1)
            except (Unreachable, Conflict):
                self.told.down += 1
                self.wait(DOWN_SECONDS)
            else:
                return
        raise AssertionError(f"{row.company_name} did not come to its end in {ROUNDS_MAX} rounds.")

    def calm_down(self) -> None:
        for stand in self.sandbox.stands.values():
            stand.mishaps.clear()
        self.sandbox.lift_limits()

    def look(self) -> Told:
        """After a last quiet pass: against a home that reads everything anew, and against the stand-ins' own books."""
        self.calm_down()
        self.sync_all()
        fresh = House(self.sandbox, self.folder / "fresh")
        fresh.connect_all()
        fresh.sync()
        here, there = (exported(one, PULLED, without=DECIDED) for one in (self.house, fresh))
        self.told.rows = sum(sum(lines.values()) for lines in here.values())
        self.told.unequal = unequal(here, there)
        self.told.untied = list(self._untied())
        self.told.lost = list(self._lost())
        self._count()
        fresh.place.app.database.close()
        return self.told

    def _untied(self) -> Iterator[str]:
        today = self.sandbox.today
        for one in self.sandbox.loaded:
            provider = one.entity.books_provider
            there = told_position(self.sandbox.stands[provider].truth(one.books_tenant, today))
            entity = self.house.entity_id(one.books_tenant)
            here = own_position(self.house.place, provider, entity, today, there.home)
            for item in differences(here, there):
                yield f"{provider} {item.what}: here {item.here}, there {item.there}"

    def _lost(self) -> Iterator[str]:
        """Tokens that count as dead, and connections that do not work."""
        with self.app.database.read() as connection:
            dead = connection.execute(
                sqlalchemy.select(token_sets.c.provider).where(token_sets.c.dead_at.is_not(None))
            ).scalars()
            yield from (f"{provider}: its tokens are lost" for provider in dead)
        for row in self.rows():
            if row.state != "healthy":
                yield f"{row.company_name}: {row.state}: {row.state_reason}"

    def _count(self) -> None:
        self.app.keep_calls()
        with self.app.database.read() as connection:
            found = calls.tallies(connection, self.house.place.organisation_id, self.app.clock.now())
            self.told.calls = sum(tally.month for tally in found.values())
            query = sqlalchemy.select(sqlalchemy.func.sum(call_counts.c.refused))
            self.told.refused = int(connection.execute(query).scalar_one() or 0)


@contextmanager
def desk_over(folder: Path, seed: int, *, ahead: timedelta = timedelta(), real_limits: bool = False) -> Iterator[Desk]:
    """A small world, connected and not yet read."""
    with Sandbox(seed=seed, real_limits=real_limits) as sandbox:
        for number, stand in enumerate(sandbox.stands.values()):
            stand.mishaps.seed(seed * 10 + number)
        house = House(sandbox, folder / "home")
        house.connect_all()
        desk = Desk(sandbox, house, house.place.app, folder)
        desk.app = replace(
            house.place.app,
            clock=Clock(sandbox.clock, ahead),
            sleep=desk.wait,
            patience_seconds=5.0,
            limiters={},
            monotonic=lambda: sandbox.clock.now().timestamp(),
        )
        yield desk
        desk.app.database.close()
