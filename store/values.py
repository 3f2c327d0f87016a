"""Values to rows and back, for every pulled noun."""

from __future__ import annotations

import hashlib
import typing
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, TypeVar

import msgspec

from ledger.money import Money
from store.plain import bare, json_of, mixed, shortest, storable, whole_hints
from store.tables.pulled import NOUN_OF

T = TypeVar("T")


def to_row(value: Any) -> dict[str, Any]:
    """The columns of a value (without the block that says whose it is). Amounts of one currency column must agree."""
    noun = NOUN_OF[type(value)]
    row: dict[str, Any] = {column: None for column in noun.currencies.values() if not hasattr(value, column)}
    for name in _field_names(type(value)):
        content = getattr(value, name)
        if name in noun.currencies:
            row[f"{name}_minor"] = None if content is None else content.minor
            if content is not None:
                _put_currency(row, noun.currencies[name], content, name)
        else:
            row[name] = _plain(content)
    return row


def _put_currency(row: dict[str, Any], column: str, amount: Money, name: str) -> None:
    known = row.get(column)
    if known is not None and known != amount.currency:
        raise mixed(name, amount.currency, column, known)
    row[column] = amount.currency


def _plain(content: Any) -> Any:
    if isinstance(content, Enum):
        return content.value
    if isinstance(content, Decimal):
        return shortest(content)
    if isinstance(content, tuple):
        return [json_of(item) for item in content]
    return storable(content) if isinstance(content, str) else content


_NAMES: dict[type[Any], tuple[str, ...]] = {value: tuple(field.name for field in fields(value)) for value in NOUN_OF}


def _field_names(value: type[Any]) -> tuple[str, ...]:
    return _NAMES[value]


def from_row(value: type[T], row: Mapping[str, Any]) -> T:
    """The value that `to_row` made the row from."""
    noun = NOUN_OF[value]
    content: dict[str, Any] = {}
    for name in _field_names(value):
        if name in noun.currencies:
            minor = row[f"{name}_minor"]
            content[name] = None if minor is None else Money(minor, row[noun.currencies[name]])
        else:
            content[name] = _restore(whole_hints(value)[name], row[name])
    return value(**content)


def _restore(hint: Any, stored: Any) -> Any:
    if stored is None:
        return None
    hint = bare(hint)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint(stored)
    if typing.get_origin(hint) is tuple:
        inner = typing.get_args(hint)[0]
        return tuple(_restore(inner, item) for item in stored)
    if is_dataclass(hint):
        if hint is Money:
            return Money(stored["minor"], stored["currency"])
        hints = whole_hints(typing.cast("type[Any]", hint))
        return typing.cast("type[Any]", hint)(**{name: _restore(hints[name], item) for name, item in stored.items()})
    if hint is Decimal and isinstance(stored, str):
        return Decimal(stored)
    return stored


def digest(row: Mapping[str, Any]) -> str:
    """A short fingerprint of a row's content, the same on every machine; updated_at is not content."""
    content = {name: value for name, value in row.items() if name != "updated_at"}
    return hashlib.blake2b(_canonical(content), digest_size=16).hexdigest()


def version_body(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row as JSON, for the versions table."""
    body: dict[str, Any] = msgspec.json.decode(_canonical(row))
    return body


def _canonical(content: Any) -> bytes:
    """JSON with sorted names; dates in ISO 8601, decimals as texts."""
    return msgspec.json.encode(content, order="sorted")


def from_body(value: type[T], body: Mapping[str, Any]) -> T:
    """The value whose row `version_body` wrote as JSON."""
    hints = whole_hints(value)
    return from_row(value, {name: _parsed(hints.get(name), content) for name, content in body.items()})


def _parsed(hint: Any, content: Any) -> Any:
    if not isinstance(content, str):
        return content
    hint = bare(hint)
    return hint.fromisoformat(content) if hint in (date, datetime) else content
