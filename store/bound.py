"""Rows as SQLite's driver takes them: plain values in the form that store/types.py writes.

One function a table, written out from the shape of its columns. Between processes, and while they wait, rows are msgpack.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

import msgspec

from store.shapes import Cell

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(list[Any]).decode
_NOTHING = b"\xc0"


@lru_cache(maxsize=256)
def binder(cells: tuple[Cell, ...]) -> Callable[[Sequence[Any]], tuple[Any, ...]]:
    """A row as the values that are bound. Instants, days and decimals become texts, an id (a UUID or its digits) its digits."""
    return _written(cells, "({values},)")


@lru_cache(maxsize=256)
def packer(cells: tuple[Cell, ...]) -> Callable[[Sequence[Any]], bytes]:
    """A row's columns as bytes, one after the other, less a last column that is to follow."""
    head = len(_encode((None,) * (len(cells) + 1))) - (len(cells) + 1) * len(_NOTHING)
    return _written(cells, f"encode(({{values}}, None))[{head}:-{len(_NOTHING)}]")


def end(moment: datetime) -> bytes:
    """The last column."""
    return _encode(moment_text(moment))


def values(packed: Sequence[bytes], last: bytes, columns: int) -> list[Any]:
    """What is bound of rows as `packer` made them, all in one list; columns: of each row, with the last."""
    return _decode(b"".join((_listed(len(packed) * columns), last.join([*packed, b""]))))


def cell(row: bytes, place: int, columns: int) -> Any:
    """One column of a packed row, of so many without the last."""
    return _decode(_listed(columns) + row)[place]


def _listed(items: int) -> bytes:
    """The head of a list of so many, as msgpack has it."""
    return b"\xdd" + items.to_bytes(4)


def _written(cells: tuple[Cell, ...], result: str) -> Callable[[Sequence[Any]], Any]:
    scope: dict[str, Any] = {"encode": _encode, "moment": moment_text, "decimal": decimal_text}
    given = ", ".join(f"_{place}" for place in range(len(cells)))
    values = ", ".join([_content(f"_{place}", cell) for place, cell in enumerate(cells)])
    exec(f"def write(row):\n    {given}, = row\n    return {result.format(values=values)}", scope)  # noqa: S102 - made of our own tables' columns alone
    write: Callable[[Sequence[Any]], Any] = scope["write"]
    return write


_CONTENTS = {
    "moment": "moment({0})", "day": "{0}.isoformat()", "decimal": "decimal({0})", "flag": "1 if {0} else 0",
    "own": "{0} if type({0}) is str else {0}.hex",
}  # fmt: skip


def _content(name: str, cell: Cell) -> str:
    if cell.form not in _CONTENTS:
        return name
    content = _CONTENTS[cell.form].format(name)
    return f"None if {name} is None else {content}" if cell.nullable else content


@lru_cache(maxsize=4096)
def moment_text(moment: datetime) -> str:
    """Texts of one length, which sort by time. Many rows share one."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def decimal_text(number: Decimal) -> str:
    """Without exponent and trailing zeros, so that both databases give back the same digits."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
