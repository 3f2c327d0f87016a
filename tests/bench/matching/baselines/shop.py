"""A small book for the rivals, and what they make of one receipt in it."""

from collections.abc import Callable

from bench.matching.baselines.book import Book, Item, Line

NAMES = {"A": "Abelson Tools GmbH", "B": "Brightwater Dental", "C": "Abelsen Works GmbH"}
ACCOUNTS = {"DE111": "A"}


def item(key: str, customer: str, left: int, number: str, issued: str = "2026-01-05", due: str = "2026-02-05") -> Item:
    return Item(key, number, customer, "EUR", left, issued, due, "", f"PO-{key}00")


def line(amount: int, text: str = "", payer: str = "", account: str = "", day: str = "2026-02-01") -> Line:
    return Line("R1", day, "EUR", amount, payer, account, text)


def asked(rule: Callable[[Book], None], items: list[Item], one: Line) -> Book:
    book = Book(items, dict(NAMES), dict(ACCOUNTS), [one])
    rule(book)
    return book


def taken(rule: Callable[[Book], None], items: list[Item], one: Line) -> dict[str, int]:
    """What the rule applied, by invoice."""
    return {found.id: amount for found, amount in asked(rule, items, one).matches.get("R1", ())}
