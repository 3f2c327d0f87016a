"""What must hold, gathered: cheaply after each step, fully now and then, and against the providers at the end."""

from __future__ import annotations

from simulation.checks import cash, matches, postings, providers, records, upstream
from simulation.steps.kinds import Scene


class Checks:
    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._decided = matches.Decided(scene)
        self._chain = records.Chain(scene)
        self._door = records.Door(scene)
        self.tokens = records.Tokens(scene)
        self._order = records.Order(scene)
        self._states = postings.States(scene)
        self.upstream = upstream.Upstream(scene)

    def after_a_step(self) -> None:
        self.upstream.check_new()
        self._decided.check()
        self._states.check()
        self._chain.check_new()
        self._door.check_new()
        self._order.check()
        self.tokens.check()

    def fully(self) -> None:
        cash.check(self._scene)
        matches.check(self._scene)
        postings.check(self._scene)

    def at_the_end(self) -> None:
        self.after_a_step()
        self.fully()
        self._chain.check_whole()
        self._door.check_all()
        self.upstream.check_all()
        postings.check_settled(self._scene, self._scene.posted_at)
        providers.check(self._scene)
        cash.check_all_here(self._scene)
