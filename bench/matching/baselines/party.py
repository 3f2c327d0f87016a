"""Who paid, found as the rivals' documents say: a bank account that is known, a name that is equal, or one that is like it."""

import re
from collections import defaultdict
from enum import IntEnum

from rapidfuzz import fuzz

from bench.matching.baselines.book import Book, Line

_ROOT = 4
"""Letters of a word that two spellings must share to be compared at all."""
_WORD = re.compile(r"\w+")


class Agreement(IntEnum):
    NO = 0
    PARTLY = 1
    FULLY = 2


def _plain(name: str) -> str:
    return " ".join(_WORD.findall(name.casefold()))


class Parties:
    """Finds customers by account and name. Answers are kept: the same payer comes again and again."""

    def __init__(self, book: Book, like_enough: float) -> None:
        self._accounts = book.accounts
        self._like_enough = like_enough
        self._names = {key: _plain(name) for key, name in book.names.items()}
        self._by_root: dict[str, set[str]] = defaultdict(set)
        for key, name in self._names.items():
            for word in name.split():
                self._by_root[word[:_ROOT]].add(key)
        self._seen: dict[str, list[tuple[float, str]]] = {}

    def like(self, payer: str) -> list[tuple[float, str]]:
        """Customers whose names are like enough, with their scores, best first."""
        if payer not in self._seen:
            plain = _plain(payer)
            roots = sorted({word[:_ROOT] for word in plain.split()}, key=lambda root: (len(self._by_root[root]), root))
            near = {key for root in roots[:3] for key in self._by_root[root]}
            scored = [(fuzz.token_sort_ratio(plain, self._names[key]), key) for key in near]
            self._seen[payer] = sorted(
                ((score, key) for score, key in scored if score >= self._like_enough),
                key=lambda pair: (-pair[0], pair[1]),
            )
        return self._seen[payer]

    def agreement(self, line: Line) -> dict[str, Agreement]:
        """Every customer who may have paid, and how well the line's party is theirs."""
        if line.account in self._accounts:
            return {self._accounts[line.account]: Agreement.FULLY}
        return {key: Agreement.FULLY if score == 100 else Agreement.PARTLY for score, key in self.like(line.payer)}

    def best(self, line: Line) -> str | None:
        """The one customer who is most alike; None where nobody is."""
        if line.account in self._accounts:
            return self._accounts[line.account]
        found = self.like(line.payer)
        return found[0][1] if found else None
