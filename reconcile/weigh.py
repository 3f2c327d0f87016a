"""How probable an answer is: masses of evidence that compete with each other and with 'none of these'.

A mass is prior x pick x likelihood. An amount weighs by how rare it is: 49.00 says little, 60,974.61 a lot.
"""

from collections.abc import Sequence

from reconcile.index import Index
from reconcile.numbers import BARE, FULL, HINTED, LOOSE, SHORT, STRUCTURED
from reconcile.payers import CERTAIN, STRONG, PayerHit

_GRAINS = (1_000_000, 500_000, 100_000, 50_000, 10_000, 5_000, 1_000, 500, 100, 50, 10)
_CHANCE_MAX = 0.3
_BOOK_MIN = 500
"""A small book says little about how common an amount is; it is read as if it had this many items more, on the amount's own raster."""
_COARSE_LEAST = 0.1
REFERENCE = {SHORT: 20.0, HINTED: 300.0, BARE: 3_000.0, LOOSE: 30_000.0, FULL: 100_000.0, STRUCTURED: 1_000_000.0}
NEAR_REFERENCE = 300.0
SINGLE = 0.6
SINGLE_CHANCE_MAX = 0.1
"""A known payer's one item of the very amount is rarely chance, however common the amount; a sum of several may well be."""
SET_SIZE = {2: 0.12, 3: 0.06, 4: 0.04, 5: 0.03}
SET_LARGER = 0.01
NONE_BASE = 0.04
NONE_UNRELATED = 0.95


def grain(minor: int) -> int:
    """The step of the raster that an amount stands on: 1 for 1,234.56, 100 for 49.00."""
    if minor % _GRAINS[-1]:
        return 1  # as most amounts
    for step in _GRAINS:
        if minor % step == 0:
            return step
    return 1


class Scale:
    """Knows how common amounts are in this book."""

    def __init__(self, index: Index) -> None:
        """Reads counts only."""
        self._index = index

    def chance(self, currency: str, minor: int) -> float:
        """The chance that a payment which has nothing to do with an item has its amount all the same."""
        if minor <= 0:
            return _CHANCE_MAX
        others = max(0, self._index.count_with_amount(currency, minor) - 1)
        coarse = min(_CHANCE_MAX, grain(minor) / minor)
        common = (others + _BOOK_MIN * coarse) / (self._index.open_count(currency) + _BOOK_MIN)
        return min(_CHANCE_MAX, max(common, coarse * _COARSE_LEAST))


def payer_right(hit: PayerHit | None) -> float:
    """The probability that a payer was taken for the right customer."""
    if hit is None:
        return 0.0
    if hit.level == CERTAIN:
        return 0.998
    if hit.level == STRONG:
        return 0.97 if hit.ground == "domain" else 0.99
    return 0.5 if hit.ground == "other_form" else max(0.5, 0.95 - 2.0 * (1.0 - hit.weight))


def set_prior(size: int) -> float:
    """How likely people pay this many items at once without saying which."""
    return SET_SIZE.get(size, SET_LARGER)


def shares(masses: Sequence[float], none: float) -> list[float]:
    """Each mass as a probability beside the others and 'none of these'."""
    total = sum(masses) + none
    return [mass / total if total else 0.0 for mass in masses]
