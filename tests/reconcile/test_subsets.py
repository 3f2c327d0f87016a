"""Subset sums are counted, not just found."""

from itertools import combinations
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from reconcile.subsets import FULL_SEARCH_MAX, subsets_with_sum


@settings(max_examples=150, deadline=None)
@given(st.lists(st.integers(-30, 60).filter(bool), max_size=9), st.integers(1, 150))
def test_every_set_is_found_and_no_other(amounts: list[int], target: int) -> None:
    expected = {
        places
        for size in range(2, len(amounts) + 1)
        for places in combinations(range(len(amounts)), size)
        if sum(amounts[place] for place in places) == target
    }
    found = subsets_with_sum(amounts, target, cap=10_000)
    assert set(found.sets) == expected
    assert not found.more


def test_the_cap_is_told() -> None:
    found = subsets_with_sum([1] * 10, 5, cap=7)
    assert len(found.sets) == 7
    assert found.more


def test_beyond_the_full_search_small_sets_and_nearly_all_are_found() -> None:
    random = Random(7)
    amounts = [random.randrange(10**8, 10**10) for _ in range(FULL_SEARCH_MAX + 14)]
    assert subsets_with_sum(amounts, amounts[3] + amounts[20] + amounts[33]).sets == [(3, 20, 33)]
    assert subsets_with_sum(amounts, sum(amounts[2:5]) + amounts[11]).sets == [(2, 3, 4, 11)]
    assert subsets_with_sum(amounts, sum(amounts) - amounts[5]).sets == [
        tuple(place for place in range(len(amounts)) if place != 5)
    ]
