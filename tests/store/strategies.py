"""Values of every pulled noun, made from the fields of their classes."""

from __future__ import annotations

import types
import typing
from dataclasses import fields
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from hypothesis import strategies as st

from ledger.currency import EXPONENTS
from ledger.invoice import InvoiceLine
from ledger.money import Money
from store.tables.pulled import NOUN_OF

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20)
MINORS = st.integers(-(2**63), 2**63 - 1)
CURRENCIES = st.sampled_from(sorted(EXPONENTS))
RATES = st.decimals("-1e12", "1e12", allow_nan=False, allow_infinity=False).map(lambda exact: exact.normalize() + 0)
MOMENTS = st.datetimes(datetime(1970, 1, 2), datetime(2200, 1, 1), timezones=st.just(UTC))
_PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    str: TEXTS,
    bool: st.booleans(),
    int: st.integers(0, 2**31 - 1),
    date: st.dates(date(1970, 1, 1), date(2200, 1, 1)),
    datetime: MOMENTS,
    Decimal: RATES,
}


@st.composite
def values_of(draw: st.DrawFn, value: type[Any]) -> Any:
    """Amounts that share a currency column share their currency."""
    noun = NOUN_OF[value]
    hints = typing.get_type_hints(value)
    of_column = {column: draw(CURRENCIES) for column in set(noun.currencies.values())}
    content = {
        field.name: draw(_named(field.name, hints[field.name], of_column.get(noun.currencies.get(field.name, ""), "")))
        for field in fields(value)
    }
    return value(**content)


def _named(name: str, hint: Any, currency: str) -> st.SearchStrategy[Any]:
    if name in {"currency", "home_currency"}:
        return CURRENCIES if hint is str else st.none() | CURRENCIES
    return _field(hint, currency)


def _field(hint: Any, currency: str) -> st.SearchStrategy[Any]:
    if isinstance(hint, types.UnionType):
        inner = next(arg for arg in typing.get_args(hint) if arg is not type(None))
        return st.none() | _field(inner, currency)
    if hint is Money:
        return st.builds(Money, MINORS, st.just(currency))
    if typing.get_origin(hint) is tuple:
        inner = typing.get_args(hint)[0]
        if inner is str and typing.get_args(hint)[1:] == (str,):
            return st.tuples(TEXTS, TEXTS)
        return st.lists(_field(inner, currency), max_size=3).map(tuple)
    if hint is InvoiceLine:
        return _lines()
    if isinstance(hint, type) and issubclass(hint, Enum):
        return st.sampled_from(list(hint))
    return _PLAIN[hint]


def _lines() -> st.SearchStrategy[InvoiceLine]:
    money = st.builds(Money, MINORS, CURRENCIES)
    return st.builds(
        InvoiceLine, position=st.integers(1, 99), description=TEXTS, amount=money, quantity=st.none() | RATES,
        unit_price=st.none() | RATES, tax=st.none() | money, item=st.none() | TEXTS, account=st.none() | TEXTS,
        tax_code=st.none() | TEXTS,
    )  # fmt: skip
