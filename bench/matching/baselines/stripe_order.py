"""The order in which Stripe documents that a bank transfer is applied to a customer's invoices.

First the one invoice whose number is in the transfer's reference; then the smallest group of one to five invoices of the exact sum,
the oldest where there are several; then as many whole invoices as the money pays, oldest first. Invoices are never paid in part. An
invoice waits for money until thirty days after it is due. Stripe knows the customer by an account number of its own; here it is the
account or else the most similar name.
"""

from collections import defaultdict
from datetime import date, timedelta
from itertools import combinations

from bench.matching.baselines.book import Book, Item, Line
from bench.matching.baselines.party import Parties

REASON = "reference, exact group, oldest first"
_LIKE_ENOUGH = 80.0
_GROUP_MAX = 5
_OVERDUE = timedelta(days=30)
_POOL_MAX = 24
"""Of more invoices, groups are looked for among the oldest of these: five of sixty would be five million."""


def _awaiting(items: list[Item], line: Line) -> list[Item]:
    """What waits for money on the day, oldest first."""
    since = (date.fromisoformat(line.day) - _OVERDUE).isoformat()
    return [
        one
        for one in items
        if one.left > 0 and one.currency == line.currency and one.issued <= line.day and one.due >= since
    ]


def _group(items: list[Item], amount: int) -> list[Item]:
    fitting = [one for one in items if one.left <= amount][:_POOL_MAX]
    for size in range(1, min(_GROUP_MAX, len(fitting)) + 1):
        for group in combinations(fitting, size):
            if sum(one.left for one in group) == amount:
                return list(group)
    return []


def _oldest_whole(items: list[Item], amount: int) -> list[Item]:
    chosen = []
    for item in items:
        if item.left <= amount:
            chosen.append(item)
            amount -= item.left
    return chosen


def _choose(items: list[Item], line: Line) -> list[Item]:
    text = line.text.lower()
    named = [one for one in items if one.number and one.number.lower() in text]
    if len(named) == 1 and named[0].left <= line.amount:
        return named
    return _group(items, line.amount) or _oldest_whole(items, line.amount)


def match(book: Book) -> None:
    parties = Parties(book, _LIKE_ENOUGH)
    by_customer: dict[str, list[Item]] = defaultdict(list)
    for item in sorted(book.items, key=lambda item: (item.issued, item.id)):
        by_customer[item.customer].append(item)
    for line in book.lines:
        customer = parties.best(line) if line.amount > 0 else None
        if customer is None:
            continue
        for item in _choose(_awaiting(by_customer[customer], line), line):
            book.apply(line, item, item.left)
