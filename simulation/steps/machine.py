"""The product by itself: syncs, kept webhooks, matching, the nightly re-read."""

from __future__ import annotations

from runtime.hooks import work_inbox
from runtime.passes import sync_connection
from runtime.recheck import recheck_connection
from runtime.reconciling import reconcile_entity_of
from simulation.steps.kinds import Kind, Scene


def sync_books(scene: Scene) -> str:
    return _sync(scene, scene.world.provider)


def sync_stripe(scene: Scene) -> str:
    return _sync(scene, "stripe")


def _sync(scene: Scene, provider: str) -> str:
    row = scene.office.row(provider)
    done = sync_connection(scene.office.app, scene.own, row.id)
    found = reconcile_entity_of(scene.office.app, scene.own, row.id)
    return f"{done.calls} calls, {done.written} written, {found.changed} changed, {found.decided} decided"


def hooks(scene: Scene) -> str:
    """What waits in the inbox, of both providers."""
    worked = 0
    for row in scene.office.rows():
        if row.provider == "statement":
            continue
        worked += work_inbox(scene.office.app, scene.own, row.id)
    if worked:
        reconcile_entity_of(scene.office.app, scene.own, scene.books_row)
    return f"{worked} events"


def look(scene: Scene) -> str:
    found = reconcile_entity_of(scene.office.app, scene.own, scene.books_row)
    return f"{found.changed} changed, {found.decided} decided"


def recheck(scene: Scene) -> str:
    row = scene.office.row(scene.chance.choice((scene.world.provider, "stripe")))
    return f"{row.provider}: {recheck_connection(scene.office.app, scene.own, row.id)} changed"


KINDS = (
    Kind(name="sync books", act=sync_books, weight=1.5, ours=True, boundaries=60, calls=8),
    Kind(name="sync stripe", act=sync_stripe, weight=1.2, ours=True, boundaries=60, calls=5),
    Kind(name="hooks", act=hooks, weight=2.6, ours=True, boundaries=30, calls=4),
    Kind(name="look", act=look, weight=0.5, ours=True, boundaries=9),
    Kind(name="recheck", act=recheck, weight=0.4, ours=True, boundaries=25, calls=5),
)
