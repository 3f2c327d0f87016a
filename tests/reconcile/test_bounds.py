"""The bounds against published tables, closed forms and the definition itself."""

from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconcile.bounds import interval, lower_bound, trials_needed, upper_bound

# Exact 95 % limits for a proportion, as printed in tables of the binomial distribution.
PUBLISHED = [
    (0, 10, 0.0000, 0.3085),
    (1, 10, 0.0025, 0.4450),
    (2, 10, 0.0252, 0.5561),
    (5, 10, 0.1871, 0.8129),
    (10, 10, 0.6915, 1.0000),
    (0, 100, 0.0000, 0.0362),
    (1, 100, 0.0003, 0.0545),
    (10, 100, 0.0490, 0.1762),
    (50, 100, 0.3983, 0.6017),
]


@pytest.mark.parametrize(("wrong", "trials", "low", "high"), PUBLISHED)
def test_intervals_are_the_published_ones(wrong: int, trials: int, low: float, high: float) -> None:
    assert interval(wrong, trials) == pytest.approx((low, high), abs=6e-5)


@pytest.mark.parametrize("trials", [1, 7, 2995, 3000, 10_000_000])
def test_without_an_error_the_bound_has_a_closed_form(trials: int) -> None:
    assert upper_bound(0, trials) == pytest.approx(1 - 0.05 ** (1 / trials), rel=1e-6)
    assert interval(0, trials)[1] == pytest.approx(1 - 0.025 ** (1 / trials), rel=1e-6)


def test_how_many_prove_a_thousandth() -> None:
    assert trials_needed(0.001) == 2995
    assert upper_bound(0, 2995) < 0.001 < upper_bound(0, 2994)
    assert trials_needed(0.001, 0.975) == 3688
    assert interval(0, 3688)[1] < 0.001 < interval(0, 3687)[1]


@given(st.integers(1, 60).flatmap(lambda trials: st.tuples(st.integers(0, trials), st.just(trials))))
def test_each_end_leaves_its_share_of_doubt(pair: tuple[int, int]) -> None:
    wrong, trials = pair

    def mass(rate: float, counts: range) -> float:
        return sum(comb(trials, count) * rate**count * (1 - rate) ** (trials - count) for count in counts)

    low, high = interval(wrong, trials)
    assert 0 <= low <= wrong / trials <= high <= 1
    if wrong < trials:
        assert mass(high, range(wrong + 1)) == pytest.approx(0.025, rel=1e-6)
    if wrong:
        assert mass(low, range(wrong, trials + 1)) == pytest.approx(0.025, rel=1e-6)
    assert low <= lower_bound(wrong, trials) <= upper_bound(wrong, trials) <= high


def test_nothing_looked_at_proves_nothing() -> None:
    assert (lower_bound(0, 0), upper_bound(0, 0)) == (0.0, 1.0)
    assert upper_bound(3, 3) == 1.0


@pytest.mark.parametrize(("wrong", "trials"), [(-1, 3), (4, 3)])
def test_counts_that_cannot_be(wrong: int, trials: int) -> None:
    with pytest.raises(ValueError, match="between 0 and the trials"):
        upper_bound(wrong, trials)


def test_odd_arguments() -> None:
    with pytest.raises(ValueError, match="confidence"):
        interval(0, 3, 1.2)
    with pytest.raises(ValueError, match="rate"):
        trials_needed(0.0)
