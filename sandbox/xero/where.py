"""The `where` parameter: comparisons of fields, joined with AND and OR, as a test of a record."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sandbox.xero.faults import bad_query
from sandbox.xero.wire import Record, read_instant

Test = Callable[[Record], bool]
_TOKEN = re.compile(
    r"""\s*(?:
      (?P<text>"(?:[^"\\]|\\.)*")
    | (?P<number>-?\d+(?:\.\d+)?)
    | (?P<op>==|!=|<>|>=|<=|>|<|&&|\|\||=|\(|\)|,|\.)
    | (?P<word>[A-Za-z_][A-Za-z0-9_]*)
    )""",
    re.VERBOSE,
)
_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "==": lambda left, right: bool(left == right),
    "=": lambda left, right: bool(left == right),
    "!=": lambda left, right: bool(left != right),
    "<>": lambda left, right: bool(left != right),
    ">=": lambda left, right: bool(left >= right),
    "<=": lambda left, right: bool(left <= right),
    ">": lambda left, right: bool(left > right),
    "<": lambda left, right: bool(left < right),
}
_EQUALITIES = frozenset({"==", "=", "!=", "<>"})
_METHODS: dict[str, Callable[[str, str], bool]] = {
    "contains": lambda held, wanted: wanted in held,
    "startswith": lambda held, wanted: held.startswith(wanted),
    "endswith": lambda held, wanted: held.endswith(wanted),
}
_WORDS = {"true": True, "false": False, "null": None}


def parse_where(text: str) -> Test:
    """Refusal 400 (QueryParseException) for what is no filter."""
    parser = _Parser(_tokens(text), text)
    test = parser.either()
    parser.end()
    return test


def field_value(record: Record, path: tuple[str, ...]) -> Any:
    """A field by its path, dates as instants; None where it is not there."""
    value: Any = record
    for name in path:
        if not isinstance(value, dict):
            return None
        value = value.get(name)
    if isinstance(value, str):
        return read_instant(value) if value.startswith("/Date(") else value
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _tokens(text: str) -> list[tuple[str, str]]:
    found, place = [], 0
    text = text.rstrip()
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None or match.lastgroup is None:
            raise bad_query(f"Syntax error at index {place} of the where clause")
        found.append((match.lastgroup, match[match.lastgroup]))
        place = match.end()
    return found


class _Parser:
    def __init__(self, tokens: list[tuple[str, str]], text: str) -> None:
        self._tokens = tokens
        self._text = text
        self._place = 0

    def either(self) -> Test:
        tests = [self._both()]
        while self._take("||", "or"):
            tests.append(self._both())
        return tests[0] if len(tests) == 1 else lambda record: any(test(record) for test in tests)

    def end(self) -> None:
        if self._place < len(self._tokens):
            raise self._wrong()

    def _both(self) -> Test:
        tests = [self._one()]
        while self._take("&&", "and"):
            tests.append(self._one())
        return tests[0] if len(tests) == 1 else lambda record: all(test(record) for test in tests)

    def _one(self) -> Test:
        if self._take("("):
            inner = self.either()
            self._need(")")
            return inner
        path = self._path()
        if path[-1].lower() in _METHODS and self._take("("):
            return self._method(path)
        operator = self._next()
        if operator[0] != "op" or operator[1] not in _COMPARISONS:
            raise self._wrong()
        return _comparison(path, operator[1], self._value())

    def _method(self, path: tuple[str, ...]) -> Test:
        wanted = self._value()
        self._need(")")
        if self._take("==", "="):
            self._need("true")
        method, field = _METHODS[path[-1].lower()], path[:-1]
        return lambda record: method(str(field_value(record, field) or ""), str(wanted))

    def _path(self) -> tuple[str, ...]:
        names = [self._name()]
        while self._take("."):
            names.append(self._name())
        if names[-1] in {"Value", "Date"} and len(names) > 1 and names[-2].endswith("Date"):
            names.pop()  # DueDate.Value is DueDate
        return tuple(names)

    def _name(self) -> str:
        group, value = self._next()
        if group != "word":
            raise self._wrong()
        return value

    def _value(self) -> Any:
        group, value = self._next()
        if group == "text":
            return value[1:-1].replace('\\"', '"')
        if group == "number":
            return Decimal(value)
        lower = value.lower()
        if group == "word" and lower in _WORDS:
            return _WORDS[lower]
        if group == "word" and lower in {"guid", "datetime"}:
            return self._made(lower)
        raise self._wrong()

    def _made(self, word: str) -> Any:
        """Guid("...") or DateTime(2026,01,31[,h,m,s])."""
        self._need("(")
        values = [self._value()]
        while self._take(","):
            values.append(self._value())
        self._need(")")
        if word == "guid":
            return str(values[0]).lower()
        try:
            year, month, day, hour, minute, second = [*map(int, values), 0, 0, 0][:6]
            return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
        except (TypeError, ValueError):
            raise self._wrong() from None

    def _take(self, *wanted: str) -> bool:
        if self._place < len(self._tokens) and self._tokens[self._place][1].lower() in wanted:
            self._place += 1
            return True
        return False

    def _need(self, wanted: str) -> None:
        if not self._take(wanted):
            raise self._wrong()

    def _next(self) -> tuple[str, str]:
        if self._place >= len(self._tokens):
            raise self._wrong()
        self._place += 1
        return self._tokens[self._place - 1]

    def _wrong(self) -> Exception:
        return bad_query(f"The where clause cannot be read near its part {self._place}: {self._text}")


def _comparison(path: tuple[str, ...], operator: str, wanted: Any) -> Test:
    compare = _COMPARISONS[operator]

    def test(record: Record) -> bool:
        held = field_value(record, path)
        if operator not in _EQUALITIES and (held is None or wanted is None):
            return False
        try:
            return compare(held, wanted)
        except TypeError:
            raise bad_query(f"{'.'.join(path)} cannot be compared with {wanted!r}") from None

    return test
