"""How a run went."""

from __future__ import annotations

import msgspec


class Broken(AssertionError):
    """Something that must hold does not. The sentence says what, with the ids that show it."""

    def __init__(self, invariant: str, sentence: str) -> None:
        super().__init__(f"{invariant}: {sentence}")
        self.invariant = invariant
        self.sentence = sentence


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """digest: of the whole trace. step 0 and invariant empty where everything held. tallies: how often each kind of step
    came about, and what it met. seconds: of the processor.
    """

    seed: int
    books: str
    steps: int
    digest: str
    plant: str = ""
    step: int = 0
    invariant: str = ""
    sentence: str = ""
    last: tuple[str, ...] = ()
    tallies: dict[str, int] = {}
    seconds: float = 0.0

    @property
    def held(self) -> bool:
        return not self.invariant
