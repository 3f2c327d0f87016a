"""Rates of the pretend world."""

from datetime import date

import pytest

from sandbox.world.currencies import RateTable, digits, first_of_month

TABLE = RateTable("USD", ("EUR", "JPY", "KWD"), date(2026, 1, 15), date(2026, 4, 2), "1")


def test_a_rate_holds_from_the_first_to_the_last_of_its_month() -> None:
    assert TABLE.on(date(2026, 2, 1), "EUR") == TABLE.on(date(2026, 2, 28), "EUR")
    assert TABLE.on(date(2026, 2, 28), "EUR") != TABLE.on(date(2026, 3, 1), "EUR")
    assert [day for day, currency, _ in TABLE.steps() if currency == "EUR"] == [date(2026, m, 1) for m in (1, 2, 3, 4)]


def test_the_home_currency_is_worth_itself_and_nothing_is_guessed() -> None:
    assert TABLE.on(date(1999, 1, 1), "USD") == "1"
    with pytest.raises(KeyError):
        TABLE.on(date(2026, 5, 1), "EUR")


def test_minor_units_are_scaled_on_the_way_home() -> None:
    day = date(2026, 1, 20)
    assert (digits("JPY"), digits("KWD"), digits("EUR")) == (0, 3, 2)
    assert abs(TABLE.to_home(10_000, "JPY", day) - 6_680) < 300  # 10,000 yen are some 66.80 dollars
    assert abs(TABLE.to_home(10_000, "KWD", day) - 3_251) < 150  # 10 dinars are some 32.51 dollars


def test_months_are_counted_over_the_year() -> None:
    assert first_of_month(date(2026, 1, 31), -1) == date(2025, 12, 1)
    assert first_of_month(date(2025, 11, 30), 2) == date(2026, 1, 1)
