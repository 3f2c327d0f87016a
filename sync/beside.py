"""A process beside ours that maps records and packs their rows: in one process, threads of Python take turns.

It is given records, and what a mapping has to know; it has no tokens, no settings and no database. It ends when its input
does, so it never outlives us. Where it fails, for whatever reason, the work is done here instead, and a fault is raised
where it always was.
"""

from __future__ import annotations

import fcntl
import gc
import logging
import os
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from queue import Queue, SimpleQueue
from select import select
from struct import Struct
from threading import Lock, Thread
from typing import IO, NamedTuple, Self
from uuid import UUID

import msgspec

from connectors.port import Context, Mapped, Record
from store.dictionary import Dictionary
from store.fresh import Fresh, FreshMaker
from store.shapes import HELD, Shapes

_log = logging.getLogger(__name__)

Map = Callable[[Record, Context], Mapped]
Rows = tuple[Fresh | None, ...]

PIPE_BYTES = 1 << 20  # what the system lends without a question
_ROOT = str(Path(__file__).parents[1])
_ENVIRONMENT = {  # and no secret of ours
    "PYTHONPATH": os.pathsep.join([_ROOT, *filter(None, sys.path)]),
    "MALLOC_ARENA_MAX": "1",  # three threads, of which one works
}
_TASKS_WAITING = 4
SILENCE_SECONDS = 60.0  # a process that was asked takes a part of a second: after so long it hangs, and is ended
_length = Struct("!I")


class Task(msgspec.Struct, array_like=True):
    """Records that are to be made ready. module, name: where the mapping is; dialect: of the
    database that the rows are for; dictionaries: numbers of those that pack them.
    """

    module: str
    name: str
    organisation_id: UUID
    connection_id: UUID
    dialect: str
    context: Context
    records: Sequence[Record]
    dictionaries: Sequence[int] = ()


class Frame(msgspec.Struct, array_like=True):
    """What is sent: a task, and the dictionaries that were not sent before."""

    task: Task
    told: Sequence[Dictionary] = ()


_encode = msgspec.msgpack.Encoder().encode
_rows = msgspec.msgpack.Decoder(Rows | None)


class _Place(NamedTuple):
    organisation_id: UUID
    connection_id: UUID
    dialect: str


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
                    [sys.executable, *(["-B"] if sys.dont_write_bytecode else []), "-m", "sync.beside"],
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
                _widen(pipe)
                os.set_blocking(pipe.fileno(), False)  # it is waited for with a deadline
            self._send(_encode(HELD))

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
            frame = _encode(Frame(task, untold))
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
            _write(self._running.stdin, frame, SILENCE_SECONDS)
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
        frame = _read(self._running.stdout, SILENCE_SECONDS)
        if frame is None:
            self._fail()
        return frame or b""


def _widen(pipe: IO[bytes]) -> None:
    with suppress(OSError):  # a process may be lent less
        fcntl.fcntl(pipe.fileno(), fcntl.F_SETPIPE_SZ, PIPE_BYTES)


def _write(pipe: IO[bytes], frame: bytes, silence: float | None = None) -> None:
    """Raises OSError; a TimeoutError where nothing was taken for `silence` seconds."""
    for part in (_length.pack(len(frame)), frame):
        left = memoryview(part)
        while left:
            if silence is not None and not select([], [pipe], [], silence)[1]:
                raise TimeoutError
            with suppress(BlockingIOError):
                left = left[os.write(pipe.fileno(), left) :]


def _read(pipe: IO[bytes], silence: float | None = None) -> bytes | None:
    """The next frame; None at the end of all, or where nothing came for `silence` seconds."""
    head = _exactly(pipe, _length.size, silence)
    return None if head is None else _exactly(pipe, _length.unpack(head)[0], silence)


def _exactly(pipe: IO[bytes], size: int, silence: float | None) -> bytes | None:
    found = bytearray(size)
    left = memoryview(found)
    while left:
        if silence is not None and not select([pipe], [], [], silence)[0]:
            return None
        try:
            count = os.readv(pipe.fileno(), [left])
        except OSError:
            return None
        if not count:
            return None
        left = left[count:]
    return bytes(found)


def rows_of(
    make: FreshMaker, mapping: Map, records: Sequence[Record], context: Context, dictionaries: Sequence[Dictionary]
) -> Rows:
    """Each record's rows; None of those that the transaction has to look at first."""
    make.use(dictionaries)
    found: list[Fresh | None] = []
    for record in records:
        if record.deleted:
            found.append(None)
        else:
            mapped = mapping(record, context)
            found.append(make.make(record, mapped.values, mapped.findings))
    return tuple(found)


def _work(tasks: Queue[bytes], answers: SimpleQueue[bytes]) -> None:
    decode = msgspec.msgpack.Decoder(Frame).decode
    makers: dict[_Place, FreshMaker] = {}
    known: dict[int, Dictionary] = {}
    while True:
        try:
            frame = decode(tasks.get())
            task = frame.task
            known.update((one.number, one) for one in frame.told)
            mapping: Map = getattr(sys.modules.get(task.module) or __import__(task.module, fromlist=["_"]), task.name)
            place = _Place(task.organisation_id, task.connection_id, task.dialect)
            if place not in makers:
                makers[place] = FreshMaker(place, task.dialect)
            using = [known[number] for number in task.dictionaries]
            answers.put(_encode(rows_of(makers[place], mapping, task.records, task.context, using)))
        except Exception:  # noqa: BLE001 - done again by whoever asked, who raises what there is to be raised
            answers.put(_encode(None))


def main() -> None:
    """Reads tasks and writes answers until there are no more: each in a thread, so that neither pipe holds up the work."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # meant for whoever started us, who ends us
    told = _read(sys.stdin.buffer)
    if told is None:
        return
    HELD.add(msgspec.msgpack.decode(told, type=Shapes))
    gc.set_threshold(100_000)
    tasks: Queue[bytes] = Queue(_TASKS_WAITING)
    answers: SimpleQueue[bytes] = SimpleQueue()
    answers.put(b"")

    def read() -> None:
        while (frame := _read(sys.stdin.buffer)) is not None:
            tasks.put(frame)
        os._exit(0)  # nobody waits for an answer any more

    def write() -> None:
        while True:
            _write(sys.stdout.buffer, answers.get())

    for work in (read, write):
        Thread(target=work, daemon=True).start()
    _work(tasks, answers)


if __name__ == "__main__":
    main()
