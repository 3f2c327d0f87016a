"""What the record-linkage libraries get to see: receipts and invoices as two tables of like columns, and pairs taken one to one.

A pair is a receipt and an invoice. Linkage knows no sets and no parts: the pairs are taken by falling probability, each receipt and
each invoice once, and the invoice gets what is open, at most the receipt.
"""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass

from bench.matching.baselines.book import Book, Item, Line

_DIGITS = re.compile(r"\d{4,}")
_SPLIT = re.compile(r"[\s,;|+&:/\"{}]+")
_WORD_MIN = 4
_SHOWN = 5
_COMMON = 20
"""A word that more invoices carry, such as a year, is left out: it would pair everything with everything."""


def _bare(text: str) -> str:
    return re.sub(r"[^0-9a-z]", "", text.lower())


def words_of_text(text: str) -> list[str]:
    """Whole words without signs, and the longer runs of digits."""
    words = {_bare(word) for word in _SPLIT.split(text)} | set(_DIGITS.findall(text))
    return sorted(word for word in words if len(word) >= _WORD_MIN)


def words_of_item(item: Item) -> list[str]:
    """What a payer may quote: number, its digits, order, payment reference."""
    words = {_bare(item.number), _bare(item.order), _bare(item.reference), *_DIGITS.findall(item.number)}
    return sorted(word for word in words if len(word) >= _WORD_MIN)


@dataclass(frozen=True, slots=True)
class Table:
    """Columns of equal length. An empty text is absent: None."""

    id: list[str]
    amount: list[str]
    name: list[str | None]
    account: list[str | None]
    words: list[list[str]]


def receipts_table(book: Book) -> Table:
    lines = [line for line in book.lines if line.amount > 0]
    return Table(
        [line.id for line in lines],
        [f"{line.currency} {line.amount}" for line in lines],
        [line.payer.casefold().strip() or None for line in lines],
        [line.account or None for line in lines],
        [words_of_text(line.text) for line in lines],
    )


def invoices_table(book: Book) -> Table:
    owner_account = {customer: account for account, customer in book.accounts.items()}
    items = [item for item in book.items if item.left > 0]
    said = [words_of_item(item) for item in items]
    carried = Counter(word for words in said for word in words)
    return Table(
        [item.id for item in items],
        [f"{item.currency} {item.left}" for item in items],
        [book.names[item.customer].casefold().strip() or None for item in items],
        [owner_account.get(item.customer) for item in items],
        [[word for word in words if carried[word] <= _COMMON] for words in said],
    )


def take(book: Book, pairs: list[tuple[float, str, str]], threshold: float) -> None:
    """Take pairs (probability, receipt, invoice) above the threshold; suggest a receipt's best ones else."""
    lines: dict[str, Line] = {line.id: line for line in book.lines}
    items = {item.id: item for item in book.items}
    offered: dict[str, list[tuple[float, Item]]] = defaultdict(list)
    for probability, receipt, invoice in sorted(pairs, key=lambda pair: (-pair[0], pair[1], pair[2])):
        line, item = lines[receipt], items[invoice]
        if line.currency != item.currency:
            continue
        if probability < threshold or item.left <= 0:
            offered[receipt].append((probability, item))
        elif receipt not in book.matches:
            book.apply(line, item, min(item.left, line.amount), round(probability, 4))
    for receipt, found in offered.items():
        line = lines[receipt]
        for probability, item in found[:_SHOWN] if receipt not in book.matches else ():
            if item.left > 0:
                book.suggest(line, [(item, min(item.left, line.amount))], probability)
