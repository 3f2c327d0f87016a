"""Counting subsets: against plain enumeration, on any small numbers."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from bench.matching import search

VALUES = st.lists(st.integers(-40, 60), max_size=9)


def _plain(values: list[int], target: int, most: int) -> int:
    return sum(
        sum(chosen) == target for size in range(1, min(len(values), most) + 1) for chosen in combinations(values, size)
    )


@given(VALUES, st.integers(-80, 200))
def test_count_is_every_subset(values: list[int], target: int) -> None:
    assert search.count(values, target) == _plain(values, target, len(values))


@given(VALUES, st.integers(-80, 200))
def test_count_small_is_every_subset_of_up_to_three(values: list[int], target: int) -> None:
    assert search.count_small(values, target) == _plain(values, target, 3)


@given(VALUES, st.integers(-80, 200))
def test_enumeration_agrees_with_the_count(values: list[int], target: int) -> None:
    found = search.enumerate_all(values, target)
    assert len(found) == len(set(found)) == search.count(values, target)
    assert all(sum(values[place] for place in places) == target for places in found)
