"""Time passes."""

from __future__ import annotations

from datetime import timedelta

from simulation.steps.kinds import Kind, Scene


def hours(scene: Scene) -> str:
    minutes = scene.chance.choice((20, 70, 190, 480))
    scene.world.clock.advance(timedelta(minutes=minutes))
    return f"{minutes} minutes"


def night(scene: Scene) -> str:
    scene.world.clock.advance(timedelta(hours=14))
    return "14 hours"


KINDS = (
    Kind(name="hours pass", act=hours, weight=5),
    Kind(name="night", act=night, weight=4),
)
