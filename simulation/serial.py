"""The product's pools of threads, replaced in this process by hands that work one after the other: replays are then equal."""

from __future__ import annotations

import sys
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from itertools import count
from typing import Any

_numbers = count()


class _Numbered(Future[Any]):
    """Sets of futures are gone through in an order that does not hang on where they lie in memory."""

    def __init__(self) -> None:
        super().__init__()
        self._number = next(_numbers)

    def __hash__(self) -> int:
        return self._number

    def __eq__(self, other: object) -> bool:
        return self is other


class Serial(Executor):
    """Does each thing when it is handed in."""

    def __init__(self, max_workers: int | None = None, **_: Any) -> None:
        del max_workers

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        found = _Numbered()
        try:
            found.set_result(fn(*args, **kwargs))
        except BaseException as error:  # noqa: BLE001 - as a pool does: whoever asks for the result has it raised
            found.set_exception(error)
        return found


def serialise() -> None:
    """In every module that is loaded by now."""
    for name, module in list(sys.modules.items()):
        if (
            name != __name__
            and not name.startswith("concurrent.")
            and vars(module).get("ThreadPoolExecutor") is (ThreadPoolExecutor)
        ):
            module.ThreadPoolExecutor = Serial  # type: ignore[attr-defined]
