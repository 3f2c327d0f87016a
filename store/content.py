"""Values as tuples of columns, fast: one function a noun, written out from its fields when it is first needed.

What it gives is what store/values.py defines: the columns of `to_row`, and the bytes that `digest` is taken of.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any, NamedTuple

import msgspec

from ledger.money import Money
from store.plain import LEAST, MOST, Unheld, field_hints, json_of, mixed, shortest, storable, too_long
from store.shapes import HELD, NounShape

STAMP = "updated_at"


class Made(NamedTuple):
    """columns: in the order of `names`, JSON as its text. body: the content as sorted JSON, without its stamp."""

    columns: tuple[Any, ...]
    body: bytes
    stamp: datetime | None


@dataclass(frozen=True, slots=True)
class Content:
    """How values of one noun become columns. at: where each column stands in `names`."""

    names: tuple[str, ...]
    make: Callable[[Any], Made]
    at: Mapping[str, int]


def fingerprint(body: bytes) -> str:
    return hashlib.blake2b(body, digest_size=16).hexdigest()


def json_text(items: tuple[Any, ...]) -> msgspec.Raw:
    """A tuple of texts, of pairs or of values as sorted JSON, as `json_of` writes them."""
    if not items:
        return _NOTHING
    text = _sorted.encode(items)
    return msgspec.Raw(_sorted.encode([json_of(item) for item in items]) if _NUL in text else text)


_NOTHING = msgspec.Raw(b"[]")
_NUL = b"\\u0000"
_encoder = msgspec.json.Encoder()
_sorted = msgspec.json.Encoder(order="sorted")


@cache
def content_of(name: str) -> Content:
    """By the noun's name."""
    noun = HELD.nouns[name]
    names = tuple(column.name for column in noun.columns)
    scope = {
        "Made": Made, "encode": _encoder.encode, "json_text": json_text, "mixed": mixed, "shortest": shortest,
        "storable": storable, "too_long": too_long, "LEAST": LEAST, "MOST": MOST, "Unheld": Unheld,
    }  # fmt: skip
    exec("\n".join(_source(noun, names)), scope)  # noqa: S102 - made of our own fields' names alone
    make: Callable[[Any], Made] = scope["make"]  # type: ignore[assignment]
    at = {name: place for place, name in enumerate(names)}
    return Content(names, make, at)


def _source(noun: NounShape, names: tuple[str, ...]) -> list[str]:
    """The text of `make(value)`. Local names are the columns' with an underscore behind."""
    value = noun.kind
    own = {field.name for field in fields(value)}
    limits = {cell.name: cell.longest for cell in noun.columns}
    lines = ["def make(value):"]
    lines += [f"    {name}_ = None" for name in sorted(set(noun.currencies.values()))]
    for field in fields(value):
        hint = field_hints(value)[field.name]
        longest = limits.get(field.name)
        lines += _money(field.name, noun.currencies[field.name]) if hint is Money else _plain(field.name, hint, longest)
    texts = {f.name for f in fields(value) if _is_json(field_hints(value)[f.name])}
    body = ", ".join(f"'{name}': {name}_" for name in sorted(names) if name != STAMP)
    given = ", ".join(f"str({name}_, 'utf-8')" if name in texts else f"{name}_" for name in names)
    stamp = "updated_at_" if STAMP in own else "None"
    return [*lines, f"    return Made(({given},), encode({{{body}}}), {stamp})"]


def _money(name: str, currency: str) -> list[str]:
    return [
        f"    amount = value.{name}",
        f"    {name}_minor_ = None",
        "    if amount is not None:",
        f"        {name}_minor_ = amount.minor",
        f"        if not LEAST <= {name}_minor_ <= MOST: raise Unheld('{name}')",
        f"        if {currency}_ is not None and {currency}_ != amount.currency:",
        f"            raise mixed('{name}', amount.currency, '{currency}', {currency}_)",
        f"        {currency}_ = amount.currency",
    ]


def _plain(name: str, hint: Any, longest: int | None) -> list[str]:
    lines = [f"    {name}_ = value.{name}"]
    if isinstance(hint, type) and issubclass(hint, Enum):
        return [*lines, f"    {name}_ = {name}_.value if {name}_ is not None else None"]
    if hint is Decimal:
        return [*lines, f"    if {name}_ is not None: {name}_ = shortest({name}_)"]
    if hint is int:
        return [*lines, f"    if {name}_ is not None and not LEAST <= {name}_ <= MOST: raise Unheld('{name}')"]
    if _is_json(hint):
        return [*lines, f"    {name}_ = json_text({name}_)"]
    if hint is str and longest is not None:
        lines.append(
            f"    if {name}_ is not None and len({name}_) > {longest}: raise too_long('{name}', {name}_, {longest})"
        )
    if hint is str:
        return [*lines, f"    if {name}_ is not None and '\\x00' in {name}_: {name}_ = storable({name}_)"]
    return lines


def _is_json(hint: Any) -> bool:
    return not isinstance(hint, type)
