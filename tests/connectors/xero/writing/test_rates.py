"""Rates with the digits that Xero keeps."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from hypothesis import given
from hypothesis import strategies as st

from connectors.xero.writing.rates import currency_rate, implied
from ledger.money import Money
from tests.connectors.xero.writing.desk import eur, gbp

amounts = st.integers(min_value=100, max_value=5_000_000)
rates = st.decimals(min_value=Decimal("0.5"), max_value=Decimal(2), places=7)


def _home(foreign: Money, rate: Decimal) -> Decimal:
    return (foreign.decimal() / rate).quantize(Decimal("0.01"), ROUND_HALF_UP)


@given(amounts, rates)
def test_the_read_back_is_as_near_as_six_digits_come(minor: int, home_per_foreign: Decimal) -> None:
    foreign = eur(minor)
    rate = currency_rate(foreign, home_per_foreign)
    assert rate == rate.quantize(Decimal("0.000001"))
    wanted = foreign.decimal() * home_per_foreign
    steps = (rate - Decimal("0.000001"), rate + Decimal("0.000001"))
    assert all(abs(_home(foreign, rate) - wanted) <= abs(_home(foreign, other) - wanted) for other in steps)


@given(st.integers(min_value=100, max_value=500_000), st.integers(min_value=100, max_value=500_000))
def test_small_sums_come_back_to_the_cent(minor: int, home_minor: int) -> None:
    foreign, home = eur(minor), gbp(home_minor)
    rate = currency_rate(foreign, implied(home, foreign), home)
    exact = rate * home.decimal() / foreign.decimal()
    if rate > Decimal("0.5"):  # below it six digits are too few, and the bank's amount is sent beside the rate
        assert abs(_home(foreign, rate) - home.decimal()) <= Decimal("0.01")
    assert exact > 0


def test_a_rate_is_never_nothing() -> None:
    assert currency_rate(Money(10_000_000, "JPY"), Decimal(10_000_000)) == Decimal("0.000001")
    assert currency_rate(eur(0), Decimal("0.5")) == Decimal(2)
