"""Taking back what a refused call has already done."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Undo:
    """While a `trial` runs, each change leaves the step that takes it back; an exception takes them all, newest first."""

    def __init__(self) -> None:
        self._steps: list[Callable[[], object]] | None = None

    @property
    def watching(self) -> bool:
        return self._steps is not None

    def push(self, step: Callable[[], object]) -> None:
        if self._steps is not None:
            self._steps.append(step)

    @contextmanager
    def trial(self) -> Iterator[None]:
        """All or nothing. A trial within a trial is taken back by itself, and by the outer one."""
        outer, self._steps = self._steps, []
        try:
            yield
        except BaseException:
            for step in reversed(self._steps):
                step()
            self._steps = []
            raise
        finally:
            done, self._steps = self._steps, outer
            if outer is not None:
                outer.extend(done)
