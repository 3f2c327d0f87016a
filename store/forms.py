"""How rows wait for their transaction, all of them made but for their last column: as PostgreSQL's COPY or SQLite's driver takes them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from store import bound, lines, packed
from store.shapes import Cell


class RowForm(NamedTuple):
    """packer: of the columns less the last, what makes a row's bytes. end: the last column, a moment."""

    packer: Callable[[tuple[Cell, ...]], Callable[[Sequence[Any]], bytes]]
    end: Callable[[datetime], bytes]


_BOUND = RowForm(bound.packer, bound.end)
_LINES = RowForm(lines.packer, lines.end)
_PACKED = RowForm(packed.packer, packed.instant)


def form_of(dialect: str, cells: Sequence[Cell]) -> RowForm:
    """The form of a table's rows, by the database's name."""
    if dialect == "sqlite":
        return _BOUND
    return _PACKED if any(cell.form == "bytes" for cell in cells) else _LINES


def packed_cell(dialect: str) -> Callable[[bytes, int, int], Any]:
    """Reads a column of a row that holds bytes: by its place among so many."""
    return bound.cell if dialect == "sqlite" else packed.cell
