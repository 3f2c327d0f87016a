"""Rows in the binary form of PostgreSQL's COPY, for tables that hold bytes: as text a payload is twice as long.

One function a table, written out from its columns. Only the types of such tables are known here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from struct import Struct
from typing import Any
from uuid import UUID

from store.shapes import Cell

HEAD = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TAIL = b"\xff\xff"
_BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
_length = Struct("!i").pack
_size = Struct("!i").unpack_from
_FIELDS_BYTES, _LENGTH_BYTES = 2, 4
_moment = Struct("!iq").pack
_SHORT = [_length(size) for size in range(256)]
_fields = Struct("!h").pack
_MICROSECOND = timedelta(microseconds=1)


@lru_cache(maxsize=64)
def packer(cells: tuple[Cell, ...], later: int = 1) -> Callable[[Sequence[Any]], bytes]:
    """A row of these columns as its bytes; `later` columns are to follow. Raises TypeError for a column of another form."""
    parts = ", ".join(_content(f"_{place}", cell) for place, cell in enumerate(cells))
    given = ", ".join(f"_{place}" for place in range(len(cells)))
    scope: dict[str, Any] = {
        "join": b"".join, "fields": _fields(len(cells) + later), "length": _length, "nothing": _length(-1), "text": _text,
        "moment": instant, "own": _own, "yes": b"\0\0\0\1\1", "no": b"\0\0\0\1\0",
    }  # fmt: skip
    exec(f"def pack(row):\n    {given}, = row\n    return join((fields, {parts}))", scope)  # noqa: S102 - made of our own tables' columns alone
    pack: Callable[[Sequence[Any]], bytes] = scope["pack"]
    return pack


_CONTENTS = {
    "bytes": "length(len({0})), {0}", "flag": "yes if {0} else no", "moment": "moment({0})", "own": "own({0})",
    "text": "text({0})",
}  # fmt: skip


def _content(name: str, cell: Cell) -> str:
    if cell.form not in _CONTENTS:
        raise TypeError(f"{cell.name} is of a form that is not packed here.")
    content = _CONTENTS[cell.form].format(name)
    return f"nothing if {name} is None else {content}" if cell.nullable else content


def cell(row: bytes, place: int, columns: int) -> bytes:
    """The content of one column of a packed row that is not null. columns: as store/bound.py is told, and in the row here."""
    del columns
    at = _FIELDS_BYTES
    for _ in range(place):
        at += _LENGTH_BYTES + max(_size(row, at)[0], 0)
    return row[at + _LENGTH_BYTES : at + _LENGTH_BYTES + _size(row, at)[0]]


def _text(text: str) -> bytes:
    content = text.encode()
    size = len(content)
    return (_SHORT[size] if size < len(_SHORT) else _length(size)) + content


@lru_cache(maxsize=4096)
def instant(moment: datetime) -> bytes:
    """Many rows share one."""
    return _moment(8, (moment - _BEGINNING) // _MICROSECOND)


@lru_cache(maxsize=64)
def _own(own: UUID | str) -> bytes:
    """Whose the rows are: few."""
    return _length(16) + (own.bytes if isinstance(own, UUID) else bytes.fromhex(own))
