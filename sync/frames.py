"""What goes to the process beside ours and comes back: frames, over pipes."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Sequence
from contextlib import suppress
from select import select
from struct import Struct
from typing import IO
from uuid import UUID

import msgspec

from connectors.port import Context, Record
from store.dictionary import Dictionary
from store.fresh import Fresh

PIPE_BYTES = 1 << 20  # what the system lends without a question
Rows = tuple[Fresh | None, ...]
"""Of each record of a task; None where the transaction has to look at it first."""

encode = msgspec.msgpack.Encoder().encode
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


def widen(pipe: IO[bytes]) -> None:
    with suppress(OSError, AttributeError):  # a process may be lent less, and not every system lends
        fcntl.fcntl(pipe.fileno(), fcntl.F_SETPIPE_SZ, PIPE_BYTES)


def write(pipe: IO[bytes], frame: bytes, silence: float) -> None:
    """Raises OSError; a TimeoutError where nothing was taken for `silence` seconds."""
    for part in headed(frame):
        left = memoryview(part)
        while left:
            if not select([], [pipe], [], silence)[1]:
                raise TimeoutError
            with suppress(BlockingIOError):
                left = left[os.write(pipe.fileno(), left) :]


def headed(frame: bytes) -> tuple[bytes, bytes]:
    """A frame as it is sent."""
    return _length.pack(len(frame)), frame


def read(pipe: IO[bytes], silence: float | None = None) -> bytes | None:
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
