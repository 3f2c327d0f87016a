"""How many sets of open amounts would make a sum by mere chance.

Prices are rarely spread to the cent: where all are multiples of 25.00 a sum meets a set a thousand times as easily. What is
counted is therefore sets times the step of their prices, over the spread of their sums.
"""

import math
from collections import Counter
from collections.abc import Sequence

EXPECTED_MAX = 0.001
"""Sets that chance may be expected to make before one is no evidence."""
_STEPS = (5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 50_000, 100_000)
_PLENTY = 1.0
"""More sets than this by chance are no evidence in any respect."""
_SIZE_MIN = 3
"""Whoever may have paid two may as well have paid three."""
_FLAT_SHARE = 0.5
"""Amounts are lopsided: at the edges the density is never taken for less than this share of an even spread."""


def expected_sets(amounts: Sequence[int], target: int, size: int) -> float:
    """How many sets of these amounts make the target by chance, among all no more far-fetched than one of `size`."""
    count = len(amounts)
    plain = min(size, count - size)
    most = min(max(size if size * 2 <= count else plain, _SIZE_MIN), count)
    sizes = [j for j in range(2, count + 1) if j <= most or count - j <= plain]
    return _most_expected(amounts, target, sizes)


def expected_cuts(amounts: Sequence[int], target: int, size: int, cuts: int) -> float:
    """The same for one of so many cuts of one size."""
    return _most_expected(amounts, target, [size], cuts)


def _most_expected(amounts: Sequence[int], target: int, sizes: Sequence[int], cuts: int | None = None) -> float:
    found = _expected(amounts, 1, target, sizes, cuts)
    for step in {*_STEPS, math.gcd(*amounts)}:
        if found > _PLENTY:
            break  # nobody asks how much more
        rest, many = Counter(amount % step for amount in amounts).most_common(1)[0]
        if step > 1 and many > 1:
            same = [amount for amount in amounts if amount % step == rest]
            met = [size for size in sizes if size <= many and (target - size * rest) % step == 0]
            found = max(found, _expected(same, step, target, met, cuts))
    return found


def _expected(amounts: Sequence[int], step: int, target: int, sizes: Sequence[int], cuts: int | None) -> float:
    ordered = sorted(amounts)
    return math.fsum(
        min(math.comb(len(ordered), size), cuts or math.inf) * step * _density(ordered, target, size) for size in sizes
    )


def _density(ordered: Sequence[int], target: int, size: int) -> float:
    """How often a sum of so many of the amounts falls on one minor unit near the target."""
    least, most = sum(ordered[:size]), sum(ordered[-size:])
    if not least <= target <= most:
        return 0.0
    count = len(ordered)
    mean = sum(ordered) / count
    variance = sum((amount - mean) ** 2 for amount in ordered) / count
    spread = math.sqrt(max(variance * size * (1 - (size - 1) / max(count - 1, 1)), 1.0))
    bell = math.exp(-(((target - size * mean) / spread) ** 2) / 2) / (spread * math.sqrt(2 * math.pi))
    return max(bell, _FLAT_SHARE / max(most - least, 1))
