"""Tying out: equal figures give nothing, and each figure that is off is named with both sides."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from ledger.money import Money
from receivables.open_items import Item
from receivables.tie import Difference, Position, RateBasis, differences, position_on

DAY = date(2026, 3, 31)
FOREIGN = Item(
    key=("invoice", "7"), document="7", customer="c", on=date(2026, 3, 1), due_on=None, total=Money(10_000, "EUR"),
    sign=1, rate=Decimal("1.10"),
)  # fmt: skip


def _position(*items: Item, basis: RateBasis = RateBasis.DOCUMENT) -> Position:
    return position_on(items, [], DAY, "USD", basis=basis, rates={"EUR": Decimal("1.20")})


def test_the_basis_says_which_rate_counts() -> None:
    assert _position(FOREIGN).total == Money(11_000, "USD")
    assert _position(FOREIGN, basis=RateBasis.DAY).total == Money(12_000, "USD")


def test_lines_of_one_transaction_are_one_document_and_what_nets_to_nothing_is_left_out() -> None:
    line = replace(FOREIGN, key=("journal", "J/7/0"), total=Money(2_500, "EUR"), sign=-1)
    assert _position(FOREIGN, line).documents == {"7": Money(7_500, "EUR")}
    assert _position(FOREIGN, replace(line, total=Money(10_000, "EUR"))) == Position(
        home="USD", customers={}, documents={}
    )


def test_every_figure_that_is_off_is_named() -> None:
    here, there = _position(FOREIGN), _position(replace(FOREIGN, total=Money(10_001, "EUR")))
    assert differences(here, here) == []
    assert [found.what for found in differences(here, there)] == [
        "open in total", "open of customer c", "open of document 7",
    ]  # fmt: skip


def test_a_document_without_a_rate_is_said_and_not_guessed() -> None:
    without = _position(replace(FOREIGN, rate=None))
    assert without.total == Money(0, "USD")
    assert Difference("no rate for document 7", None, Money(10_000, "EUR")) in differences(without, _position(FOREIGN))
