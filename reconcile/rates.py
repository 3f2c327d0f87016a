"""Exchange rates by day: one amount of money in another currency, exactly, or not at all."""

import datetime as dt
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from ledger.currency import exponent
from reconcile.values import Rate


class Rates:
    """Looks a rate up both ways and, where one is missing, over one currency in between."""

    def __init__(self, rates: Iterable[Rate], days_max: int) -> None:
        """A rate older than `days_max` days is not used."""
        self._days_max = days_max
        self._pairs: dict[tuple[str, str], list[tuple[dt.date, Decimal]]] = defaultdict(list)
        self._currencies: set[str] = set()
        for rate in rates:
            self._pairs[rate.base, rate.target].append((rate.on, rate.value))
            self._currencies |= {rate.base, rate.target}
        for found in self._pairs.values():
            found.sort()
        self._cache: dict[tuple[str, str, dt.date], Fraction | None] = {}

    def __bool__(self) -> bool:
        """Whether there are any rates."""
        return bool(self._pairs)

    def rate(self, base: str, target: str, on: dt.date) -> Fraction | None:
        """Minor units of `target` for one minor unit of `base`, or None."""
        key = base, target, on
        if key not in self._cache:
            value = self._major(base, target, on)
            if value is not None:
                value *= Fraction(10) ** (exponent(target) - exponent(base))
            self._cache[key] = value
        return self._cache[key]

    def convert(self, minor: int, base: str, target: str, on: dt.date) -> int | None:
        """The amount in the other currency, rounded half to even, or None without a rate."""
        rate = self.rate(base, target, on)
        return None if rate is None else round(minor * rate)

    def _major(self, base: str, target: str, on: dt.date) -> Fraction | None:
        direct = self._one(base, target, on)
        if direct is not None:
            return direct
        for between in sorted(self._currencies - {base, target}):
            first, second = self._one(base, between, on), self._one(between, target, on)
            if first is not None and second is not None:
                return first * second
        return None

    def _one(self, base: str, target: str, on: dt.date) -> Fraction | None:
        straight = self._latest(base, target, on)
        if straight is not None:
            return Fraction(straight)
        inverse = self._latest(target, base, on)
        return None if inverse is None else 1 / Fraction(inverse)

    def _latest(self, base: str, target: str, on: dt.date) -> Decimal | None:
        found = self._pairs.get((base, target))
        if not found:
            return None
        place = bisect_right(found, on, key=lambda pair: pair[0]) - 1
        if place < 0 or (on - found[place][0]).days > self._days_max:
            return None
        value = found[place][1]
        return value if value > 0 else None


@lru_cache(maxsize=256)
def _ratio(share: str) -> tuple[int, int]:
    return Fraction(share).as_integer_ratio()


def scaled(minor: int, share: str) -> int:
    """A share of an amount, rounded half to even; whole numbers only, since it is asked often."""
    numerator, denominator = _ratio(share)
    whole, rest = divmod(minor * numerator, denominator)
    if 2 * rest > denominator or (2 * rest == denominator and whole % 2):
        return whole + 1
    return whole
