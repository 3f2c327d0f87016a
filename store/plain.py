"""How single contents of a value are written down, the same in a row and in a version."""

from __future__ import annotations

import types
import typing
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from hashlib import blake2b
from typing import Any

from ledger.money import Money


def mixed(name: str, currency: str, column: str, known: str) -> ValueError:
    """Two amounts that share a currency column are in two currencies."""
    return ValueError(f"{name} is in {currency}, but the row's {column} is {known}.")


LEAST, MOST = -(2**63), 2**63 - 1  # whole numbers of a column
LONGEST_ID = 255  # characters of an id of a provider's
_DIGITS_MAX = 16_000  # of a decimal: PostgreSQL holds 16,383 behind the point


class Unheld(ValueError):
    """No column holds a value; it names the field."""

    def __init__(self, name: str, what: str = "is a number that the store cannot hold") -> None:
        super().__init__(f"{name} {what}; check it at its source")


def too_long(name: str, text: str, longest: int) -> Unheld:
    return Unheld(name, f"has {len(text):,} characters, of which the store can hold {longest}")


def keyed(text: str, longest: int = LONGEST_ID) -> str:
    """A text that stands in a key: where it cannot as it is, its beginning with a digest of all of it."""
    if len(text) <= longest and "\x00" not in text:
        return text
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
    return f"{storable(text)[: longest - len(digest) - 1]}~{digest}"


def storable(text: str) -> str:
    """PostgreSQL holds every character but NUL; one such memo must not cost the page it is on.

    Of a provider's text a finding tells it (connectors/decode.py).
    """
    return text.replace("\x00", "") if "\x00" in text else text


def shortest(value: Decimal) -> Decimal:
    """Without exponent and trailing zeros: the same number always has the same digits."""
    if not value.is_finite() or abs(value.adjusted()) > _DIGITS_MAX or len(text := f"{value:f}") > _DIGITS_MAX:
        raise Unheld("A rate or quantity")
    return Decimal(text.rstrip("0").rstrip(".")) if "." in text else Decimal(text)


def json_of(item: Any) -> Any:
    if isinstance(item, Money):
        return {"minor": item.minor, "currency": item.currency}
    if is_dataclass(item) and not isinstance(item, type):
        return {field.name: json_of(getattr(item, field.name)) for field in fields(item)}
    if isinstance(item, Decimal):
        return str(item)
    if isinstance(item, (date, datetime)):
        return item.isoformat()
    if isinstance(item, str):
        return storable(item)
    return [json_of(part) for part in item] if isinstance(item, tuple) else item


_HINTS: dict[type[Any], dict[str, Any]] = {}


def whole_hints(value: type[Any]) -> dict[str, Any]:
    """The type of each field of a value's class."""
    if value not in _HINTS:
        _HINTS[value] = typing.get_type_hints(value)
    return _HINTS[value]


def field_hints(value: type[Any]) -> dict[str, Any]:
    """The type of each field, `X | None` as X."""
    return {name: bare(hint) for name, hint in whole_hints(value).items()}


def bare(hint: Any) -> Any:
    """`X | None` without the None."""
    if isinstance(hint, types.UnionType):
        return next(arg for arg in typing.get_args(hint) if arg is not type(None))
    return hint
