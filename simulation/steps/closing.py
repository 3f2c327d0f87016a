"""Periods are signed here, so that nothing of ours is dated into them any more, and opened again."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from proving.close import signing
from simulation.office import PEOPLE
from simulation.steps.kinds import Kind, Scene
from store import closes

_PACK = {"ties_out": True, "differences": []}
_DIGEST = "0" * 64


def sign(scene: Scene) -> str:
    """Both sign a pack through some days ago; what it says is the matter of other tests."""
    app = scene.office.app
    through = date.fromisoformat(scene.world.today()) - timedelta(days=scene.chance.choice((1, 2, 5)))
    with app.database.write() as connection:
        own = closes.add(
            connection, scene.own, scene.entity_id, through, _PACK, _DIGEST, files={"pack.json": ("application/json", b"{}")},
            by=PEOPLE[0], now=app.clock.now(),
        )  # fmt: skip
    for person in PEOPLE:
        signing.sign(app.database, scene.own, own, by=person, now=app.clock.now())
    return f"through {through}"


def reopen(scene: Scene) -> str:
    rows = scene.looks.rows("SELECT id, through FROM closes WHERE state IN ('signed', 'reviewed') ORDER BY id")
    row = scene.pick(rows)
    app = scene.office.app
    signing.reopen(
        app.database, scene.own, UUID(row["id"]), reason="A late invoice.", by=PEOPLE[0], now=app.clock.now()
    )
    return f"through {row['through']}"


KINDS = (
    Kind(name="period signed", act=sign, weight=0.6, ours=True, boundaries=9),
    Kind(name="period reopened", act=reopen, weight=0.8, ours=True, boundaries=3),
)
