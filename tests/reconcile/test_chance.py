"""Sums that come about by chance: how many sets would make one, and that such a one is never posted."""

import pytest

from reconcile.chance import expected_cuts, expected_sets
from tests.reconcile.book import invoice, outcomes, paid, receipt, suggested

QUARTERS = [15000, 72500, 122500, 132500, 185000, 190000, 240000, 280000]
ODD = [15713, 72548, 122591, 132502, 185067, 190039, 240081, 280027]


def test_round_prices_meet_a_sum_by_chance_and_odd_ones_do_not() -> None:
    assert expected_sets(QUARTERS, 317500, 2) > 0.1
    assert expected_sets(ODD, 317550, 2) < 0.001
    assert expected_cuts(QUARTERS, 317500, 2, 6) > 0.01


def test_prices_that_all_end_alike_are_as_coarse_as_round_ones() -> None:
    ninety_nine = [amount + 99 for amount in QUARTERS]
    assert expected_sets(ninety_nine, 317500 + 198, 2) > 0.05
    assert expected_sets(ninety_nine, 317500 + 150, 2) < 0.001


def test_hundreds_open_make_any_sum() -> None:
    assert expected_sets([1000 + 7919 * n % 3_999_000 for n in range(475)], 6_073_771, 2) > 1


@pytest.mark.parametrize("amount", ["3175.00", "1425.00"])
def test_a_set_among_round_prices_is_for_a_person(amount: str) -> None:
    prices = QUARTERS if amount == "3175.00" else [45000, 97500, 115000, 127500, 145000]
    items = [
        invoice(f"INV-81{n:02d}", f"{price / 100:.2f}", on=f"01-{n + 1:02d}", due="03-20")
        for n, price in enumerate(prices)
    ]
    outcome = outcomes(items, [receipt(amount)])["r1"]
    assert paid(outcome) == []
    assert suggested(outcome)


def test_a_set_among_few_odd_amounts_is_posted() -> None:
    items = [
        invoice(f"INV-82{n:02d}", f"{price / 100:.2f}", on=f"01-{n + 1:02d}", due="03-20")
        for n, price in enumerate(ODD)
    ]
    assert len(paid(outcomes(items, [receipt("2625.87")])["r1"])) == 2
