"""Which documents a text names, and which of its words tell one payment from another. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

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
        whole = {own for own in map(compact, numbers) if len(own) >= _SHORTEST and any(sign.isdigit() for sign in own)}
        tails: dict[str, set[str]] = defaultdict(set)
        for own in whole:
            found = _TAIL.search(own)
            if found is not None and not _YEAR.match(found.group()):
                tails[found.group()].add(own)
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


def telling(text: str) -> set[str]:
    """Words with digits that are long enough to be no chance, and no year."""
    return {
        word
        for word in words(fold(text))
        if len(word) >= _SHORTEST and any(sign.isdigit() for sign in word) and not _YEAR.match(word)
    }
