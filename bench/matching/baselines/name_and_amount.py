"""A name that is like enough and the exact amount; of several invoices the one due nearest to the day."""

from collections import defaultdict
from datetime import date

from rapidfuzz import fuzz

from bench.matching.baselines.book import Book, Item, Line

REASON = "name and exact amount"
_LIKE_ENOUGH = 80.0


def _distance(line: Line, item: Item) -> int:
    return abs((date.fromisoformat(line.day) - date.fromisoformat(item.due)).days)


def match(book: Book) -> None:
    by_amount: dict[tuple[str, int], list[Item]] = defaultdict(list)
    for item in book.items:
        by_amount[item.currency, item.left].append(item)
    plain = {key: name.upper() for key, name in book.names.items()}
    for line in book.lines:
        payer = line.payer.upper()
        ready = [item for item in by_amount.get((line.currency, line.amount), ()) if item.left == line.amount > 0]
        like = [item for item in ready if payer and fuzz.token_sort_ratio(payer, plain[item.customer]) >= _LIKE_ENOUGH]
        if like:
            chosen = min(like, key=lambda item: (_distance(line, item), item.id))
            book.apply(line, chosen, line.amount)
