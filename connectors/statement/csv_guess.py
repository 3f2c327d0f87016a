"""Guessing how a CSV reads: its delimiter, header, columns, order of days and decimal sign, with what is in doubt."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from connectors.statement.header_words import role_of
from connectors.statement.layout import Guess, Layout
from ledger.faults import BadInput

DELIMITERS = (";", ",", "\t", "|")
HEADER_WITHIN = 40  # banks write up to a page above the header
SAMPLE_ROWS = 400
SHOWN_ROWS = 8
CELL_MAX = 100_000
_DAY = re.compile(r"\A(\d{1,4})([./\- ]?)(\d{1,2})\2(\d{1,4})(?:[T ].*)?\Z")
_CLOCK = re.compile(r"[T ]\d{1,2}:\d{2}.*\Z")
_MONTH_DAY = re.compile(r"\A\d{1,2}[ \-](?:[A-Za-z]{3,9})[ \-,]+\d{2,4}\Z")
_FIGURE = re.compile(
    r"\A[(]?[+\-\u2212]?\s?(?:[A-Z]{3}|[$\u20ac\u00a3])?\s?[+\-\u2212]?\d[\d.,'\u2019\u00a0\u202f ]*(?:[+\-]|CR|DR)?[)]?\Z"
)
_SIDES = frozenset(
    {"c", "d", "cr", "dr", "credit", "debit", "af", "bij", "s", "h", "soll", "haben", "in", "out", "+", "-"}
)

Rows = Sequence[Sequence[str]]


def rows_of(text: str, delimiter: str, name: str) -> list[list[str]]:
    """Every row with its cells; a row's place in the list is its record in the file, counted from 0."""
    csv.field_size_limit(CELL_MAX)
    try:
        return list(csv.reader(io.StringIO(text.lstrip("\ufeff"), newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise BadInput(f"{name} cannot be read as CSV ({error}); save it again as CSV in UTF-8.") from None


def guess(text: str, name: str, country: str | None = None) -> Guess:
    """`country`: of the entity, which decides whether 03/04 is March or April where the file does not."""
    sample = "\n".join(text.splitlines()[: SAMPLE_ROWS + HEADER_WITHIN])
    delimiter = _delimiter(sample, name)
    rows = rows_of(sample, delimiter, name)
    at = _header(rows)
    heading = tuple(cell.strip() for cell in rows[at]) if at is not None else ()
    first = 0 if at is None else at + 1
    width = len(heading) or max((len(row) for row in rows), default=0)
    lines = [row for row in rows[first:] if len(row) >= min(width, 2) and any(cell.strip() for cell in row)]
    lines = [row for row in lines if len(row) >= width - 2]
    if not lines:
        raise BadInput(f"{name}: there is no line below the header; download the statement for a period with bookings.")
    doubts: list[str] = []
    columns = _columns(heading, lines, width, doubts)
    layout = Layout(
        delimiter=delimiter,
        heading=heading or tuple(f"Column {number}" for number in range(1, width + 1)),
        columns=columns,
        first_row=first,
        date_order=_date_order(_cells(lines, columns, ("booked_on", "value_on")), country, doubts),
        decimal=_decimal(_cells(lines, columns, ("amount", "credit", "debit", "balance"))),
    )
    return Guess(layout=layout, doubts=tuple(doubts), rows=tuple(tuple(row) for row in lines[:SHOWN_ROWS]))


def _delimiter(sample: str, name: str) -> str:
    """The one by which most rows have the same number of cells, more than one."""
    best, most = "", 0
    for delimiter in DELIMITERS:
        widths = Counter(len(row) for row in rows_of(sample, delimiter, name) if any(cell.strip() for cell in row))
        width, times = max(widths.items(), key=lambda item: (item[1] if item[0] > 1 else 0, item[0]), default=(0, 0))
        if width > 1 and times * (width - 1) > most:
            best, most = delimiter, times * (width - 1)
    if not best:
        raise BadInput(
            f"{name} is no statement that is known here; download it as CAMT.053, MT940, OFX, BAI2, or CSV with a header."
        )
    return best


def _header(rows: Rows) -> int | None:
    """The row of the first ones that names the most columns; a row of data names none."""
    best, most = None, 1
    for at, row in enumerate(rows[:HEADER_WITHIN]):
        named = len({role for cell in row if (role := role_of(cell))})
        if named > most and not any(_is_figure(cell) and any(sign.isdigit() for sign in cell) for cell in row):
            best, most = at, named
    return _unnamed_header(rows) if best is None else best


def _unnamed_header(rows: Rows) -> int | None:
    """A header in words that are not known: texts without a digit above a row with a day, as wide as it."""
    for at, (row, after) in enumerate(pairwise(rows[:HEADER_WITHIN])):
        words = len(row) > 1 and all(row) and not any(sign.isdigit() for cell in row for sign in cell)
        if words and len(after) == len(row) and any(is_day(cell.strip()) for cell in after):
            return at
    return None


def _columns(heading: Sequence[str], lines: Rows, width: int, doubts: list[str]) -> tuple[str, ...]:
    columns = [role_of(cell) for cell in heading] if heading else [""] * width
    for role in {role for role in columns if role and role != "text"}:
        places = [at for at, own in enumerate(columns) if own == role]
        fit = [at for at in places if _fits(role, _column(lines, at))]
        for at in places:
            if at != (fit or places)[0]:
                columns[at] = "text" if role in {"counterparty", "reference"} else ""
    for at, role in enumerate(columns):
        if role and not _fits(role, _column(lines, at)):
            columns[at] = "text" if role in {"value_on", "bank_reference"} else ""
    _by_content(columns, lines, doubts)
    if "amount" in columns and {"credit", "debit"} <= set(columns):
        columns[columns.index("amount")] = ""  # money in and money out say it twice
    if "side" not in columns and "amount" not in columns and not {"credit", "debit"} & set(columns):
        doubts.append("Which column is the amount could not be told.")
    return tuple(columns)


def _fits(role: str, cells: list[str]) -> bool:
    """Whether what stands in a column can be what its header says."""
    told = [cell for cell in cells if cell]
    if not told:
        return role not in {"booked_on", "amount"}
    if role in {"booked_on", "value_on"}:
        return _share(told, is_day) >= 0.8
    if role in {"amount", "credit", "debit", "balance"}:
        return _share(told, _is_figure) >= 0.8
    if role == "side":
        return _share(told, lambda cell: cell.lower() in _SIDES) >= 0.8
    if role == "currency":
        return _share(told, lambda cell: len(cell) == 3 and cell.isalpha()) >= 0.8
    return True


def _by_content(columns: list[str], lines: Rows, doubts: list[str]) -> None:
    """What no header named: the first column of days, the first of figures, the widest texts."""
    free = [at for at, role in enumerate(columns) if not role]
    if "booked_on" not in columns:
        days = [at for at in free if _share([cell for cell in _column(lines, at) if cell], is_day) >= 0.8]
        if days:
            columns[days[0]] = "booked_on"
            doubts.append(f"Column {days[0] + 1} holds days and is taken for the booking date.")
    if "amount" not in columns and not {"credit", "debit"} & set(columns):
        figures = [at for at in free if not columns[at] and _is_amounts(_column(lines, at))]
        if figures:
            columns[figures[0]] = "amount"
            doubts.append(f"Column {figures[0] + 1} holds figures and is taken for the amount.")
    if "text" not in columns and "counterparty" not in columns:
        widest = max((at for at in free if not columns[at]), key=lambda at: _width(_column(lines, at)), default=None)
        if widest is not None and _width(_column(lines, widest)):
            columns[widest] = "text"
            doubts.append(f"Column {widest + 1} is taken for the text.")


def _is_amounts(cells: list[str]) -> bool:
    told = [cell for cell in cells if cell]
    return _share(told, _is_figure) >= 0.8 and any(sign in cell for cell in told for sign in ".,")


def _width(cells: list[str]) -> int:
    return sum(len(cell) for cell in cells if not _is_figure(cell))


def _column(lines: Rows, at: int) -> list[str]:
    return [row[at].strip() if at < len(row) else "" for row in lines]


def _cells(lines: Rows, columns: Sequence[str], roles: tuple[str, ...]) -> list[str]:
    return [cell for at, role in enumerate(columns) if role in roles for cell in _column(lines, at) if cell]


def _share(cells: Sequence[str], holds: object) -> float:
    assert callable(holds)
    return sum(1 for cell in cells if holds(cell)) / len(cells) if cells else 0.0


def without_clock(cell: str) -> str:
    return _CLOCK.sub("", cell.strip())


def is_day(cell: str) -> bool:
    told = without_clock(cell)
    if _MONTH_DAY.match(told) is not None:
        return True
    return _DAY.match(told) is not None and sum(sign.isdigit() for sign in told) >= 6


def _is_figure(cell: str) -> bool:
    return _FIGURE.match(cell) is not None


def _date_order(days: Sequence[str], country: str | None, doubts: list[str]) -> str:
    """Four digits in front are a year; a number above 12 is a day; else the entity's country, and it is said."""
    parts = [found.groups() for cell in days if (found := _DAY.match(without_clock(cell)))]
    if not parts or any(len(first) == 4 for first, *_ in parts) or _all_run(parts):
        return "ymd" if parts else "dmy"
    if any(int(first) > 12 for first, *_ in parts):
        return "dmy"
    if any(int(second) > 12 for _, _, second, _ in parts):
        return "mdy"
    if any(mark == "." for _, mark, _, _ in parts):
        return "dmy"
    order = "mdy" if country in {"US", "USA"} else "dmy"
    first = "month" if order == "mdy" else "day"
    doubts.append(f"Every date could be read in two ways; the {first} is taken to stand first.")
    return order


def _all_run(parts: Sequence[Sequence[str]]) -> bool:
    """20260314, with no mark between."""
    return all(not mark for _, mark, *_ in parts) and all(len(f"{a}{b}{c}") == 8 for a, _, b, c in parts)


def _decimal(figures: Sequence[str]) -> str:
    """The last mark of a figure that two digits follow; a mark that comes twice only groups."""
    votes: Counter[str] = Counter()
    for cell in figures:
        digits = re.sub(r"[^\d.,]", "", cell)
        last = max(digits.rfind("."), digits.rfind(","))
        if last < 0 or digits.count(digits[last]) > 1:
            if last >= 0:
                votes[{".": ",", ",": "."}[digits[last]]] += 1
            continue
        behind = len(digits) - last - 1
        votes[digits[last]] += 3 if behind != 3 or len(set(re.sub(r"\d", "", digits))) > 1 else 0
    return max(votes, key=lambda mark: votes[mark]) if votes else "."
