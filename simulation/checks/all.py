"""What must hold, gathered: cheaply after each step, fully now and then, and against the providers at the end."""

from __future__ import annotations

from simulation.checks import cash, matches, providers, records
from simulation.steps.kinds import Scene


class Checks:
    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._decided = matches.Decided(scene)
        self._chain = records.Chain(scene)
        self._door = records.Door(scene)

    def after_a_step(self) -> None:
        self._decided.check()
        self._chain.check_new()
        self._door.check_new()

    def fully(self) -> None:
        cash.check(self._scene)
        matches.check(self._scene)
        records.check_tokens(self._scene)

    def at_the_end(self) -> None:
        self.after_a_step()
        self.fully()
        self._chain.check_whole()
        self._door.check_all()
        providers.check(self._scene)
        cash.check_all_here(self._scene)
