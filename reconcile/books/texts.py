"""Which documents a text names, and which of its words tell one payment from another. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from reconcile.fold import compact, fold, words

_SPAN = 4  # INV 2026 00 17
_SHORTEST = 4
_YEAR = re.compile(r"(19|20)\d\d\Z")
_TAIL = re.compile(r"\d{4,}\Z")


@dataclass(frozen=True, slots=True)
class Mentions:
    """Numbers by the forms that texts give them: whole, or by their last digits where those are one number's alone."""

    forms: Mapping[str, str]

    @classmethod
    def of(cls, numbers: Iterable[str]) -> Mentions:
        whole: set[str] = set()
        tails: dict[str, set[str]] = defaultdict(set)
        for own, tail in map(_forms, numbers):
            if own:
                whole.add(own)
            if tail:
                tails[tail].add(own)
        short = {tail: next(iter(own)) for tail, own in tails.items() if len(own) == 1}
        return cls({**short, **{own: own for own in whole}})

    def named_in(self, text: str) -> frozenset[str]:
        said = words(fold(text))
        spans = {
            "".join(said[start:end])
            for start in range(len(said))
            for end in range(start + 1, min(start + _SPAN, len(said)) + 1)
        }
        return frozenset(self.forms[span] for span in spans if span in self.forms)


@lru_cache(maxsize=1 << 16)
def _forms(number: str) -> tuple[str, str]:
    """Whole and by its last digits, remembered: an entity's numbers come again with each look. Empty: it tells nothing."""
    own = compact(number)
    if len(own) < _SHORTEST or not any(sign.isdigit() for sign in own):
        return "", ""
    found = _TAIL.search(own)
    return own, "" if found is None or _YEAR.match(found.group()) else found.group()


def telling(text: str) -> set[str]:
    """Words with digits that are long enough to be no chance, and no year."""
    return {
        word
        for word in words(fold(text))
        if len(word) >= _SHORTEST and any(sign.isdigit() for sign in word) and not _YEAR.match(word)
    }
