"""The process that maps beside ours (sync/beside.py): `python -m sync.worker`, with tasks on its input and rows on its output."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from select import select
from typing import IO, NamedTuple
from uuid import UUID

import msgspec

from connectors.port import Context, Mapped, Record
from store.dictionary import Dictionary
from store.fresh import Fresh, FreshMaker
from store.shapes import HELD, Shapes
from sync.frames import Frame, Rows, encode, headed, read

Map = Callable[[Record, Context], Mapped]
_TASKS_WAITING = 4


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


class _Place(NamedTuple):
    organisation_id: UUID
    connection_id: UUID
    dialect: str


class _Worker:
    """Does tasks. Each frame may name what frames before it have told."""

    def __init__(self) -> None:
        self._decode = msgspec.msgpack.Decoder(Frame).decode
        self._makers: dict[_Place, FreshMaker] = {}
        self._known: dict[int, Dictionary] = {}

    def answer(self, frame: bytes) -> bytes:
        try:
            return encode(self._rows(self._decode(frame)))
        except Exception:  # noqa: BLE001 - done again by whoever asked, who raises what there is to be raised
            return encode(None)

    def _rows(self, frame: Frame) -> Rows:
        task = frame.task
        self._known.update((one.number, one) for one in frame.told)
        mapping: Map = getattr(sys.modules.get(task.module) or __import__(task.module, fromlist=["_"]), task.name)
        place = _Place(task.organisation_id, task.connection_id, task.dialect)
        if place not in self._makers:
            self._makers[place] = FreshMaker(place, task.dialect)
        using = [self._known[number] for number in task.dictionaries]
        return rows_of(self._makers[place], mapping, task.records, task.context, using)


class _Answers:
    """Frames on their way out."""

    def __init__(self, pipe: IO[bytes]) -> None:
        self._pipe = pipe
        self._left: deque[memoryview] = deque()

    def __bool__(self) -> bool:
        return bool(self._left)

    def put(self, frame: bytes) -> None:
        self._left += map(memoryview, headed(frame))

    def send(self) -> None:
        """As much as the pipe takes now."""
        with suppress(BlockingIOError):
            while self._left:
                self._left[0] = self._left[0][os.write(self._pipe.fileno(), self._left[0]) :]
                if not self._left[0]:
                    self._left.popleft()


def main() -> None:
    """Reads tasks and writes answers until there are no more. Between two tasks it sees to both pipes: threads that did
    would take the interpreter from the work thousands of times a second.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # meant for whoever started us, who ends us
    given, taken = sys.stdin.buffer, sys.stdout.buffer
    told = read(given)
    if told is None:
        return
    HELD.add(msgspec.msgpack.decode(told, type=Shapes))
    gc.set_threshold(100_000)
    os.set_blocking(taken.fileno(), False)
    worker, tasks, answers = _Worker(), deque[bytes](), _Answers(taken)
    answers.put(b"")
    while True:
        readable, writable, _ = select([given], [taken] if answers else [], [], 0 if tasks else None)
        if writable:
            answers.send()
        if readable and len(tasks) < _TASKS_WAITING:
            frame = read(given)
            if frame is None:
                return  # nobody waits for an answer any more
            tasks.append(frame)
        elif tasks:
            answers.put(worker.answer(tasks.popleft()))


if __name__ == "__main__":
    main()
