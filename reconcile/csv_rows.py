"""Rows of CSV text: a line without a quote is split, which takes a third of the reader's time."""

import csv
import io
from collections.abc import Iterator
from itertools import chain

CELL_MAX = 1_000_000


class Rows:
    """Each row's cells, as `csv.reader` with `strict` gives them; an empty line has none. Raises csv.Error as it does."""

    __slots__ = ("_text", "line")

    def __init__(self, text: str) -> None:
        """A whole file's text."""
        self._text = text
        self.line = 0
        """Where the row that was given last ends, or the one that is none."""

    def __iter__(self) -> Iterator[list[str]]:
        """From the first line on."""
        return self._any() if "\r" in self._text else self._plain()

    def _any(self) -> Iterator[list[str]]:
        """Lines that may end in other ways."""
        reader = csv.reader(io.StringIO(self._text, newline=""), strict=True)
        try:
            for cells in reader:
                self.line = reader.line_num
                yield cells
        finally:
            self.line = reader.line_num

    def _plain(self) -> Iterator[list[str]]:
        lines = self._text.split("\n")
        if not lines[-1]:
            del lines[-1]  # what follows the last line's end is no line
        rest = iter(lines)
        for text in rest:
            self.line += 1
            if '"' in text or len(text) > CELL_MAX:
                yield self._quoted(text, rest)
            else:
                yield text.split(",") if text else []

    def _quoted(self, text: str, rest: Iterator[str]) -> list[str]:
        """A row with a cell in quotes, which may go on over several lines."""
        reader = csv.reader(map(_ended, chain((text,), rest)), strict=True)
        try:
            return next(reader)
        finally:
            self.line += reader.line_num - 1


def _ended(line: str) -> str:
    return line + "\n"
