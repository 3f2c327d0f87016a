"""Runs a query over one company's books and gives the ids of a page, in order."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from sandbox.quickbooks.books import Books
from sandbox.quickbooks.faults import BAD_QUERY, Refusal
from sandbox.quickbooks.kinds import BY_PATH, Kind
from sandbox.quickbooks.query import Condition, Query
from sandbox.quickbooks.shelf import id_key
from sandbox.quickbooks.wire import Record, encode, number, parse_time

UPDATED = "MetaData.LastUpdatedTime"
_TIMES = frozenset({"MetaData.CreateTime", UPDATED})
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda left, right: left == right,
    "<": lambda left, right: left < right,
    ">": lambda left, right: left > right,
    "<=": lambda left, right: left <= right,
    ">=": lambda left, right: left >= right,
}
Test = Callable[[Record], bool]


def select(books: Books, query: Query) -> bytes:
    """The QueryResponse. The entity's key is missing where no row fits. Refusal 4001 for what cannot be asked."""
    kind = _kind(query)
    with books.lock:
        found = _matching(books, kind, query)
        if query.count:
            return encode({"totalCount": len(found)})
        page = found[query.start - 1 : query.start - 1 + query.limit]
        rows = [_row(books, kind, record_id, query.fields) for record_id in page]
    if not rows:
        return b"{}"
    return (
        b'{"' + kind.name.encode() + b'":[' + b",".join(rows) + b"],"
        b'"startPosition":%d,"maxResults":%d}' % (query.start, len(rows))
    )


def _kind(query: Query) -> Kind:
    kind = BY_PATH.get(query.kind.lower())
    if kind is None:
        raise Refusal(BAD_QUERY, f"QueryValidationError: entity {query.kind} is not known")
    for field in [condition.field for condition in query.where] + [field for field, _ in query.order]:
        if field not in kind.filterable:
            raise Refusal(BAD_QUERY, f"QueryValidationError: property '{field}' is not queryable")
    return kind


def _matching(books: Books, kind: Kind, query: Query) -> list[str]:
    shelf = books.shelves[kind.name]
    timed = [condition for condition in query.where if condition.field == UPDATED and condition.operator != "LIKE"]
    by_time = query.order[:1] == ((UPDATED, False),) and len(query.order) == 1
    if timed or by_time:
        low, high = _bounds(books, timed)
        ids = shelf.since(low, high)
        if not by_time:
            ids.sort(key=id_key)
    else:
        ids = shelf.by_id()
    tests = _tests(books, kind, [condition for condition in query.where if condition not in timed])
    if tests:
        ids = [one for one in ids if _fits(books.seen(kind.name, books.need(kind.name, one)), tests)]
    if query.order and not by_time:
        for field, descending in reversed(query.order):
            ids.sort(key=lambda one, name=field: _sort_key(books, kind, one, name), reverse=descending)  # type: ignore[misc]
    return ids


def _fits(record: Record, tests: list[Test]) -> bool:
    return all(test(record) for test in tests)


def _tests(books: Books, kind: Kind, conditions: list[Condition]) -> list[Test]:
    tests = [_test(books, condition) for condition in conditions]
    if kind.listed and not any(condition.field == "Active" for condition in conditions):
        tests.append(lambda record: record.get("Active") is not False)
    return tests


def _test(books: Books, condition: Condition) -> Test:
    field, operator = condition.field, condition.operator
    if operator == "LIKE":
        pattern = re.compile(
            ".*".join(re.escape(part) for part in condition.values[0].split("%")), re.IGNORECASE | re.DOTALL
        )
        return lambda record: pattern.fullmatch(str(_value(record, field) or "")) is not None
    wanted = [_typed(books, field, value) for value in condition.values]
    if operator == "IN":
        return lambda record: any(_holds(books, record, field, one, "=") for one in wanted)
    return lambda record: _holds(books, record, field, wanted[0], operator)


def _typed(books: Books, field: str, text: str) -> tuple[str, Any]:
    """The text of the query, with the form that it takes against a number or a time."""
    if field in _TIMES:
        try:
            return text, parse_time(text, books.zone)
        except ValueError:
            raise Refusal(BAD_QUERY, f"QueryValidationError: '{text}' is no date or time") from None
    try:
        return text, number(text)
    except ValueError:
        return text, None


def _holds(books: Books, record: Record, field: str, wanted: tuple[str, Any], operator: str) -> bool:
    held = _value(record, field)
    text, form = wanted
    if held is None:
        return False
    if field in _TIMES:
        return _COMPARE[operator](parse_time(str(held), books.zone), form)
    if field == "Id":
        return _COMPARE[operator](id_key(str(held)), id_key(text))
    if isinstance(held, bool):
        return _COMPARE[operator](str(held).lower(), text.lower())
    if isinstance(held, Decimal | int):
        return form is not None and _COMPARE[operator](held, form)
    return _COMPARE[operator](str(held).lower(), text.lower())


def _value(record: Record, field: str) -> Any:
    held: Any = record
    for name in field.split("."):
        held = held.get(name) if isinstance(held, dict) else None
    return held.get("value") if isinstance(held, dict) else held


def _sort_key(books: Books, kind: Kind, record_id: str, field: str) -> tuple[bool, Any]:
    if field == UPDATED:
        return True, books.shelves[kind.name].stamp(record_id)
    if field == "Id":
        return True, id_key(record_id)
    held = _value(books.seen(kind.name, books.need(kind.name, record_id)), field)
    if field in _TIMES and held is not None:
        return True, parse_time(str(held), books.zone)
    return (False, "") if held is None else (True, held.lower() if isinstance(held, str) else held)


def _bounds(books: Books, conditions: list[Condition]) -> tuple[float, float | None]:
    """Update times are whole seconds, so every condition on them is a closed span."""
    low, high = -math.inf, math.inf
    for condition in conditions:
        times = [_typed(books, UPDATED, value)[1] for value in condition.values]
        if condition.operator == "IN" and len(times) > 1:
            raise Refusal(BAD_QUERY, f"QueryValidationError: IN with several values is not for {UPDATED}")
        at = times[0]
        if condition.operator in {">", ">=", "=", "IN"}:
            low = max(low, math.floor(at) + 1 if condition.operator == ">" else math.ceil(at))
        if condition.operator in {"<", "<=", "=", "IN"}:
            high = min(high, math.ceil(at) - 1 if condition.operator == "<" else math.floor(at))
    return low, None if high == math.inf else high


def _row(books: Books, kind: Kind, record_id: str, fields: tuple[str, ...]) -> bytes:
    if not fields:
        return books.raw(kind.name, record_id)
    record = books.seen(kind.name, books.need(kind.name, record_id))
    tops = {field.split(".")[0] for field in fields} | {"Id", "domain", "sparse"}
    return encode({name: value for name, value in record.items() if name in tops})
