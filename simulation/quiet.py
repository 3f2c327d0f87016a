"""The quiet end of a run: no faults any more, everything is delivered, synced, re-read, posted and synced again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from ledger.faults import Conflict, Fault, RateLimited, Unreachable
from runtime.hooks import work_inbox
from runtime.passes import sync_connection
from runtime.recheck import recheck_connection
from runtime.reconciling import reconcile_entity_of
from simulation.outcome import Broken
from simulation.steps.bank import statement
from simulation.steps.kinds import Scene

TRIES = 30


def calm_down(scene: Scene, note: Callable[[str], None]) -> None:
    """Raises Broken where a connection does not come to its end."""
    if scene.world.bank:
        note(f"quiet statement: {statement(scene)}")
    _each(scene, note, "sync", lambda row: sync_connection(scene.office.app, scene.own, row.id).written)
    _each(scene, note, "hooks", lambda row: work_inbox(scene.office.app, scene.own, row.id))
    _each(scene, note, "recheck", lambda row: recheck_connection(scene.office.app, scene.own, row.id))
    reconcile_entity_of(scene.office.app, scene.own, scene.office.row(scene.world.provider).id)
    _each(scene, note, "sync again", lambda row: sync_connection(scene.office.app, scene.own, row.id).written)
    reconcile_entity_of(scene.office.app, scene.own, scene.office.row(scene.world.provider).id)


def _each(scene: Scene, note: Callable[[str], None], what: str, act: Callable[..., int]) -> None:
    for row in scene.office.rows():
        if row.provider != "statement":
            note(f"quiet {what} {row.provider}: {_patiently(scene, partial(act, row), what, row.provider)}")


def _patiently(scene: Scene, act: Callable[[], int], what: str, provider: str) -> int:
    for _ in range(TRIES):
        try:
            return act()
        except RateLimited as limited:
            scene.world.clock.advance(timedelta(seconds=limited.retry_after_seconds + 1))
        except (Unreachable, Conflict):
            scene.world.clock.advance(timedelta(minutes=2))
        except Fault as fault:
            raise Broken(
                "after a quiet time every connection is read",
                f"{what} of {provider} ends with {type(fault).__name__}: {fault}",
            ) from fault
    raise Broken("after a quiet time every connection is read", f"{what} of {provider} does not end in {TRIES} tries")
