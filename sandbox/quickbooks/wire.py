"""QuickBooks' JSON: money as numbers with exact digits, times with the company's offset, ids as strings of digits."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

Record = dict[str, Any]

ZERO = Decimal(0)
SERVICE_ZONE = ZoneInfo(
    "America/Los_Angeles"
)  # the envelope's "time" is the service's own, whatever the company's zone
_NO_CENTS = frozenset(
    {"BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF"}
)
_MILLS = frozenset({"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"})
_ENCODER = msgspec.json.Encoder(decimal_format="number")
CURRENCY_NAMES = {
    "AUD": "Australian Dollar",
    "CAD": "Canadian Dollar",
    "CHF": "Swiss Franc",
    "EUR": "Euro",
    "GBP": "British Pound Sterling",
    "JPY": "Japanese Yen",
    "NZD": "New Zealand Dollar",
    "USD": "United States Dollar",
}


def encode(value: object) -> bytes:
    """A Decimal leaves as a JSON number with the digits that it has."""
    return _ENCODER.encode(value)


def decode(body: bytes) -> Any:
    """Fractions come in as Decimal. ValueError for what is no JSON."""
    return json.loads(body, parse_float=Decimal)


def digits(currency: str) -> int:
    """Decimal places of a currency's minor unit."""
    if currency in _NO_CENTS:
        return 0
    return 3 if currency in _MILLS else 2


def money(minor: int, currency: str) -> Decimal:
    return Decimal(minor).scaleb(-digits(currency))


def minor(amount: Decimal, currency: str) -> int:
    return int(amount.scaleb(digits(currency)).to_integral_value(ROUND_HALF_UP))


def rounded(amount: Decimal, currency: str) -> Decimal:
    """To the currency's minor unit, half away from zero."""
    return amount.quantize(Decimal(1).scaleb(-digits(currency)), ROUND_HALF_UP)


def number(value: object) -> Decimal:
    """A number as a request may carry it: JSON number or string of digits. ValueError for anything else."""
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


def amount_text(amount: Decimal, currency: str) -> str:
    return format(rounded(amount, currency), "f")


def stamp(seconds: int, zone: ZoneInfo) -> str:
    """A MetaData time: whole seconds with the offset that the company had then."""
    return datetime.fromtimestamp(seconds, zone).isoformat(timespec="seconds")


def envelope_time(now: datetime) -> str:
    return now.astimezone(SERVICE_ZONE).isoformat(timespec="milliseconds")


def parse_time(text: str, zone: ZoneInfo) -> float:
    """Seconds since 1970 of an ISO time or date; without an offset it is the company's. ValueError for anything else."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone)
    return moment.astimezone(UTC).timestamp()


def parse_day(text: object) -> date:
    """ValueError for what is no YYYY-MM-DD day."""
    if not isinstance(text, str):
        message = f"{text!r} is no date"
        raise ValueError(message)
    return date.fromisoformat(text[:10])


def ref(value: str, name: str | None = None) -> Record:
    return {"value": value, "name": name} if name else {"value": value}


def ref_value(record: Record, field: str) -> str | None:
    """The id in a reference, which some clients send as a bare string."""
    held = record.get(field)
    if isinstance(held, dict):
        held = held.get("value")
    return str(held) if held not in (None, "") else None


def currency_ref(code: str) -> Record:
    return ref(code, CURRENCY_NAMES.get(code, code))
