"""Rates by day, both ways and over a third currency."""

import datetime as dt
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from reconcile.rates import Rates, scaled
from reconcile.values import Rate

DAY = dt.date(2026, 3, 10)
TABLE = Rates([Rate(DAY, "USD", "EUR", Decimal("0.92")), Rate(DAY, "EUR", "JPY", Decimal("161.5"))], 7)


def test_minor_units_are_minded() -> None:
    assert TABLE.convert(10_000, "USD", "EUR", DAY) == 9_200
    assert TABLE.convert(9_200, "EUR", "USD", DAY) == 10_000
    assert TABLE.convert(10_000, "EUR", "JPY", DAY) == 16_150
    assert TABLE.convert(10_000, "USD", "JPY", DAY) == 14_858


def test_an_old_or_missing_rate_is_none() -> None:
    assert TABLE.convert(100, "USD", "EUR", DAY + dt.timedelta(7)) == 92
    assert TABLE.convert(100, "USD", "EUR", DAY + dt.timedelta(8)) is None
    assert TABLE.convert(100, "USD", "EUR", DAY - dt.timedelta(1)) is None
    assert TABLE.convert(100, "USD", "GBP", DAY) is None
    assert not Rates([], 7)
    assert TABLE


@given(st.integers(0, 10**12), st.sampled_from(["0.015", "0.02", "0.19", "0.5", "0.125"]))
def test_a_share_is_rounded_half_to_even(minor: int, share: str) -> None:
    assert scaled(minor, share) == int(
        (Decimal(minor) * Decimal(share)).quantize(Decimal(1), rounding="ROUND_HALF_EVEN")
    )
