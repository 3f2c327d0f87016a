"""The quiet end of a run: no faults any more, everything is delivered, synced, re-read, posted and synced again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import TypeVar

from ledger.faults import Conflict, ConsentLost, Fault, RateLimited, Unreachable
from posting.rules import Mode
from runtime.hooks import work_inbox
from runtime.passes import sync_connection
from runtime.recheck import recheck_connection
from runtime.reconciling import reconcile_entity_of
from simulation.outcome import Broken
from simulation.steps import posting
from simulation.steps.bank import statement
from simulation.steps.kinds import Scene
from simulation.steps.people import reconnect

TRIES = 30
ROUNDS = 12
T = TypeVar("T")


def calm_down(scene: Scene, note: Callable[[str], None], look: Callable[[], None]) -> None:
    """Raises Broken where a connection does not come to its end. look: what must hold after each part of it."""
    if scene.looks.rows("SELECT 1 FROM token_sets WHERE dead_at IS NOT NULL"):
        note(f"quiet reconnect: {reconnect(scene)}")
    if scene.world.bank:
        note(f"quiet statement: {statement(scene)}")
    _each(scene, note, "sync", lambda row: sync_connection(scene.office.app, scene.own, row.id).written)
    _each(scene, note, "hooks", lambda row: work_inbox(scene.office.app, scene.own, row.id))
    _each(scene, note, "recheck", lambda row: recheck_connection(scene.office.app, scene.own, row.id))
    look()
    reconcile_entity_of(scene.office.app, scene.own, scene.books_row)
    look()
    _post(scene, note, look)
    _each(scene, note, "sync again", lambda row: sync_connection(scene.office.app, scene.own, row.id).written)
    reconcile_entity_of(scene.office.app, scene.own, scene.books_row)


def _post(scene: Scene, note: Callable[[str], None], look: Callable[[], None]) -> None:
    """Everything that waits is sent: in mode automatic, with no stop, until nothing is left for later."""
    posting.set_mode(scene, Mode.AUTOMATIC)
    for _ in range(ROUNDS):
        posting.resume_both(scene)
        done = _patiently(scene, lambda: posting.run(scene), "post", scene.world.provider)
        note(f"quiet post: {posting.told(done)}")
        look()
        if not done.later and not done.stopped and not done.states.get("ready") and not done.states.get("undoing"):
            return
        scene.world.clock.advance(timedelta(hours=1))


def _each(scene: Scene, note: Callable[[str], None], what: str, act: Callable[..., int]) -> None:
    for row in scene.office.rows():
        if row.provider != "statement":
            note(f"quiet {what} {row.provider}: {_patiently(scene, partial(act, row), what, row.provider)}")


def _patiently(scene: Scene, act: Callable[[], T], what: str, provider: str) -> T:
    for _ in range(TRIES):
        try:
            return act()
        except RateLimited as limited:
            scene.world.clock.advance(timedelta(seconds=limited.retry_after_seconds + 1))
        except (Unreachable, Conflict):
            scene.world.clock.advance(timedelta(minutes=2))
        except Fault as fault:
            if isinstance(fault, ConsentLost) and provider in scene.office.wire.lost:
                reconnect(scene)  # the answer that brought new tokens was lost, and the old ones have ended since
                continue
            raise Broken(
                "after a quiet time every connection is read",
                f"{what} of {provider} ends with {type(fault).__name__}: {fault}",
            ) from fault
    raise Broken("after a quiet time every connection is read", f"{what} of {provider} does not end in {TRIES} tries")
