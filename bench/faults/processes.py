"""Faults of processes: a sync killed at random moments, and the queue's server killed and emptied under a served home."""

from __future__ import annotations

import os
import random
import shutil
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bench.faults.cases import make_changes
from bench.faults.desk import Desk, Told
from bench.spine.house import wait_until
from bench.spine.kills import kills
from bench.spine.served import house_to_serve, served
from runtime.servers import EmbeddedValkey
from sandbox.run import Sandbox
from store import inbox

KILLS = 8
HEAL_SECONDS = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessCase:
    what: str
    run: Callable[[Path, int], Told]


def _killed(folder: Path, seed: int) -> Told:
    with Sandbox(seed=seed, real_limits=False) as sandbox:
        found = kills(sandbox, folder, seed, KILLS)
    return Told(calls=sum(found.calls), rows=found.rows, unequal=found.unequal, notes={"killed after": found.calls})


def _queue(folder: Path, seed: int) -> Told:
    """Changes come by webhook while the queue's server is killed and all that it held is thrown away."""
    chance = random.Random(seed)
    with Sandbox(seed=seed, real_limits=False) as sandbox:
        house = house_to_serve(sandbox, folder / "home")
        house.connect_all()
        house.sync()
        desk = Desk(sandbox, house, house.place.app, folder)
        with served(house) as base:
            sandbox.send_webhooks_to(base)
            make_changes(desk, chance)
            for stand in sandbox.stands.values():
                stand.webhooks.drain(20.0)
            server = EmbeddedValkey(house.home)
            pid = server.pid
            assert pid is not None
            os.kill(pid, signal.SIGKILL)
            for left in (house.home / "queue").glob("appendonly*"):
                shutil.rmtree(left, ignore_errors=True)
            healed = wait_until("the webhooks that were kept", lambda: _worked(desk), HEAL_SECONDS, every=0.5)
            for stand in sandbox.stands.values():
                stand.webhooks.unregister_all()
        desk.told.notes["seconds until all was worked on"] = round(healed, 1)
        told = desk.look()
        desk.app.database.close()
        return told


def _worked(desk: Desk) -> bool:
    with desk.app.database.read() as connection:
        return not inbox.connections_waiting(connection)


PROCESS_CASES = {
    "kills": ProcessCase(what=f"SIGKILL at {KILLS} random moments", run=_killed),
    "queue": ProcessCase(what="the queue's server killed and emptied", run=_queue),
}
