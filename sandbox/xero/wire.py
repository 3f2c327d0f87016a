"""Xero's JSON: money as numbers with exact digits, dates as /Date(milliseconds+0000)/ with readable twins beside them."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

import msgspec

Record = dict[str, Any]

ZERO = Decimal("0.00")
CENT = Decimal("0.01")
RATE_PLACES = 6  # the wire takes eighteen digits before the point and six behind it
NO_ID = "00000000-0000-0000-0000-000000000000"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLIS = re.compile(r"^/Date\((-?\d+)(?:[+-]\d{4})?\)/$")
_ENCODER = msgspec.json.Encoder(decimal_format="number")


def encode(value: object) -> bytes:
    """A Decimal leaves as a JSON number with the digits that it has."""
    return _ENCODER.encode(value)


def decode(body: bytes) -> Any:
    """Fractions come in as Decimal. ValueError for what is no JSON."""
    return json.loads(body, parse_float=Decimal)


def number(value: object) -> Decimal:
    """An amount as it came: a number or its text. ValueError for anything else."""
    if isinstance(value, bool) or value is None:
        raise ValueError(f"{value!r} is no number")
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        raise ValueError(f"{value!r} is no number") from None
    if not found.is_finite():
        raise ValueError(f"{value!r} is no number")
    return found


def cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)


def text(amount: Decimal) -> str:
    return f"{cents(amount):f}"


def from_minor(minor: int, currency: str) -> Decimal:
    """Xero writes two digits behind the point whatever the currency."""
    digits = {"JPY": 0, "KRW": 0, "KWD": 3, "BHD": 3}.get(currency, 2)
    return cents(Decimal(minor).scaleb(-digits))


def foreign_per_home(home_per_foreign: str | Decimal) -> Decimal:
    """Xero's CurrencyRate out of the plan's rate, which is the other way round."""
    rate = Decimal(home_per_foreign)
    if rate == 1:
        return Decimal("1.0")
    return (1 / rate).quantize(Decimal(1).scaleb(-RATE_PLACES)).normalize()


def wire_instant(moment: datetime) -> str:
    return f"/Date({millis(moment)}+0000)/"


def millis(moment: datetime) -> int:
    return (moment - EPOCH) // timedelta(milliseconds=1)


def instant_text(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S+00:00")


def wire_day(day: date) -> str:
    return wire_instant(datetime.combine(day, time(), UTC))


def day_text(day: date) -> str:
    return f"{day.isoformat()}T00:00:00"


def read_instant(value: object) -> datetime | None:
    """Any form of a date that Xero takes, in UTC; None for what is no date."""
    if not isinstance(value, str) or not value:
        return None
    found = _MILLIS.match(value)
    if found:
        return EPOCH + timedelta(milliseconds=int(found[1]))
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def read_day(value: object) -> date | None:
    moment = read_instant(value)
    return None if moment is None else moment.date()


def day_of(record: Record, field: str = "Date") -> date:
    """The calendar date of a record of ours, which always has one."""
    moment = read_instant(record[field])
    assert moment is not None
    return moment.date()


def true(value: object) -> bool:
    return str(value).lower() == "true"
