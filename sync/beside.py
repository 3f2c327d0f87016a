"""A process beside ours that maps records and packs their rows: in one process, threads of Python take turns.

It is given records, and what a mapping has to know; it has no tokens, no settings and no database. It ends when its input
does, so it never outlives us. Where it fails, for whatever reason, the work is done here instead, and a fault is raised
where it always was.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from select import select
from threading import Lock
from typing import Self

import msgspec

from store.dictionary import Dictionary
from store.shapes import HELD
from sync.frames import Frame, Rows, Task, encode, read, widen, write

_log = logging.getLogger(__name__)

_ROOT = str(Path(__file__).parents[1])
_ENVIRONMENT = {"PYTHONPATH": os.pathsep.join([_ROOT, *filter(None, sys.path)])}  # and no secret of ours
SILENCE_SECONDS = 60.0  # a process that was asked takes a part of a second: after so long it hangs, and is ended
_rows = msgspec.msgpack.Decoder(Rows | None)


class Asked:
    """What was asked for and has not been taken yet."""

    def __init__(self, size: int) -> None:
        self.bytes = size
        self.answered = False
        self.rows: Rows | None = None


class Beside:
    """The process, once it is begun. Threads may share it; answers come in the order of the questions."""

    def __init__(self) -> None:
        self._running: subprocess.Popen[bytes] | None = None
        self._open: deque[Asked] = deque()
        self._sending, self._receiving, self._counting = Lock(), Lock(), Lock()
        self.bytes = 0  # that wait for an answer
        self._greeted = self._failed = False
        self._told: set[int] = set()  # numbers of the dictionaries that it has

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def begin(self) -> None:
        """Starts it; it takes a moment to be there."""
        with self._sending:
            if self._running is not None or self._failed:
                return
            try:
                self._running = subprocess.Popen(
                    [sys.executable, *(["-B"] if sys.dont_write_bytecode else []), "-m", "sync.worker"],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    env=_ENVIRONMENT,
                    bufsize=0,
                )
            except OSError:
                self._failed = True
                return
            for pipe in (self._running.stdin, self._running.stdout):
                assert pipe is not None
                widen(pipe)
                os.set_blocking(pipe.fileno(), False)  # it is waited for with a deadline
            self._send(encode(HELD))

    @property
    def begun(self) -> bool:
        return self._running is not None

    @property
    def usable(self) -> bool:
        """It is there and has not failed."""
        if self._running is None or self._failed:
            return False
        if not self._greeted and self._readable() and self._receiving.acquire(blocking=False):
            try:
                self._greeted = self._greeted or self._frame() == b""
            finally:
                self._receiving.release()
        return self._greeted and not self._failed

    def ask(self, task: Task, dictionaries: Sequence[Dictionary] = ()) -> Asked:
        """Sends records away. Never waits for their answer. dictionaries: those of the task's numbers."""
        with self._sending:
            untold = [one for one in dictionaries if one.number not in self._told]
            self._told.update(one.number for one in untold)
            frame = encode(Frame(task, untold))
            asked = Asked(len(frame))
            self._open.append(asked)
            with self._counting:
                self.bytes += asked.bytes
            self._send(frame)
        return asked

    def answer(self, asked: Asked) -> Rows | None:
        """Waits for it. None where the process could not do it."""
        with self._receiving:
            while not asked.answered and not self._failed:
                frame = self._frame()
                if self._failed:
                    break
                first = self._open.popleft()
                with self._counting:
                    self.bytes -= first.bytes
                with suppress(msgspec.DecodeError):
                    first.rows = _rows.decode(frame)
                first.answered = True
        return asked.rows

    def taken(self, asked: Asked) -> bool:
        """Whether the answer is here; it is taken where that needs no waiting."""
        if not asked.answered and self._open and self._open[0] is asked and self._readable():
            self.answer(asked)
        return asked.answered or self._failed

    def end(self) -> None:
        """Ends the process; what it works on is lost."""
        running, self._running, self._failed = self._running, None, True
        if running is None:
            return
        for pipe in (running.stdin, running.stdout):
            assert pipe is not None
            with suppress(OSError):
                pipe.close()
        running.kill()
        running.wait()

    def _send(self, frame: bytes) -> None:
        assert self._running is not None
        assert self._running.stdin is not None
        try:
            write(self._running.stdin, frame, SILENCE_SECONDS)
        except OSError:
            self._fail()

    def _fail(self) -> None:
        if not self._failed:
            _log.warning("The process that maps beside this one has ended or hangs; its work is done here.")
        self._failed = True
        running = self._running
        if running is not None:
            running.kill()

    def _readable(self) -> bool:
        assert self._running is not None
        assert self._running.stdout is not None
        return bool(select([self._running.stdout], [], [], 0)[0])

    def _frame(self) -> bytes:
        assert self._running is not None
        assert self._running.stdout is not None
        frame = read(self._running.stdout, SILENCE_SECONDS)
        if frame is None:
            self._fail()
        return frame or b""
