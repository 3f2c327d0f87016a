"""How many sets of open items add up to an amount: the proof that a case is what it says."""

from collections import Counter
from collections.abc import Sequence
from itertools import combinations

FULL_SEARCH_MAX = 22
"""Two halves of 11: 2,048 sums each, a fraction of a millisecond."""


def _sums(values: Sequence[int]) -> list[int]:
    sums = [0]
    for value in values:
        sums += [done + value for done in sums]
    return sums


def count(values: Sequence[int], target: int) -> int:
    """How many non-empty subsets of `values` sum to `target`; every subset is looked at."""
    half = len(values) // 2
    left = Counter(_sums(values[:half]))
    found = sum(left[target - right] for right in _sums(values[half:]))
    return found - (1 if target == 0 else 0)


def count_small(values: Sequence[int], target: int) -> int:
    """The same for subsets of one to three values, where all subsets would be too many."""
    seen = Counter(values)
    found = seen[target]
    ordered = list(values)
    for index, value in enumerate(ordered):
        later = Counter(ordered[index + 1 :])
        found += later[target - value]
        for position in range(index + 1, len(ordered)):
            later[ordered[position]] -= 1
            found += later[target - value - ordered[position]]
    return found


def solutions_within_reach(values: Sequence[int], target: int) -> int:
    """All subsets of up to 22 values; of more values, subsets of up to three."""
    return count(values, target) if len(values) <= FULL_SEARCH_MAX else count_small(values, target)


def enumerate_all(values: Sequence[int], target: int) -> list[tuple[int, ...]]:
    """Every subset, as positions, that sums to `target`; for at most 16 values."""
    positions = range(len(values))
    return [
        chosen
        for size in range(1, len(values) + 1)
        for chosen in combinations(positions, size)
        if sum(values[position] for position in chosen) == target
    ]
