"""The rivals by name."""

from collections.abc import Callable
from pathlib import Path

from bench.matching.baselines import (
    book,
    business_central,
    name_and_amount,
    number_in_text,
    partner_and_reference,
    stripe_order,
)
from bench.matching.baselines.book import Book

RIVALS: dict[str, tuple[Callable[[Book], None], str]] = {
    "number-in-text": (number_in_text.match, number_in_text.REASON),
    "name-and-amount": (name_and_amount.match, name_and_amount.REASON),
    "partner-and-reference": (partner_and_reference.match, partner_and_reference.REASON),
    "business-central-high": (business_central.match_high, business_central.REASON),
    "business-central-medium": (business_central.match_high_and_medium, business_central.REASON),
    "stripe-order": (stripe_order.match, stripe_order.REASON),
}


def run(name: str, folder: Path, out: Path) -> None:
    """Match the set in `folder` by one rival's rule and write the contract's files to `out`."""
    rule, reason = RIVALS[name]
    loaded = book.read(folder)
    rule(loaded)
    book.write(loaded, out, reason)
