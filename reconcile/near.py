"""Numbers that are nearly in a text: one slip, letters read for digits, cut at either end.

Only ever asked about items that fit by payer and amount, so no index is needed.
"""

import re

from rapidfuzz.distance import OSA

from reconcile.fold import DATES, fold, words
from reconcile.values import OpenItem

_DIGIT = re.compile(r"\d")
_LIKE_DIGITS = str.maketrans("OQDILZSBG", "000112586")
_LENGTH_MIN = 5
_CUT_MIN = 4
_WINDOW_MAX = 4
_WIDEST = 40


class Nearness:
    """One text, prepared once for being asked about several items."""

    __slots__ = ("_candidates", "_whole")

    def __init__(self, text: str) -> None:
        """Windows of up to four words, with digits in them."""
        tokens = words(DATES.sub(" ", fold(text))) if _DIGIT.search(text) else []
        found = ["".join(tokens[at : at + width]) for at in range(len(tokens)) for width in range(1, _WINDOW_MAX + 1)]
        self._candidates = sorted({one for one in found if len(one) <= _WIDEST and _DIGIT.search(one)})
        self._whole = "".join(tokens).translate(_LIKE_DIGITS)

    def has(self, item: OpenItem) -> bool:
        """Whether the text could be a damaged writing of one of the item's numbers."""
        return bool(self._candidates) and any(
            _near_number(fold(number), self._candidates, self._whole)
            for number in (item.number, item.payment_reference, item.po_number)
            if number
        )


def _near_number(number: str, candidates: list[str], whole: str) -> bool:
    key = "".join(words(number))
    if len(key) < _CUT_MIN:
        return False
    like = key.translate(_LIKE_DIGITS)
    if len(key) >= _LENGTH_MIN and like in whole:
        return True
    digits = "".join(char for char in key if char.isdigit())
    long, wide = len(key), len(digits)
    for one in candidates:
        size = len(one)
        if long > _LENGTH_MIN and -2 < size - long < 2 and OSA.distance(key, one, score_cutoff=1) <= 1:
            return True
        if (
            wide >= _LENGTH_MIN <= size
            and -2 < size - wide < 2
            and one.isdigit()
            and OSA.distance(digits, one, score_cutoff=1) <= 1
        ):
            return True
        if _CUT_MIN <= size < long and (_cut(key, one) or (size < wide and _cut(digits, one))):
            return True
    return False


def _cut(key: str, said: str) -> bool:
    """A number that a short field cut on the right or the left, with enough of it left to tell."""
    if len(said) * 3 < len(key) * 2 or not (key.startswith(said) or key.endswith(said)):
        return False
    return sum(char.isdigit() for char in said) >= 3
