"""The process's power: it can be cut at any boundary, a commit or a call, and then nothing more is written or sent."""

from __future__ import annotations


class PowerCut(BaseException):
    """The process ended here. No `except Exception` of the product sees it, as none sees a SIGKILL."""


class Power:
    """Counts the boundaries of a step and cuts at the one that was named."""

    def __init__(self) -> None:
        self.dead = False
        self.passed = 0
        self._cut_at: int | None = None

    def boundary(self, name: str) -> None:
        """Called before and after each commit and each call. Raises PowerCut; once cut, at every boundary."""
        if self.dead:
            raise PowerCut(name)
        self.passed += 1
        if self._cut_at is not None and self.passed >= self._cut_at:
            self.dead = True
            raise PowerCut(name)

    def begin(self, cut_at: int | None = None) -> None:
        """A step begins, with power; it ends at the boundary `cut_at`, counted from 1, if the step comes so far."""
        self.dead = False
        self.passed = 0
        self._cut_at = cut_at
