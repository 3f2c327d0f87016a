"""Numbers that are nearly in a text: one slip, letters read for digits, cut at either end.

Only ever asked about items that fit by payer and amount, so no index is needed.
"""

import re
from functools import lru_cache

from rapidfuzz.distance import OSA

from reconcile.fold import fold, without_dates, words
from reconcile.values import OpenItem

_LIKE_DIGITS = str.maketrans("OQDILZSBG", "000112586")
_DIGITS = re.compile("[0-9]+")
_LENGTH_MIN = 5
_CUT_MIN = 4
_WINDOW_MAX = 4
_WIDEST = 40

Tells = dict[int, tuple[bool, bool, bool, bool]]
"""By a window's length, whether it may be a number, its digits, a cut of the number, or a cut of its digits."""


@lru_cache(maxsize=64)
def nearness(folded: str) -> "Nearness":
    """A text made ready; what is asked of one text is asked in a row, so only the last ones are kept."""
    return Nearness(folded)


class Nearness:
    """One text, prepared once for being asked about several items."""

    __slots__ = ("_by_length", "_whole")

    def __init__(self, folded: str) -> None:
        """Windows of up to four words, with digits in them."""
        tokens = words(without_dates(folded))
        self._by_length: dict[int, list[str]] = {}
        by_length = self._by_length
        told = [place for place, token in enumerate(tokens) if not token.isalpha()]
        at = 0
        for first in told:
            for begin in range(max(at, first - _WINDOW_MAX + 1), first + 1):
                window = "".join(tokens[begin:first])
                for token in tokens[first : begin + _WINDOW_MAX]:
                    window += token
                    if len(window) > _WIDEST:
                        break
                    by_length.setdefault(len(window), []).append(window)
            at = first + 1
        self._whole = "".join(tokens).translate(_LIKE_DIGITS)

    def has(self, item: OpenItem) -> bool:
        """Whether the text could be a damaged writing of one of the item's numbers."""
        if self._by_length:
            for number in (item.number, item.payment_reference, item.po_number):
                if number and self._nearly(number):
                    return True
        return False

    def _nearly(self, number: str) -> bool:
        key, like, digits, tells = _shape(number)
        if len(key) < _CUT_MIN:
            return False
        if len(key) >= _LENGTH_MIN and like in self._whole:
            return True
        for size, windows in self._by_length.items():
            if size not in tells:
                continue
            whole, bare, cut, bare_cut = tells[size]
            for one in windows:
                if whole and OSA.distance(key, one, score_cutoff=1) <= 1:
                    return True
                if bare and one.isdigit() and OSA.distance(digits, one, score_cutoff=1) <= 1:
                    return True
                if (cut and _cut(key, one)) or (bare_cut and _cut(digits, one)):
                    return True
        return False


@lru_cache(maxsize=1 << 14)
def _shape(number: str) -> tuple[str, str, str, Tells]:
    """A number's letters and digits, the same with letters read for digits, the digits alone, and what is asked of windows by length."""
    key = "".join(words(fold(number)))
    digits = "".join(_DIGITS.findall(key) if key.isascii() else [char for char in key if char.isdigit()])
    return key, key.translate(_LIKE_DIGITS), digits, _tells(len(key), len(digits))


@lru_cache(maxsize=256)
def _tells(long: int, wide: int) -> Tells:
    """By a window's length: whether it may be the whole number or its digits with one slip, or a cut of either."""
    found = {}
    for size in range(_CUT_MIN, long + 2):
        whole = long > _LENGTH_MIN and -2 < size - long < 2
        bare = wide >= _LENGTH_MIN <= size and -2 < size - wide < 2
        asked = whole, bare, _could_be_cut(size, long), _could_be_cut(size, wide)
        if any(asked):
            found[size] = asked
    return found


def _could_be_cut(size: int, long: int) -> bool:
    """Whether so many letters are enough of so many to tell, and not all of them."""
    return _CUT_MIN <= size < long and long * 2 <= size * 3


def _cut(key: str, said: str) -> bool:
    """A number that a short field cut on the right or the left."""
    if not (key.startswith(said) or key.endswith(said)):
        return False
    return sum(char.isdigit() for char in said) >= 3
