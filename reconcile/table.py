"""A CSV file read strictly: what is wrong is named by file, line, column and value, and nothing is guessed."""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

from ledger.faults import BadInput
from reconcile.columns import Columns, Days, Refused
from reconcile.csv_rows import CELL_MAX, Rows

_SHOWN_MAX = 80
_AT_ONCE = 32
"""So many rows are read together: enough for whole columns to be cheap, and few enough that their cells stay in a processor's cache."""


class BadRow(BadInput):
    """A file cannot be used; the message says where and why."""

    def __init__(self, file: str, line: int, column: str, value: str, why: str) -> None:
        """Line 1 is the header."""
        shown = value if len(value) <= _SHOWN_MAX else f"{value[:_SHOWN_MAX]}..."
        super().__init__(f"{file}, line {line}, column {column}: {why} (value: {shown!r}). Nothing was written.")
        self.file, self.line, self.column, self.value = file, line, column, value


class Part:
    """Some rows of a file, in order, each with its line."""

    __slots__ = ("_days", "_file", "_places", "_rows", "lines")

    def __init__(self, file: str, places: dict[str, int], days: Days) -> None:
        """No rows yet. `places`: where each column of the header stands."""
        self._file = file
        self._places = places
        self._days = days
        self._rows: list[list[str]] = []
        self.lines: list[int] = []

    def add(self, line: int, cells: list[str]) -> None:
        """One more row, as wide as the header."""
        self.lines.append(line)
        self._rows.append(cells)

    def columns(self) -> Columns:
        """The rows' cells, column by column."""
        return Columns(list(zip(*self._rows, strict=True)), self._places, self._days, len(self._rows))

    def each(self) -> Iterator["Part"]:
        """The rows one by one."""
        for line, cells in zip(self.lines, self._rows, strict=True):
            part = Part(self._file, self._places, self._days)
            part.add(line, cells)
            yield part

    def bad(self, refused: Refused) -> BadRow:
        """The error for a cell of a part of one row."""
        return BadRow(self._file, self.lines[0], refused.column, refused.value, refused.why)


def read_parts(path: Path, required: Sequence[str]) -> Iterator[Part]:
    """Every data row of a UTF-8 CSV file with a header. Raises BadRow where the file is not such a one."""
    csv.field_size_limit(CELL_MAX)
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as fault:
        raise BadRow(str(path), 1, "-", "", f"cannot be read: {fault.strerror}") from fault
    except UnicodeDecodeError as fault:
        line = path.read_bytes()[: fault.start].count(b"\n") + 1
        raise BadRow(str(path), line, "-", "", "not UTF-8 text") from fault
    if "\x00" in text:
        raise BadRow(
            str(path), text[: text.index("\x00")].count("\n") + 1, "-", "\x00", "a NUL character, so not a text file"
        )
    yield from _parts(str(path), text, required)


def _parts(file: str, text: str, required: Sequence[str]) -> Iterator[Part]:
    """What comes before a row that is none is handed out first: it may hold an earlier fault."""
    rows = Rows(text)
    each = iter(rows)
    places: dict[str, int] = {}
    days = Days()
    part, fault = Part(file, places, days), None
    try:
        header = [cell.strip() for cell in next(each, [])]
        places.update(_places(file, header, required))
        width = len(header)
        for cells in each:
            if len(cells) == width:
                part.add(rows.line, cells)
                if len(part.lines) == _AT_ONCE:
                    yield part
                    part = Part(file, places, days)
            elif cells:
                why = f"{len(cells)} cells where the header has {width}"
                fault = BadRow(file, rows.line, "-", ",".join(cells), why)
                break
    except csv.Error as error:
        fault = BadRow(file, rows.line, "-", "", f"not a CSV row: {error}")
    if part.lines:
        yield part
    if fault is not None:
        raise fault


def _places(file: str, header: Sequence[str], required: Sequence[str]) -> dict[str, int]:
    """Where each column stands; the first of two of one name counts. Raises BadRow where a required one is missing."""
    found = {header[place]: place for place in reversed(range(len(header)))}
    for column in required:
        if column not in found:
            raise BadRow(file, 1, column, ",".join(header), "the header has no such column")
    return found
