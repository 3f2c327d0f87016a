"""`tieout sync` killed again and again, resumed, and compared with a run that nobody disturbed."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import threading
from dataclasses import dataclass, field
from pathlib import Path

from bench.spine.exports import exported, unequal
from bench.spine.house import House, calls_made, wait_until
from sandbox.run import Sandbox

SLOW_SECONDS = 0.03  # each call answers that much later, so that a moment between two of them can be hit
CALLS = 180  # shared among the kills: a full import makes some 120 calls, and each resumed run repeats a few
TICK = 0.005


@dataclass(slots=True)
class Killed:
    """What was done to the run, and what came of it. calls: how many each killed run had made."""

    calls: list[int] = field(default_factory=list)
    whole_runs: int = 0
    rows: int = 0
    unequal: list[str] = field(default_factory=list)


def kills(sandbox: Sandbox, folder: Path, seed: int, count: int) -> Killed:
    """`count` kills at moments of `seed`. Both homes are connected first and read the same sandbox."""
    calm, disturbed = House(sandbox, folder / "calm"), House(sandbox, folder / "disturbed")
    calm.connect_all()
    disturbed.connect_all()
    calm.asked("sync")
    for stand in sandbox.stands.values():
        stand.mishaps.add("slow", times=None, seconds=SLOW_SECONDS)
    told = Killed()
    chance = random.Random(seed)
    while len(told.calls) < count:
        made = _killed(disturbed, chance, most=max(2, CALLS // (count + 1)))
        if made is None:
            told.whole_runs += 1  # it came to its end before its moment; the next reads everything again
        else:
            told.calls.append(made)
    for stand in sandbox.stands.values():
        stand.mishaps.clear()
    disturbed.asked("sync")
    for house in (calm, disturbed):
        house.reconcile()
    here, there = exported(calm), exported(disturbed)
    told.rows = sum(sum(lines.values()) for lines in here.values())
    told.unequal = unequal(here, there)
    return told


def _killed(house: House, chance: random.Random, most: int) -> int | None:
    """Starts a run and kills it a few calls later and a moment more; None where it had ended by itself."""
    before = calls_made(house.sandbox)
    wanted = chance.randint(1, most)
    moment = chance.uniform(0, 4 * SLOW_SECONDS)
    running = house.start("sync") if chance.random() < 0.9 else house.start("sync", "--full")
    try:
        wait_until(
            "the calls of a sync",
            lambda: calls_made(house.sandbox) - before >= wanted or running.poll() is not None,
            120,
            every=TICK,
        )
        threading.Event().wait(moment)
        ended = running.poll() is not None
    finally:
        _kill(running)
    return None if ended else calls_made(house.sandbox) - before


def _kill(running: subprocess.Popen[bytes]) -> None:
    """SIGKILL to the process and to what it started."""
    if running.poll() is None:
        os.killpg(running.pid, signal.SIGKILL)
    running.wait()
