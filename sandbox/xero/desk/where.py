"""The `where` and `order` of a list call: comparisons joined by AND and OR over a record's own fields."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sandbox.xero.desk.books import Books
from sandbox.xero.desk.faults import bad_query
from sandbox.xero.desk.kinds import Kind
from sandbox.xero.desk.wire import Record, from_ms, parse_day

Test = Callable[[Record], bool]
_DAYS = frozenset({"Date", "DueDate", "FullyPaidOnDate"})
_STAMPS = frozenset({"UpdatedDateUTC", "CreatedDateUTC"})
_PLACES = {
    "Contact.ContactID": "ContactID",
    "Invoice.InvoiceID": "TargetID",
    "Account.AccountID": "AccountID",
    "BankAccount.AccountID": "BankAccountID",
}
_TOKEN = re.compile(
    r"""\s*(?:(?P<join>&&|\|\||AND\b|OR\b)|(?P<op>==|!=|>=|<=|>|<|=)|(?P<bracket>[()])
    |(?P<when>DateTime(?:\.Parse)?\s*\([^)]*\))|(?P<guid>Guid\s*\(\s*"[^"]*"\s*\))
    |(?P<text>"(?:[^"\\]|\\.)*")|(?P<number>-?\d+(?:\.\d+)?)
    |(?P<call>[A-Za-z]+(?:\.[A-Za-z]+)*\.(?:Contains|StartsWith|EndsWith)\(\s*"[^"]*"\s*\))
    |(?P<word>[A-Za-z]+(?:\.[A-Za-z]+)*))""",
    re.VERBOSE | re.IGNORECASE,
)
_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "=": operator.eq,
    "!=": operator.ne,
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
}
_CALL = re.compile(r'(?P<path>.+)\.(?P<name>Contains|StartsWith|EndsWith)\(\s*"(?P<text>[^"]*)"\s*\)', re.IGNORECASE)
_WORDS: dict[str, object] = {"true": True, "false": False, "null": None}


def reader(books: Books, kind: Kind, path: str) -> Callable[[Record], Any]:
    """Gives a field of a record by the path that a caller uses; Refusal 400 for a field that the kind has not."""
    if path not in kind.fields:
        raise bad_query(f"No property or field '{path}' exists in type '{kind.name.rstrip('s')}'")
    if path == "Contact.Name":
        return lambda record: (books.get("Contacts", record.get("ContactID", "")) or {}).get("Name")
    if path in _DAYS:
        return lambda record: _midnight(record.get(path))
    if path in _STAMPS:
        return lambda record: from_ms(record[path])
    place = _PLACES.get(path, path)
    return lambda record: record.get(place)


def parse_where(books: Books, kind: Kind, text: str) -> Test:
    """Refusal 400 says what could not be read."""
    return _Parser(books, kind, text).whole()


def sorted_ids(books: Books, kind: Kind, ids: list[str], order: str) -> list[str]:
    """Ids by `order` ("Date DESC, InvoiceNumber"); ties keep their place."""
    rows = list(ids)
    for part in reversed(order.split(",")):
        path, _, direction = part.strip().partition(" ")
        word = direction.strip().upper() or "ASC"
        if word not in {"ASC", "DESC"}:
            raise bad_query(f"'{part.strip()}' is no order")
        read = reader(books, kind, path)
        held = {key: read(books.need(kind.name, key)) for key in rows}
        rows.sort(key=lambda key, held=held: (held[key] is not None, held[key]), reverse=word == "DESC")  # type: ignore[misc]
    return rows


class _Parser:
    def __init__(self, books: Books, kind: Kind, text: str) -> None:
        self._books = books
        self._kind = kind
        self._tokens = _tokens(text)
        self._place = 0

    def whole(self) -> Test:
        test = self._either()
        if self._place < len(self._tokens):
            raise bad_query(f"Syntax error at '{self._tokens[self._place][1]}'")
        return test

    def _either(self) -> Test:
        tests = [self._both()]
        while self._join("||", "or"):
            tests.append(self._both())
        return tests[0] if len(tests) == 1 else lambda record: any(test(record) for test in tests)

    def _both(self) -> Test:
        tests = [self._one()]
        while self._join("&&", "and"):
            tests.append(self._one())
        return tests[0] if len(tests) == 1 else lambda record: all(test(record) for test in tests)

    def _one(self) -> Test:
        name, text = self._next()
        if (name, text) == ("bracket", "("):
            test = self._either()
            if self._next() != ("bracket", ")"):
                raise bad_query("')' expected")
            return test
        if name == "call":
            return self._call(text)
        if name != "word":
            raise bad_query(f"Syntax error at '{text}'")
        read = reader(self._books, self._kind, text)
        if self._place >= len(self._tokens) or self._tokens[self._place][0] != "op":
            return lambda record: bool(read(record))
        compare = _OPERATORS[self._next()[1]]
        wanted = _literal(*self._next())
        return lambda record: _holds(compare, read(record), wanted)

    def _call(self, text: str) -> Test:
        found = _CALL.fullmatch(text)
        if found is None:
            raise bad_query(f"Syntax error at '{text}'")
        read = reader(self._books, self._kind, found["path"])
        wanted, name = found["text"].lower(), found["name"].lower()
        looks = {"contains": str.__contains__, "startswith": str.startswith, "endswith": str.endswith}
        look: Callable[[str, str], bool] = looks[name]
        return lambda record: look(str(read(record) or "").lower(), wanted)

    def _join(self, *words: str) -> bool:
        if self._place < len(self._tokens):
            name, text = self._tokens[self._place]
            if name == "join" and text.lower() in words:
                self._place += 1
                return True
        return False

    def _next(self) -> tuple[str, str]:
        if self._place >= len(self._tokens):
            raise bad_query("Expression expected")
        self._place += 1
        return self._tokens[self._place - 1]


def _tokens(text: str) -> list[tuple[str, str]]:
    found, place = [], 0
    while text[place:].strip():
        match = _TOKEN.match(text, place)
        if match is None or match.lastgroup is None:
            raise bad_query(f"Syntax error at '{text[place:].strip()}'")
        found.append((match.lastgroup, match[match.lastgroup]))
        place = match.end()
    return found


def _literal(name: str, text: str) -> object:
    if name == "text":
        return text[1:-1].replace('\\"', '"')
    if name == "number":
        return Decimal(text)
    if name == "guid":
        return text.split('"')[1].lower()
    if name == "word" and text.lower() in _WORDS:
        return _WORDS[text.lower()]
    if name == "when":
        return _moment(text)
    raise bad_query(f"Syntax error at '{text}'")


def _moment(text: str) -> datetime:
    inner = text[text.index("(") + 1 : -1].strip()
    try:
        if "parse" in text.lower():
            moment = datetime.fromisoformat(inner.strip('"'))
            return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        parts = [int(part) for part in inner.split(",")]
        year, month, day, *rest = parts
        hour, minute, second = (*rest, 0, 0, 0)[:3]
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError as error:
        raise bad_query(f"'{text}' is no time") from error


def _midnight(day: object) -> datetime | None:
    return datetime.fromisoformat(parse_day(day)).replace(tzinfo=UTC) if day else None


def _holds(compare: Callable[[Any, Any], bool], held: object, wanted: object) -> bool:
    if held is None or wanted is None:
        return compare(held, wanted) if compare in {operator.eq, operator.ne} else False
    try:
        return compare(held, wanted)
    except TypeError:
        raise bad_query("Operator is incompatible with operand types") from None
