from __future__ import annotations

from decimal import Decimal

import pytest

from connectors.stripe.currency import money, unit_price
from ledger.currency import UnknownCurrency
from ledger.faults import FinerThanMinorUnit, LargerThanAnyAmount
from ledger.money import Money


@pytest.mark.parametrize(
    ("amount", "code", "minor"),
    [
        (1099, "usd", 1099),
        (500, "jpy", 500),
        (500, "krw", 500),
        (500, "mga", 50_000),  # whole ariary at Stripe, two decimals in ISO
        (500, "isk", 5),  # hundredths at Stripe, none in ISO
        (-70_000, "ugx", -700),
        (5120, "kwd", 5120),
        (5120, "tnd", 5120),
        (100, "huf", 100),
        (100, "iqd", 1000),  # two decimals at Stripe, three in ISO
        (0, "usd", 0),
    ],
)
def test_stripes_minor_units_become_isos(amount: int, code: str, minor: int) -> None:
    assert money(amount, code) == Money(minor, code.upper())


@pytest.mark.parametrize(("code", "most"), [("usd", 10**18 - 1), ("isk", 10**20 - 100), ("mga", 10**16 - 1)])
def test_an_amount_is_no_larger_than_a_column_holds(code: str, most: int) -> None:
    for sign in (1, -1):
        assert abs(money(sign * most, code).minor) < 10**18
        with pytest.raises(LargerThanAnyAmount):
            money(sign * (most + 100), code)


def test_nothing_is_rounded_and_no_code_is_guessed() -> None:
    with pytest.raises(FinerThanMinorUnit):
        money(505, "isk")
    with pytest.raises(UnknownCurrency):
        money(5, "xyz")


def test_a_price_is_exact_below_the_minor_unit() -> None:
    assert unit_price(Decimal("1250.5"), "usd") == Decimal("12.505")
    assert unit_price(Decimal(7), "jpy") == Decimal(7)
