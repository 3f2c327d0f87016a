"""In how many ways some amounts make a sum."""

from __future__ import annotations

from collections import Counter


def ways(amounts: list[int], target: int) -> int:
    """All sets counted, by meeting in the middle: thirty amounts are two tables of 32,768 sums."""
    half = len(amounts) // 2
    left, right = _sums(amounts[:half]), _sums(amounts[half:])
    return sum(count * right[target - total] for total, count in left.items() if target - total in right)


def _sums(amounts: list[int]) -> Counter[int]:
    sums: Counter[int] = Counter({0: 1})
    for amount in amounts:
        more = Counter({total + amount: count for total, count in sums.items()})
        sums.update(more)
    return sums
