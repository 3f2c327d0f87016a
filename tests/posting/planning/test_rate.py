from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from ledger.money import Money, convert
from posting.planning.rate import left_over, settlement_rate

amounts = st.integers(min_value=1, max_value=10**11)


@given(home=amounts, foreign=amounts)
def test_the_rate_gives_back_the_settlement_to_the_cent(home: int, foreign: int) -> None:
    settled, paid = Money(home, "GBP"), Money(foreign, "USD")
    if foreign > home * 10**6:
        return  # no real currency is worth so little
    assert convert(paid, settlement_rate(settled, paid), "GBP") == settled


@given(home=amounts, yen=st.integers(min_value=1, max_value=10**9))
def test_currencies_with_other_minor_units_too(home: int, yen: int) -> None:
    settled, paid = Money(home, "EUR"), Money(yen, "JPY")
    assert convert(paid, settlement_rate(settled, paid), "EUR") == settled


def test_the_shortest_number_is_taken() -> None:
    assert settlement_rate(Money(8000, "GBP"), Money(10000, "USD")) == Decimal("0.8")
    assert str(settlement_rate(Money(7913, "GBP"), Money(10001, "USD"))) == "0.791221"


def test_cents_that_rounding_each_part_leaves_are_named() -> None:
    parts = [Money(3333, "USD")] * 3
    rate = settlement_rate(Money(8000, "GBP"), Money(9999, "USD"))
    assert left_over(Money(8000, "GBP"), parts, rate) == Money(-1, "GBP")
