"""Turns of a worker: a long pass gives way after a while, so that one large company keeps no other waiting."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

TURN_SECONDS = 20.0  # some dozen pages at a quick provider, one or two at a slow one


class TurnOver(Exception):
    """The turn is used up and others wait. What came is stored; the pass goes on from there in a later turn."""


@dataclass(frozen=True, slots=True)
class Turn:
    """others_wait: whether the queue holds something else to do."""

    others_wait: Callable[[], bool]
    seconds: float = TURN_SECONDS
    monotonic: Callable[[], float] = time.monotonic
    _began: list[float] = field(default_factory=list)

    def is_over(self) -> bool:
        """Asked after each page; the first asking begins the turn, so that every turn brings at least two."""
        if not self._began:
            self._began.append(self.monotonic())
            return False
        return self.monotonic() - self._began[0] >= self.seconds and self.others_wait()
