"""The first open invoice number that stands anywhere in the text takes the money, up to what is open."""

import ahocorasick

from bench.matching.baselines.book import Book

REASON = "invoice number in the text"


def match(book: Book) -> None:
    search = ahocorasick.Automaton()
    for item in book.items:
        search.add_word(item.number.lower(), item)
    search.make_automaton()
    for line in book.lines:
        if line.amount <= 0:
            continue
        found = [item for _, item in search.iter_long(line.text.lower())]
        for item in found:
            if item.left > 0 and item.currency == line.currency:
                book.apply(line, item, min(item.left, line.amount))
                break
