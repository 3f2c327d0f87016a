from __future__ import annotations

from datetime import date

import pytest

from ledger.money import Money
from posting.remainders.relief import task

TODAY = date(2026, 3, 20)
TAX = Money(2_000, "GBP")


def test_in_the_united_kingdom_it_is_six_months_after_supply_and_due_date() -> None:
    on, words = task("GB", "INV-1", TAX, date(2026, 1, 31), date(2026, 3, 2), TODAY)
    assert on == date(2026, 9, 2)
    assert "VAT of GBP 20.00" in words
    assert task("GBR", "I", TAX, date(2026, 8, 31), None, TODAY)[0] == date(2027, 2, 28)


@pytest.mark.parametrize("country", ["US", None, "DE"])
def test_elsewhere_an_adviser_is_asked(country: str | None) -> None:
    on, words = task(country, "INV-1", TAX, None, None, TODAY)
    assert (on, words.startswith("Ask your adviser")) == (TODAY, True)


def test_an_old_debt_is_due_today_and_one_without_tax_has_no_relief() -> None:
    assert task("GB", "I", TAX, date(2020, 1, 1), None, TODAY)[0] == TODAY
    assert "had no tax" in task("GB", "I", Money(0, "GBP"), None, None, TODAY)[1]
