"""How long a first pass takes where nothing but the provider's limits holds it up, and the limits that we keep under them."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from bench.sync import stripe
from connectors.limits import Rule
from connectors.quickbooks import limits as of_quickbooks
from connectors.stripe import limits as of_stripe
from connectors.xero import limits as of_xero

Window = tuple[int, float, bool]
"""Calls, seconds, and whether each endpoint has a window of its own."""

THEIRS: dict[str, tuple[tuple[Window, ...], int]] = {
    "stripe": (((100, 1.0, False), (25, 1.0, True)), 0),
    "quickbooks": (((10, 1.0, False), (500, 60.0, False)), 10),
    "xero": (((60, 60.0, False),), 5),
}
"""What the providers document, and how many calls may be under way (0: they do not say)."""

OURS: dict[str, tuple[tuple[Rule, ...], int]] = {
    "stripe": (of_stripe.rules(live=True), of_stripe.IN_FLIGHT),
    "quickbooks": (of_quickbooks.rules(), of_quickbooks.IN_FLIGHT),
    "xero": (of_xero.rules(), of_xero.IN_FLIGHT),
}
"""What a worker keeps to."""

LEDGER_SHARES = (12, 50, 38)
_EMPTY = {"stripe": len(stripe.EMPTY) - 1, "quickbooks": 14, "xero": 10}  # lists that hold a row or none: a call each
_PAGE = {"stripe": 100, "quickbooks": 1_000, "xero": 1_000}


def lists_of(provider: str, rows: int) -> list[int]:
    """The fewest calls that each list takes: a page for so many rows, and one for a list that is empty."""
    shares = tuple(stripe.SHARES.values()) if provider == "stripe" else LEDGER_SHARES
    return [ceil(rows * share / 100 / _PAGE[provider]) for share in shares] + [1] * _EMPTY[provider]


def floor_seconds(provider: str, rows: int, latency_ms: int) -> float:
    """Every call goes out as soon as the provider's windows and its calls under way let it; the last takes its latency.

    Windows may be full at once, so that the first does not count. That a page can only be asked for when the one before
    it has come is no limit of the provider's, and is left out: it is ours to work around.
    """
    windows, at_once = THEIRS[provider]
    return round(_last_sent(lists_of(provider, rows), windows, at_once, latency_ms / 1_000) + latency_ms / 1_000, 2)


def _last_sent(lists: Sequence[int], windows: Sequence[Window], at_once: int, latency: float) -> float:
    """When the last call goes out: a full window opens again when its first call is as old as the window."""
    waits = [(ceil((max(lists) if each else sum(lists)) / calls) - 1) * seconds for calls, seconds, each in windows]
    return max([*waits, (ceil(sum(lists) / at_once) - 1) * latency if at_once else 0.0])
