"""Several processes that do the same: started together, started again when one ends by itself, ended together."""

from __future__ import annotations

import logging
import multiprocessing
import signal
import sys
import threading
from collections.abc import Callable
from multiprocessing.connection import wait
from multiprocessing.context import ForkProcess

from runtime.clock import Sleep, sleep

REST_SECONDS = 1.0  # before one that ended is started again: a fault at start must not become a storm
STOP_SECONDS = 20.0
_log = logging.getLogger(__name__)


class Pack:
    """`count` forks of this process, each running `work` until it is told to stop.

    Fork before anything is opened: a connection to a database must not be shared.
    """

    def __init__(self, count: int, work: Callable[[], None], rest: Sleep = sleep) -> None:
        self._count = count
        self._work = work
        self._rest = rest
        self._context = multiprocessing.get_context("fork")
        self._members: list[ForkProcess] = []
        self._ended = threading.Event()

    def run(self) -> None:
        """Until `stop`, which SIGTERM and Ctrl-C call too."""
        signal.signal(signal.SIGTERM, lambda *_: self.stop())
        signal.signal(signal.SIGINT, lambda *_: self.stop())
        self._members = [self._start() for _ in range(self._count)]
        try:
            while not self._ended.is_set():
                wait([member.sentinel for member in self._members], timeout=0.5)
                self._replace()
        finally:
            self._end()

    def stop(self) -> None:
        self._ended.set()

    @property
    def pids(self) -> list[int]:
        return [member.pid for member in self._members if member.pid is not None]

    def _replace(self) -> None:
        for number, member in enumerate(self._members):
            if member.is_alive() or self._ended.is_set():
                continue
            _log.warning("process %s has ended (%s); another takes its place", member.pid, member.exitcode)
            self._rest(REST_SECONDS)
            self._members[number] = self._start()

    def _start(self) -> ForkProcess:
        member = self._context.Process(target=self._member)
        member.start()
        return member

    def _member(self) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent hears Ctrl-C, and ends us in order
        self._work()
        sys.exit(0)

    def _end(self) -> None:
        for member in self._members:
            member.terminate()
        for member in self._members:
            member.join(STOP_SECONDS)
            if member.is_alive():
                member.kill()
                member.join()
