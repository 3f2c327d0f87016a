"""Rows in the text form of PostgreSQL's COPY: one function a table, written out from the shape of its columns."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from store.shapes import Cell


@lru_cache(maxsize=256)
def liner(cells: tuple[Cell, ...]) -> Callable[[Sequence[Any]], str]:
    """A row as a line without its end, at half the cost of the driver's general way."""
    line: Callable[[Sequence[Any]], str] = _written(cells, "f'{text}'")
    return line


@lru_cache(maxsize=256)
def packer(cells: tuple[Cell, ...]) -> Callable[[Sequence[Any]], bytes]:
    """A row as its bytes, less a last column that is to follow."""
    pack: Callable[[Sequence[Any]], bytes] = _written(cells, "f'{text}\\t'.encode()")
    return pack


def end(moment: datetime) -> bytes:
    """The last column."""
    return f"{moment_text(moment)}\n".encode()


def _written(cells: tuple[Cell, ...], result: str) -> Callable[[Sequence[Any]], Any]:
    scope: dict[str, Any] = {"escaped": escaped, "moment": moment_text, "nothing": "\\N"}
    scope |= {"doubled": _doubled, "BACK": "\\"}
    given = ", ".join(f"_{place}" for place in range(len(cells)))
    text = "\\t".join([_content(f"_{place}", cell) for place, cell in enumerate(cells)])
    exec(f"def write(row):\n    {given}, = row\n    return {result.replace('{text}', text)}", scope)  # noqa: S102 - made of our own tables' columns alone
    write: Callable[[Sequence[Any]], Any] = scope["write"]
    return write


def _content(name: str, cell: Cell) -> str:
    """What stands for a column in the line's template."""
    if cell.form == "moment":
        content = f"moment({name})"
    elif cell.form == "json":
        content = f"doubled({name}) if BACK in {name} else {name}"  # JSON holds no other character that COPY minds
    elif cell.form == "text":
        content = f"{name} if {name}.isprintable() and BACK not in {name} else escaped({name})"
    else:
        content = name
    return "{" + (f"nothing if {name} is None else ({content})" if cell.nullable else content) + "}"


@lru_cache(maxsize=4096)
def moment_text(moment: datetime) -> str:
    """Many rows share one."""
    return str(moment)


def _doubled(text: str) -> str:
    return text.replace("\\", "\\\\")


def escaped(text: str) -> str:
    return text.translate(_ESCAPES) if _ODD(text) else text


_ODD = re.compile(r"[\\\t\n\r]").search
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
