"""Xero's JSON: amounts as numbers with two digits, dates as milliseconds at midnight UTC, rates as foreign for one home."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

import msgspec

Record = dict[str, Any]

ZERO = Decimal("0.00")
CENT = Decimal("0.01")
ONE_RATE = Decimal("1.000000")
_RATE_PLACES = Decimal("0.000001")
_ENCODER = msgspec.json.Encoder(decimal_format="number")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY = date(1970, 1, 1).toordinal()
_MS_DATE = re.compile(r"/Date\((-?\d+)(?:[+-]\d{4})?\)/")
_PLAN_DIGITS = {"JPY": 0, "KWD": 3}  # minor units in a plan; Xero itself writes two digits for every currency


def encode(value: object) -> bytes:
    """A Decimal leaves as a JSON number with the digits that it has."""
    return _ENCODER.encode(value)


def decode(body: bytes) -> Any:
    """Fractions come in as Decimal. ValueError for what is no JSON."""
    return json.loads(body, parse_float=Decimal)


def money(minor: int, currency: str) -> Decimal:
    return cents(Decimal(minor).scaleb(-_PLAN_DIGITS.get(currency, 2)))


def cents(amount: Decimal) -> Decimal:
    """To two digits, half away from zero."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def rate_of(home_for_one: str) -> Decimal:
    """A plan's rate the way Xero writes it: foreign units for one unit at home."""
    return (1 / Decimal(home_for_one)).quantize(_RATE_PLACES, ROUND_HALF_UP)


def number(value: object) -> Decimal:
    """A number as a request may carry it: JSON number or a string of digits. ValueError for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
        message = f"{value!r} is no number"
        raise ValueError(message)
    try:
        found = Decimal(value)
    except InvalidOperation:
        message = f"{value!r} is no number"
        raise ValueError(message) from None
    if not found.is_finite():
        message = f"{value!r} is no number"
        raise ValueError(message)
    return found


def ms(moment: datetime) -> int:
    """Whole milliseconds since 1970."""
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def from_ms(value: int) -> datetime:
    return _EPOCH + timedelta(milliseconds=value)


def wire_day(day: str) -> str:
    """An ISO day as /Date(...)/."""
    return f"/Date({(date.fromisoformat(day).toordinal() - _EPOCH_DAY) * 86_400_000}+0000)/"


def wire_stamp(value: int) -> str:
    return f"/Date({value}+0000)/"


def stamp_text(value: int) -> str:
    return from_ms(value).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse_day(value: object) -> str:
    """A day as a request may carry it (ISO day or time, or /Date(ms)/), as an ISO day. ValueError for anything else."""
    if not isinstance(value, str):
        message = f"{value!r} is no date"
        raise ValueError(message)
    found = _MS_DATE.fullmatch(value)
    if found:
        return from_ms(int(found[1])).date().isoformat()
    return date.fromisoformat(value[:10]).isoformat()


def parse_since(text: str) -> int | None:
    """An If-Modified-Since header in whole seconds since 1970, UTC where no offset stands; None for what is no time."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        try:
            moment = datetime.strptime(text.strip(), "%a, %d %b %Y %H:%M:%S GMT").replace(tzinfo=UTC)
        except ValueError:
            return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return int(moment.timestamp())
