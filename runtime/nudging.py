"""Nudges beside the request: the first goes out at once, a burst of them becomes a few a second.

Nothing is lost with a process that ends before a nudge is out: what there is to do stands in the store, and the
schedule looks there.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from ledger.faults import Unreachable
from runtime.queue import Nudges

PAUSE_SECONDS = 0.2
_log = logging.getLogger(__name__)

Target = tuple[UUID, UUID]
"""An organisation and a connection of it."""


class Nudging:
    """Sends `task` nudges from a thread of its own, each target at most once in `pause_seconds`."""

    def __init__(self, nudges: Nudges, task: Callable[..., Any], pause_seconds: float = PAUSE_SECONDS) -> None:
        self._nudges = nudges
        self._task = task
        self._pause = pause_seconds
        self._lock = threading.Lock()
        self._targets: dict[Target, None] = {}
        self._came = threading.Event()
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None

    def send(self, targets: Iterable[Target]) -> None:
        """Returns at once. The thread starts with the first target, so that a forked process has one of its own."""
        with self._lock:
            self._targets.update(dict.fromkeys(targets))
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="nudging", daemon=True)
                self._thread.start()
        self._came.set()

    def close(self) -> None:
        """Ends the thread after what came is sent."""
        self._ended.set()
        self._came.set()
        if self._thread is not None:
            self._thread.join(timeout=5)

    def _run(self) -> None:
        while True:
            self._came.wait()
            self._came.clear()
            with self._lock:
                targets, self._targets = list(self._targets), {}
            self._out(targets)
            if self._ended.wait(self._pause):
                with self._lock:
                    targets, self._targets = list(self._targets), {}
                self._out(targets)
                return

    def _out(self, targets: Iterable[Target]) -> None:
        """A lost queue costs nothing but time: the events are kept, and the schedule finds them."""
        for organisation_id, connection_id in targets:
            try:
                self._nudges.nudge(self._task, organisation_id, connection_id)
            except Unreachable as fault:
                _log.warning("kept, nudge lost: %s", fault)
                return
