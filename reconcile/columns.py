"""Some rows of a table, read by whole columns, which takes a third of the time of reading cell by cell.

A cell that cannot be used is refused; of several rows nobody can say which one it was, so they are then read one by one.
"""

import datetime as dt
import re
from collections.abc import Collection, Sequence
from decimal import Decimal
from sys import intern

from ledger.currency import EXPONENTS

_AMOUNT = re.compile(r"([+-]?)(\d{1,15})(?:\.(\d{1,15}))?")  # beyond a thousand trillions it is no amount
_RATE = re.compile(r"\d{1,15}(?:\.\d{1,30})?")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_PLAIN = re.compile(r"[0-9]{1,13}\.[0-9]{2}")
_ALL_PLAIN = re.compile(rf"(?:{_PLAIN.pattern};)*{_PLAIN.pattern}")
_CENTS = frozenset(code for code, places in EXPONENTS.items() if places == 2)


class Refused(Exception):
    """A cell cannot be used. `Part.bad` makes the error of it that people see."""

    def __init__(self, column: str, value: str, why: str) -> None:
        """`why` follows the place in a sentence."""
        super().__init__(column, value, why)
        self.column, self.value, self.why = column, value, why


class Days(dict[str, dt.date | None]):
    """Days by how they are written, kept: a file of a million rows has a few hundred. An empty cell is no day."""

    def __missing__(self, value: str) -> dt.date | None:
        """Raises ValueError for what is no ISO 8601 day."""
        if value and not _DATE.fullmatch(value):
            raise ValueError(value)
        found = self[value] = dt.date.fromisoformat(value) if value else None
        return found


class Columns:
    """Each method gives one column, a value for each row, or raises Refused. A missing optional column has empty cells."""

    __slots__ = ("_columns", "_count", "_days", "_places")

    def __init__(self, columns: Sequence[Sequence[str]], places: dict[str, int], days: Days, count: int) -> None:
        """`places`: where each column stands; `count`: how many rows there are."""
        self._columns = columns
        self._places = places
        self._days = days
        self._count = count

    def text(self, column: str) -> list[str]:
        """Cells without surrounding blanks."""
        place = self._places.get(column)
        return [""] * self._count if place is None else list(map(str.strip, self._columns[place]))

    def shared(self, column: str) -> list[str]:
        """The same for a column whose values come again and again: kept once, however many rows have it."""
        return list(map(intern, self.text(column)))

    def required(self, column: str) -> list[str]:
        """Cells that must not be empty."""
        values = self.text(column)
        if "" in values:
            raise Refused(column, "", "a value is required")
        return values

    def new(self, column: str, seen: dict[str, int]) -> list[str]:
        """Cells that were never seen before, nor come twice. `seen`: by cell, its line."""
        values = self.text(column)
        if not seen.keys().isdisjoint(values) or len(set(values)) < len(values):
            value = next((value for value in values if value in seen), values[0])
            raise Refused(column, value, f"already on line {seen.get(value)}")
        return values

    def days(self, column: str) -> list[dt.date | None]:
        """ISO 8601 days or None."""
        try:
            return list(map(self._days.__getitem__, self.text(column)))
        except ValueError:
            raise Refused(column, self.text(column)[0], "not a date such as 2026-03-14") from None

    def all_days(self, column: str) -> list[dt.date]:
        """Days of which none may be missing."""
        found = [day for day in self.days(column) if day is not None]
        if len(found) < self._count:
            raise Refused(column, "", "a value is required")
        return found

    def currencies(self, column: str) -> list[str]:
        """ISO 4217 codes."""
        values = self.text(column)
        for value in set(values):
            if value not in EXPONENTS:
                why = "not an ISO 4217 currency code in capitals" if value else "a value is required"
                raise Refused(column, value, why)
        return list(map(intern, values))

    def amounts(
        self, column: str, currencies: Sequence[str], *, optional: bool = False, signed: bool = False
    ) -> list[int]:
        """Minor units; exact or refused."""
        values = self.text(column)
        if optional and not any(values):
            return [0] * self._count
        joined = ";".join(values)
        if _CENTS.issuperset(currencies) and _ALL_PLAIN.fullmatch(joined):
            return list(map(int, joined.replace(".", "").split(";")))
        plain = _PLAIN.fullmatch
        return [
            int(value[:-3] + value[-2:])  # nearly every amount: plain digits with all their decimals
            if currency in _CENTS and plain(value)
            else 0
            if optional and not value
            else _any_amount(column, value, currency, signed=signed)
            for value, currency in zip(values, currencies, strict=True)
        ]

    def check_decimals(self, column: str) -> None:
        """Refuse what is neither empty nor a plain decimal."""
        for value in self.text(column):
            if value and _AMOUNT.fullmatch(value) is None:
                raise Refused(column, value, "not a plain decimal such as 1234.50")

    def rates(self, column: str) -> list[Decimal]:
        """Positive rates."""
        values = self.text(column)
        found = [Decimal(value) if _RATE.fullmatch(value) else Decimal() for value in values]
        if not all(found):
            raise Refused(column, values[0], "not a positive decimal rate")
        return found

    def choices(self, column: str, allowed: Collection[str], default: str) -> list[str]:
        """Some of a few words; an empty cell is the default."""
        values = [value or default for value in self.text(column)]
        for value in set(values):
            if value not in allowed:
                raise Refused(column, value, f"not one of {', '.join(allowed)}")
        return list(map(intern, values))


def _any_amount(column: str, value: str, currency: str, *, signed: bool) -> int:
    match = _AMOUNT.fullmatch(value)
    if match is None:
        raise Refused(column, value, "not a plain decimal such as 1234.50" if value else "a value is required")
    sign, whole, part = match[1], match[2], match[3] or ""
    places = EXPONENTS[currency]
    if len(part) > places:
        if part[places:].strip("0"):
            raise Refused(column, value, f"finer than the minor unit of {currency} ({places} decimals)")
        part = part[:places]
    minor = int(whole + part.ljust(places, "0"))
    if sign == "-":
        minor = -minor
    if minor < 0 and not signed:
        raise Refused(column, value, "must be zero or more")
    return minor
