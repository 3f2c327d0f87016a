"""Laws of money: exact, in one currency, and every unit accounted for."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.currency import EXPONENTS, UnknownCurrency, exponent
from ledger.faults import BadInput, CurrencyMismatch, FinerThanMinorUnit, LargerThanAnyAmount
from ledger.money import Money, convert, to_minor, total

MINORS = st.integers(-(10**17), 10**17)
CURRENCIES = st.sampled_from(sorted(EXPONENTS))
MONEY = st.builds(Money, MINORS, CURRENCIES)


@given(MONEY, st.lists(st.integers(0, 10**6), min_size=1, max_size=12).filter(any))
def test_a_split_gives_back_every_unit(amount: Money, weights: list[int]) -> None:
    shares = amount.split(weights)
    assert total(shares, amount.currency) == amount
    assert len(shares) == len(weights)


@given(MONEY, st.lists(st.integers(0, 1000), min_size=1, max_size=8).filter(any))
def test_no_share_is_a_whole_unit_off_its_due(amount: Money, weights: list[int]) -> None:
    for share, weight in zip(amount.split(weights), weights, strict=True):
        exact = Decimal(amount.minor) * weight / sum(weights)
        assert abs(share.minor - exact) < 1
        assert weight or not share


def test_what_cannot_be_shared_evenly_goes_to_the_largest_remainders() -> None:
    assert [share.minor for share in Money(100, "GBP").split([1, 1, 1])] == [34, 33, 33]
    assert [share.minor for share in Money(5, "USD").split([3, 7])] == [2, 3]
    assert [share.minor for share in Money(-100, "GBP").split([1, 1, 1])] == [-33, -33, -34]


@pytest.mark.parametrize("weights", [[], [0, 0], [2, -1]])
def test_a_split_needs_weights_that_say_something(weights: list[int]) -> None:
    with pytest.raises(BadInput, match="weights"):
        Money(100, "GBP").split(weights)


@given(MONEY)
def test_the_decimal_form_is_exact_and_leads_back(amount: Money) -> None:
    text = f"{amount.decimal():f}"
    assert Money.of(text, amount.currency) == amount
    decimals = len(text.partition(".")[2])
    assert decimals == exponent(amount.currency)


@given(MONEY, MONEY)
def test_two_currencies_neither_add_nor_compare(one: Money, other: Money) -> None:
    if one.currency == other.currency:
        assert (one + other) - other == one
        assert (one < other) == (one.minor < other.minor)
        return
    for act in (one.__add__, one.__sub__, one.__lt__, one.__le__, one.__gt__, one.__ge__):
        with pytest.raises(CurrencyMismatch):
            act(other)
    assert one != other


@pytest.mark.parametrize(
    ("text", "currency"),
    [("1.005", "GBP"), ("0.5", "JPY"), ("1.0001", "KWD"), ("0.01000000000000000000000000000000001", "USD"), ("1e-30", "EUR")],
)  # fmt: skip
def test_an_amount_finer_than_the_minor_unit_is_refused(text: str, currency: str) -> None:
    with pytest.raises(FinerThanMinorUnit, match="nothing was rounded"):
        to_minor(text, currency)


@pytest.mark.parametrize(("text", "currency", "minor"), [
    ("12.5", "GBP", 1250), ("-0.01", "USD", -1), ("1000", "JPY", 1000), ("1.250", "KWD", 1250), ("1.2E+3", "EUR", 120000),
    ("0", "GBP", 0), ("-0.00", "GBP", 0), ("0.0000", "GBP", 0), ("90071992547409.93", "EUR", 9007199254740993),
])  # fmt: skip
def test_major_units_become_minor_ones(text: str, currency: str, minor: int) -> None:
    assert to_minor(text, currency) == minor


@pytest.mark.parametrize("text", ["", "ten", "NaN", "Infinity", "-Infinity", "sNaN", "1,000.00", "1e999999999999"])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="not an amount"):
        to_minor(text, "GBP")


@pytest.mark.parametrize("text", ["1e17", "10000000000000000.00", "1e400000"])
def test_an_amount_that_no_column_holds_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="larger than any amount"):
        to_minor(text, "GBP")


@pytest.mark.parametrize("rate", ["1000000", "1e300", "-1e400000"])
def test_a_converted_amount_that_no_column_holds_is_refused(rate: str) -> None:
    with pytest.raises(LargerThanAnyAmount, match="larger than any amount"):
        convert(Money(99_999_999_999_999, "USD"), Decimal(rate), "GBP")


@pytest.mark.parametrize("minor", [1.0, Decimal(1), "1", True, None])
def test_minor_units_are_whole_numbers(minor: object) -> None:
    with pytest.raises(BadInput, match="whole number"):
        Money(minor, "GBP")  # type: ignore[arg-type]


@pytest.mark.parametrize("code", ["", "gbp", "XYZ", "GB"])
def test_an_unknown_currency_is_refused(code: str) -> None:
    with pytest.raises(UnknownCurrency, match="ISO 4217"):
        Money(1, code)


@given(MONEY)
def test_at_a_rate_of_one_nothing_changes(amount: Money) -> None:
    assert convert(amount, Decimal(1), amount.currency) == amount


@given(st.integers(-(10**13), 10**13), st.decimals("0.0001", "9999", places=10))
def test_a_conversion_is_within_half_a_unit(minor: int, rate: Decimal) -> None:
    converted = convert(Money(minor, "USD"), rate, "GBP")
    assert abs(Decimal(converted.minor) - Decimal(minor) * rate) <= Decimal("0.5")


def test_conversion_minds_the_decimals_of_both_currencies() -> None:
    assert convert(Money(100_00, "USD"), Decimal("149.505"), "JPY") == Money(14951, "JPY")
    assert convert(Money(14951, "JPY"), Decimal("0.0066887"), "USD") == Money(100_00, "USD")
    assert convert(Money(-1, "GBP"), Decimal("0.5"), "EUR") == Money(-1, "EUR")  # half goes away from zero


def test_a_sum_of_nothing_is_zero_of_the_named_currency() -> None:
    assert total([], "CHF") == Money.zero("CHF")
    with pytest.raises(CurrencyMismatch):
        total([Money(1, "GBP")], "CHF")


def test_it_reads_as_people_write_it() -> None:
    assert str(Money(-123456789, "GBP")) == "GBP -1,234,567.89"
    assert str(Money(1000, "JPY")) == "JPY 1,000"
    assert abs(-Money(5, "USD")) == Money(5, "USD")
    assert not Money.zero("USD")
