"""Fields of a request body, read under Xero's rules."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from sandbox.xero.books import Books
from sandbox.xero.faults import Invalid
from sandbox.xero.wire import ZERO, cents, number, read_day


def amount_of(body: Mapping[str, Any], field: str = "Amount") -> Decimal:
    """More than nothing, with two digits at most."""
    try:
        amount = number(body.get(field))
    except ValueError:
        raise Invalid(f"{field} must be specified as a number") from None
    if amount <= ZERO:
        raise Invalid(f"{field} must be greater than 0")
    if amount != cents(amount):
        raise Invalid(f"{field} cannot have more than 2 decimal places")
    return cents(amount)


def date_of(books: Books, body: Mapping[str, Any], field: str = "Date", default: date | None = None) -> date:
    """Today unless it is said."""
    if body.get(field) is None:
        return default or books.today()
    day = read_day(body[field])
    if day is None:
        raise Invalid(f"{field} is no date; write YYYY-MM-DD")
    return day


def currency_of(books: Books, body: Mapping[str, Any], default: str) -> str:
    code = str(body.get("CurrencyCode") or default)
    if books.store.get("Currencies", code) is None:
        raise Invalid(f"Organisation is not subscribed to currency {code}")
    return code


def rate_of(books: Books, body: Mapping[str, Any], currency: str, on: date) -> Decimal:
    """Units of the document's currency for one of the home currency."""
    if currency == books.home:
        return Decimal("1.0")
    if body.get("CurrencyRate") is None:
        return books.rate_on(currency, on)
    try:
        rate = number(body["CurrencyRate"])
    except ValueError as error:
        raise Invalid(f"CurrencyRate: {error}") from None
    if rate <= 0:
        raise Invalid("CurrencyRate must be greater than 0")
    return rate
