"""The rule of Odoo's reconciliation models: find the partner by account or exact name, look for the partner's
invoices by their number or reference among the words of the label, and validate only when they sum to the amount.
Without such words: the partner's only invoice of that amount."""

import re
from collections import defaultdict

from bench.matching.baselines.book import Book, Item, Line

REASON = "partner, reference and sum"
_WORD = re.compile(r"[^\s,;|+&]+")


def _bare(text: str) -> str:
    return re.sub(r"[^0-9a-z]", "", text.lower())


def _words(text: str) -> set[str]:
    return {_bare(word) for word in _WORD.findall(text)} - {""}


def _partner(book: Book, by_name: dict[str, list[str]], line: Line) -> str | None:
    if line.account in book.accounts:
        return book.accounts[line.account]
    named = by_name.get(line.payer.casefold().strip(), [])
    return named[0] if len(named) == 1 else None


def _candidates(line: Line, items: list[Item], words: set[str]) -> list[Item]:
    ready = [item for item in items if item.left > 0 and item.currency == line.currency and item.issued <= line.day]
    return [
        item for item in ready if _bare(item.number) in words or (item.reference and _bare(item.reference) in words)
    ]


def match(book: Book) -> None:
    by_customer: dict[str, list[Item]] = defaultdict(list)
    by_word: dict[str, list[Item]] = defaultdict(list)
    for item in book.items:
        by_customer[item.customer].append(item)
        by_word[_bare(item.number)].append(item)
        if item.reference:
            by_word[_bare(item.reference)].append(item)
    by_name: dict[str, list[str]] = defaultdict(list)
    for key, name in book.names.items():
        by_name[name.casefold().strip()].append(key)
    for line in book.lines:
        if line.amount <= 0:
            continue
        partner, words = _partner(book, by_name, line), _words(line.text)
        pool = by_customer[partner] if partner else [item for word in sorted(words) for item in by_word.get(word, ())]
        named = _candidates(line, pool, words)
        if named and sum(item.left for item in named) == line.amount:
            for item in named:
                book.apply(line, item, item.left)
        elif partner and not named:
            exact = [item for item in pool if item.left == line.amount and item.currency == line.currency]
            if len(exact) == 1:
                book.apply(line, exact[0], line.amount)
