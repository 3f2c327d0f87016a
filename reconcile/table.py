"""A CSV file read strictly: what is wrong is named by file, line, column and value, and nothing is guessed."""

import csv
import datetime as dt
import io
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from sys import intern

from ledger.currency import EXPONENTS
from ledger.faults import BadInput

_AMOUNT = re.compile(r"([+-]?)(\d{1,15})(?:\.(\d{1,15}))?")  # beyond a thousand trillions it is no amount
_RATE = re.compile(r"\d{1,15}(?:\.\d{1,30})?")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_PLAIN_MAX = 15
_CELL_MAX = 1_000_000
_SHOWN_MAX = 80


class BadRow(BadInput):
    """A file cannot be used; the message says where and why."""

    def __init__(self, file: str, line: int, column: str, value: str, why: str) -> None:
        """Line 1 is the header."""
        shown = value if len(value) <= _SHOWN_MAX else f"{value[:_SHOWN_MAX]}..."
        super().__init__(f"{file}, line {line}, column {column}: {why} (value: {shown!r}). Nothing was written.")
        self.file, self.line, self.column, self.value = file, line, column, value


class Row:
    """One line, read by column name. A missing optional column reads as empty."""

    __slots__ = ("cells", "line", "table")

    def __init__(self, table: "Table", line: int, cells: list[str]) -> None:
        """`cells` in the order of the header, without surrounding blanks, and an empty one for columns that are not there."""
        self.table = table
        self.line = line
        self.cells = cells

    def text(self, column: str) -> str:
        """The cell without surrounding blanks."""
        return self.cells[self.table.places[column]]

    def shared(self, column: str) -> str:
        """The same for a column whose values come again and again: kept once, however many rows have it."""
        return intern(self.cells[self.table.places[column]])

    def required(self, column: str) -> str:
        """The cell, which must not be empty."""
        value = self.cells[self.table.places[column]]
        if not value:
            raise self.bad(column, value, "a value is required")
        return value

    def date(self, column: str) -> dt.date | None:
        """An ISO 8601 date or None."""
        value = self.cells[self.table.places[column]]
        if not value:
            return None
        found = self.table.dates.get(value)
        return found if found is not None else self._new_date(column, value)

    def _new_date(self, column: str, value: str) -> dt.date:
        try:
            if _DATE.fullmatch(value):
                return self.table.dates.setdefault(value, dt.date.fromisoformat(value))
        except ValueError:
            pass
        raise self.bad(column, value, "not a date such as 2026-03-14")

    def currency(self, column: str) -> str:
        """An ISO 4217 code."""
        value = self.cells[self.table.places[column]]
        if value not in EXPONENTS:
            raise self.bad(
                column, value, "not an ISO 4217 currency code in capitals" if value else "a value is required"
            )
        return intern(value)

    def amount(self, column: str, currency: str, *, optional: bool = False, signed: bool = False) -> int:
        """Minor units; exact or refused."""
        value = self.cells[self.table.places[column]]
        if not value and optional:
            return 0
        places = EXPONENTS[currency]
        if places and value[-places - 1 : -places] == ".":
            digits = value[: -places - 1] + value[-places:]
            if places < len(digits) <= _PLAIN_MAX and digits.isascii() and digits.isdigit():
                return int(digits)  # nearly every amount: plain digits with all their decimals
        return self._any_amount(column, value, currency, signed=signed)

    def _any_amount(self, column: str, value: str, currency: str, *, signed: bool) -> int:
        match = _AMOUNT.fullmatch(value)
        if match is None:
            raise self.bad(column, value, "not a plain decimal such as 1234.50" if value else "a value is required")
        sign, whole, part = match[1], match[2], match[3] or ""
        places = EXPONENTS[currency]
        if len(part) > places:
            if part[places:].strip("0"):
                raise self.bad(column, value, f"finer than the minor unit of {currency} ({places} decimals)")
            part = part[:places]
        minor = int(whole + part.ljust(places, "0"))
        if sign == "-":
            minor = -minor
        if minor < 0 and not signed:
            raise self.bad(column, value, "must be zero or more")
        return minor

    def check_decimal(self, column: str) -> None:
        """Refuse what is neither empty nor a plain decimal."""
        value = self.text(column)
        if value and _AMOUNT.fullmatch(value) is None:
            raise self.bad(column, value, "not a plain decimal such as 1234.50")

    def rate(self, column: str) -> Decimal:
        """A positive rate."""
        value = self.text(column)
        if not _RATE.fullmatch(value) or not Decimal(value):
            raise self.bad(column, value, "not a positive decimal rate")
        return Decimal(value)

    def choice(self, column: str, allowed: Sequence[str], default: str) -> str:
        """One of a few words."""
        value = self.cells[self.table.places[column]] or default
        if value not in allowed:
            raise self.bad(column, value, f"not one of {', '.join(allowed)}")
        return intern(value)

    def bad(self, column: str, value: str, why: str) -> BadRow:
        """The error for a cell of this row."""
        return BadRow(self.table.file, self.line, column, value, why)


class Table:
    """A file's header, and what its rows have in common."""

    __slots__ = ("dates", "file", "places", "width")

    def __init__(self, file: str, header: Sequence[str], required: Sequence[str]) -> None:
        """Raises BadRow where a required column is missing."""
        self.file = file
        self.width = len(header)
        self.dates: dict[str, dt.date] = {}
        """Days read so far: a file of a million rows has a few hundred."""
        self.places: dict[str, int] = defaultdict(lambda: self.width)
        for place in reversed(range(self.width)):  # backwards, so that the first of two columns of one name counts
            self.places[header[place]] = place
        for column in required:
            if column not in self.places:
                raise BadRow(file, 1, column, ",".join(header), "the header has no such column")


def read_rows(path: Path, required: Sequence[str]) -> Iterator[Row]:
    """Every data row of a UTF-8 CSV file with a header. Raises BadRow where the file is not such a one."""
    csv.field_size_limit(_CELL_MAX)
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
    yield from _rows(str(path), text, required)


def _rows(file: str, text: str, required: Sequence[str]) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        table = Table(file, [cell.strip() for cell in next(reader, [])], required)
        width = table.width
        for cells in reader:
            if len(cells) != width:
                if not cells:
                    continue
                raise BadRow(
                    file, reader.line_num, "-", ",".join(cells), f"{len(cells)} cells where the header has {width}"
                )
            row = list(map(str.strip, cells))
            row.append("")  # where a column that is not there is read
            yield Row(table, reader.line_num, row)
    except csv.Error as fault:
        raise BadRow(file, reader.line_num, "-", "", f"not a CSV row: {fault}") from fault
