"""Figures, days and search texts as they are read and written."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from markupsafe import Markup

from ledger.money import Money
from webapp.amounts import minor_units
from webapp.paging import Paging
from webapp.shown import day, figure, who


@pytest.mark.parametrize(
    ("language", "amount", "text"),
    [
        ("en-GB,en;q=0.8", Money(123456789, "GBP"), "1,234,567.89"),
        ("de-DE", Money(123456789, "EUR"), "1.234.567,89"),
        ("xx-nonsense", Money(-5, "USD"), "\u22120.05"),
        ("en", Money(1200, "JPY"), "1,200"),
        ("en", Money(1, "KWD"), "0.001"),
        ("en", Money(9_007_199_254_740_993, "USD"), "90,071,992,547,409.93"),
    ],
)
def test_figures_are_exact_and_grouped_by_the_readers_language(language: str, amount: Money, text: str) -> None:
    with Flask(__name__).test_request_context(headers={"Accept-Language": language}):
        assert figure(amount) == text


def test_nothing_is_a_dash_in_tables_and_a_figure_as_a_result() -> None:
    with Flask(__name__).test_request_context():
        assert figure(Money(0, "USD"), dash=True) == "\u2013"
        assert figure(Money(0, "USD")) == "0.00"


def test_days_cannot_be_misread() -> None:
    assert (day(date(2026, 3, 4)), day(None)) == ("4 Mar 2026", "\u2013")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("1,250.00", {125000, 1250000, 12500000, 1250}),
        ("12", {12, 1200, 12000, 120000}),
        ("12.345", {12345, 123450}),
        ("INV-12", set()),
        ("1,25.00", set()),
        ("", set()),
    ],
)
def test_a_search_for_an_amount_fits_currencies_of_any_decimals(text: str, found: set[int]) -> None:
    assert set(minor_units(text)) == found


@pytest.mark.parametrize(
    ("wanted", "rows", "shown"),
    [(None, 0, (1, 0, 0)), ("2", 250, (2, 101, 200)), ("99", 250, (3, 201, 250)), ("-1", 250, (1, 1, 100))],
)
def test_a_page_stays_within_what_there_is(wanted: str | None, rows: int, shown: tuple[int, int, int]) -> None:
    paging = Paging.of(wanted, rows)
    assert (paging.number, paging.first_row, paging.last_row) == shown


def test_an_address_breaks_behind_its_joints_and_is_escaped() -> None:
    assert who("owner@demo.example") == Markup("owner@<wbr>demo.<wbr>example")
    assert who("<b>@x.example") == Markup("&lt;b&gt;@<wbr>x.<wbr>example")
    assert who("the policy") == Markup("the policy")
    assert who(None) == Markup("")
