"""The real worker killed again and again while it posts, started again, and every payment counted at the stand-in."""

from __future__ import annotations

import random
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from bench.posting.desk import Desk, desk_over, paid_by_bank
from bench.posting.lives import Fall, Life, drawn
from posting.rules import Mode
from runtime import jobs
from runtime.queue import Nudges
from runtime.servers import EmbeddedValkey
from runtime.settings import ROOT, environment
from store import schema
from store.audit import first_broken
from store.database import Database

TICK_SECONDS = 0.005
LIFE_SECONDS = 240.0
"""More than a lost call is left alone for: a worker that has nothing else to do goes on then, and is killed there."""
PAYMENTS = {"quickbooks": "Payment", "xero": "Payments"}
LAST_SECONDS = 900.0
NUDGE_SECONDS = 5.0


@dataclass(slots=True)
class Killed:
    """What was done to the worker, and what the stand-in holds. twice, missing: invoices paid more than once, or not."""

    provider: str
    matches: int
    kills: int = 0
    falls: list[Fall] = field(default_factory=list)
    calls: int = 0
    stands: int = 0
    twice: list[str] = field(default_factory=list)
    missing: int = 0
    states: dict[str, int] = field(default_factory=dict)
    receipts: int = 0
    audit_whole: bool = False
    seconds: float = 0.0

    @property
    def holds(self) -> bool:
        whole = self.stands == self.matches == self.receipts and not self.twice and not self.missing
        return whole and self.audit_whole and self.states == {"posted": self.matches}


def kills(provider: str, folder: Path, *, seed: int, matches: int, count: int) -> Killed:
    """Kills the worker `count` times at moments of `seed` while it posts `matches` matches, then lets it end its work."""
    database = Database(f"sqlite+pysqlite:///{folder / provider}.db")
    schema.upgrade(database)
    told = Killed(provider, matches)
    began = time.monotonic()
    with (
        EmbeddedValkey(folder) as valkey,
        desk_over(database, folder / "home", provider, count=matches, redis_url=valkey.url) as desk,
    ):
        desk.rules(Mode.AUTOMATIC)
        paid_by_bank(desk, range(matches))
        desk.reconcile()
        desk.accept_all()
        before = len(desk.stand.journal)
        nudges = Nudges(valkey.url)
        chance = random.Random(seed)
        while told.kills < count and desk.states() != {"posted": matches}:
            stood = _standing(desk)
            life = drawn(provider, chance, stood=stood, matches=matches, number=told.kills, count=count)
            told.falls.append(_one_life(desk, nudges, life))
            told.kills += 1
        _last_life(desk, nudges, matches)
        nudges.close()
        told.calls = len(desk.stand.journal) - before
        _count(desk, told)
    told.seconds = round(time.monotonic() - began, 1)
    return told


def _standing(desk: Desk) -> int:
    """Payments at the stand-in; it writes those of one call one after the other."""
    return int(desk.stand.records[desk.tenant].count(PAYMENTS[desk.provider]))


def _one_life(desk: Desk, nudges: Nudges, life: Life) -> Fall:
    """A worker is started and killed where `life` says. One that should only read is killed by its first write, too."""
    calls, stood = len(desk.stand.journal), _standing(desk)
    _ask(desk, nudges)
    process = _worker(desk)

    def is_there() -> bool:
        wrote = _standing(desk) - stood
        if life.entries:
            return wrote >= life.entries
        return wrote > 0 or len(desk.stand.journal) - calls >= life.calls

    try:
        _until(lambda: is_there() or process.poll() is not None, LIFE_SECONDS)
        threading.Event().wait(life.moment)
    finally:
        process.kill()
        process.wait()
    now = _standing(desk)
    return Fall(
        stood=now, wrote=now - stood, closed=desk.states().get("posted", 0), calls=len(desk.stand.journal) - calls
    )


def _last_life(desk: Desk, nudges: Nudges, matches: int) -> None:
    """Undisturbed: what was on its way when it was killed is looked up once it has surely arrived."""
    _ask(desk, nudges)
    process = _worker(desk)
    try:
        asked = time.monotonic()
        end = asked + LAST_SECONDS
        while desk.states() != {"posted": matches} and time.monotonic() < end:
            threading.Event().wait(0.5)
            if time.monotonic() - asked > NUDGE_SECONDS:
                asked = time.monotonic()
                nudges.nudge(jobs.post, desk.organisation_id, desk.connection_id)
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _ask(desk: Desk, nudges: Nudges) -> None:
    """As whoever starts the only worker again does."""
    nudges.forget_started()
    nudges.nudge(jobs.post, desk.organisation_id, desk.connection_id)


def _worker(desk: Desk) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "cli.main", "worker"]
    return subprocess.Popen(command, cwd=ROOT, env=environment(**desk.environ), stderr=subprocess.DEVNULL)


def _until(happened: Callable[[], bool], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not happened() and time.monotonic() < end:
        threading.Event().wait(TICK_SECONDS)


def _count(desk: Desk, told: Killed) -> None:
    stands: Counter[str] = desk.stands()
    told.stands = stands.pop("", 0)
    told.twice = sorted(number for number, times in stands.items() if times != 1)
    told.missing = told.matches - len(stands)
    told.states = desk.states()
    desk.sync(full=True)
    told.receipts = len(desk.exported("receipts"))
    with desk.database.read() as connection:
        told.audit_whole = first_broken(connection, desk.organisation_id) is None
