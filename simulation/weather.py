"""What the way to a provider does to calls: drawn for a step, laid on the calls that it makes."""

from __future__ import annotations

import random
from dataclasses import dataclass

BEFORE = ("no connection", "cut before")
AFTER = ("reply lost", "bad gateway")
STANDING = ("429", "500", "expired", "html", "malformed", "cut")
"""Those that a stand-in makes itself, in its provider's own words."""


@dataclass(frozen=True, slots=True)
class Fault:
    """kind: of the lists above. first: the call of the step that it begins with, from 1. times: how many in a row.

    seconds: what a 429 asks to wait. writes: calls that write are counted alone, and the fault lies on those.
    """

    kind: str
    first: int = 1
    times: int = 1
    seconds: float = 0.0
    writes: bool = False

    def __str__(self) -> str:
        return f"{self.kind} from {'write' if self.writes else 'call'} {self.first} x{self.times}"


_ON_WRITES = 0.6


def draw(chance: random.Random, calls: int, *, writes: bool = False) -> Fault:
    """calls: how many a step of this kind makes, as a rule. writes: it writes, and every second fault lies on that.

    A token ends once: one that was made just now and is refused again rightly counts as a consent that is lost.
    """
    kind = chance.choice((*BEFORE, *AFTER, *AFTER, *STANDING))
    times = 1 if kind == "expired" else chance.choice((1, 1, 1, 2, 3, 6))
    seconds = float(chance.choice((0, 2, 20, 300, 3_600))) if kind == "429" else 0.0
    if writes and chance.random() < _ON_WRITES:
        return Fault(kind, chance.choice((1, 1, 2)), times, seconds, writes=True)
    return Fault(kind, chance.randint(1, max(1, calls)), times, seconds)


class Weather:
    """Calm until a fault is laid on a step."""

    def __init__(self) -> None:
        self.calls = 0
        self._writes = 0
        self._fault: Fault | None = None

    def begin(self, fault: Fault | None) -> None:
        self.calls = self._writes = 0
        self._fault = fault

    def next(self, *, writes: bool = False) -> Fault | None:
        """The fault of the call that is about to be made."""
        self.calls += 1
        self._writes += writes
        fault = self._fault
        if fault is None or (fault.writes and not writes):
            return None
        number = self._writes if fault.writes else self.calls
        return fault if fault.first <= number < fault.first + fault.times else None
