"""The query language: one SELECT read into a value. What it may name is checked against kinds.py; running it is select.py's."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sandbox.quickbooks.faults import BAD_QUERY, PARSE_ERROR, Refusal

PAGE_DEFAULT = 100
PAGE_MAX = 1000
OPERATORS = frozenset({"=", "<", ">", "<=", ">=", "IN", "LIKE"})
_TOKEN = re.compile(
    r"""\s*(?:
    (?P<string>'(?:\\.|[^'\\])*')
    |(?P<op><=|>=|!=|=|<|>)
    |(?P<mark>[(),*])
    |(?P<number>-?\d+(?:\.\d+)?(?![\w.]))
    |(?P<word>[A-Za-z_][\w.]*)
    )""",
    re.VERBOSE,
)


@dataclass(frozen=True)
class Condition:
    """`values` has one member but for IN. A string stays as it was between its quotes."""

    field: str
    operator: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Query:
    kind: str  # as written
    fields: tuple[str, ...] = ()  # empty: all
    count: bool = False
    where: tuple[Condition, ...] = ()
    order: tuple[tuple[str, bool], ...] = ()  # field, descending
    start: int = 1
    limit: int = PAGE_DEFAULT


@dataclass(frozen=True)
class _Token:
    shape: str
    text: str
    at: int


def parse(statement: str) -> Query:
    """Refusal 4000 for what is no statement, 4001 for a page out of range."""
    reader = _Reader(_tokens(statement), statement)
    reader.word("SELECT")
    fields, count = _selection(reader)
    reader.word("FROM")
    kind = reader.take("word").text
    where = _where(reader) if reader.accept("WHERE") else ()
    order = _order(reader) if reader.accept("ORDERBY") or reader.accept("ORDER", "BY") else ()
    start = _page(reader, "STARTPOSITION", 1, None)
    limit = _page(reader, "MAXRESULTS", PAGE_DEFAULT, PAGE_MAX)
    reader.end()
    return Query(kind, fields, count, where, order, start, limit)


def _tokens(statement: str) -> list[_Token]:
    tokens = []
    at, text = 0, statement.rstrip().rstrip(";")
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            raise _unread(text[at:].strip()[:1] or "<EOF>", at)
        shape = str(found.lastgroup)
        tokens.append(_Token(shape, found.group(shape), found.start(shape)))
        at = found.end()
    return tokens


def _unread(text: str, at: int) -> Refusal:
    return Refusal(PARSE_ERROR, f'QueryParserError: Encountered "{text}" at line 1, column {at + 1}.')


class _Reader:
    def __init__(self, tokens: list[_Token], statement: str) -> None:
        self._tokens = tokens
        self._at = 0
        self._length = len(statement)

    def peek(self) -> _Token | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def take(self, *shapes: str) -> _Token:
        token = self.peek()
        if token is None:
            raise _unread("<EOF>", self._length)
        if token.shape not in shapes:
            raise _unread(token.text, token.at)
        self._at += 1
        return token

    def accept(self, *words: str) -> bool:
        """Take these words in a row if they come next, and say whether they did."""
        ahead = self._tokens[self._at : self._at + len(words)]
        if [token.text.upper() for token in ahead] != list(words) or any(token.shape == "string" for token in ahead):
            return False
        self._at += len(words)
        return True

    def word(self, word: str) -> None:
        if not self.accept(word):
            token = self.peek()
            raise _unread(token.text if token else "<EOF>", token.at if token else self._length)

    def end(self) -> None:
        token = self.peek()
        if token is not None:
            raise _unread(token.text, token.at)


def _selection(reader: _Reader) -> tuple[tuple[str, ...], bool]:
    if reader.accept("*"):
        return (), False
    if reader.accept("COUNT", "(", "*", ")"):
        return (), True
    fields = [reader.take("word").text]
    while reader.accept(","):
        fields.append(reader.take("word").text)
    return tuple(fields), False


def _where(reader: _Reader) -> tuple[Condition, ...]:
    found = [_condition(reader)]
    while reader.accept("AND"):
        found.append(_condition(reader))
    return tuple(found)


def _condition(reader: _Reader) -> Condition:
    bracketed = reader.accept("(")
    field = reader.take("word").text
    operator = reader.take("op", "word")
    name = operator.text.upper()
    if name not in OPERATORS:
        raise _unread(operator.text, operator.at)
    values = _members(reader) if name == "IN" else (_value(reader),)
    if bracketed:
        reader.word(")")
    return Condition(field, name, values)


def _members(reader: _Reader) -> tuple[str, ...]:
    reader.word("(")
    members = [_value(reader)]
    while reader.accept(","):
        members.append(_value(reader))
    reader.word(")")
    return tuple(members)


def _value(reader: _Reader) -> str:
    token = reader.take("string", "number", "word")
    if token.shape == "string":
        return re.sub(r"\\(.)", r"\1", token.text[1:-1])
    if token.shape == "word" and token.text.lower() not in {"true", "false"}:
        raise _unread(token.text, token.at)
    return token.text


def _order(reader: _Reader) -> tuple[tuple[str, bool], ...]:
    found = [_order_field(reader)]
    while reader.accept(","):
        found.append(_order_field(reader))
    return tuple(found)


def _order_field(reader: _Reader) -> tuple[str, bool]:
    field = reader.take("word").text
    descending = reader.accept("DESC")
    if not descending:
        reader.accept("ASC")
    return field, descending


def _page(reader: _Reader, word: str, default: int, most: int | None) -> int:
    if not reader.accept(word):
        return default
    token = reader.take("number")
    if "." in token.text:
        raise _unread(token.text, token.at)
    value = int(token.text)
    if value < 1:
        raise Refusal(BAD_QUERY, f"QueryValidationError: value {value} is too small. Min allowed value is 1")
    if most is not None and value > most:
        raise Refusal(BAD_QUERY, f"QueryValidationError: value {value} is too large. Max allowed value is {most}")
    return value
