"""Numbers that are nearly in a text: one slip, letters read for digits, cut at either end.

Only ever asked about items that fit by payer and amount, so no index is needed.
"""

import re

from rapidfuzz.distance import OSA

from reconcile.fold import fold, words
from reconcile.values import OpenItem

_DIGIT = re.compile(r"\d")
_LIKE_DIGITS = str.maketrans("OQDILZSBG", "000112586")
_LENGTH_MIN = 5
_CUT_MIN = 4
_WINDOW_MAX = 4


def is_near(text: str, item: OpenItem) -> bool:
    """Whether the text could be a damaged writing of one of the item's numbers."""
    if not text or not _DIGIT.search(text):
        return False
    tokens = words(fold(text))
    joined = [
        "".join(tokens[place : place + width]) for place in range(len(tokens)) for width in range(1, _WINDOW_MAX + 1)
    ]
    candidates = {one for one in joined if _DIGIT.search(one)}
    whole = "".join(tokens).translate(_LIKE_DIGITS)
    return any(
        _near_number(fold(number), candidates, whole)
        for number in (item.number, item.payment_reference, item.po_number)
        if number
    )


def _near_number(number: str, candidates: set[str], whole: str) -> bool:
    key = "".join(words(number))
    if len(key) < _CUT_MIN:
        return False
    like = key.translate(_LIKE_DIGITS)
    if len(key) >= _LENGTH_MIN and like in whole:
        return True
    digits = "".join(char for char in key if char.isdigit())
    for one in candidates:
        if len(key) > _LENGTH_MIN and OSA.distance(key, one, score_cutoff=1) <= 1:
            return True
        if (
            len(digits) >= _LENGTH_MIN
            and one.isdigit()
            and len(one) >= _LENGTH_MIN
            and OSA.distance(digits, one, score_cutoff=1) <= 1
        ):
            return True
        if _cut(key, one) or _cut(digits, one):
            return True
    return False


def _cut(key: str, said: str) -> bool:
    """A number that a short field cut on the right or the left, with enough of it left to tell."""
    if not _CUT_MIN <= len(said) < len(key) or len(said) * 3 < len(key) * 2:
        return False
    left_digits = sum(char.isdigit() for char in said)
    return left_digits >= 3 and (key.startswith(said) or key.endswith(said))
