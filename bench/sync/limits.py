"""How long a first pass takes where nothing but the provider's limits holds it up: the calls of its lists alone."""

from __future__ import annotations

from math import ceil

from bench.sync import stripe

_OTHER = {"quickbooks": (500, 10, (12, 50, 38)), "xero": (60, 5, (12, 50, 38))}
_PAGE = {"stripe": 100, "quickbooks": 1_000, "xero": 1_000}


def floor_seconds(provider: str, rows: int, latency_ms: int) -> float:
    """Windows may be full at once, so that the first does not count; the last call takes its latency.

    Stripe: 25 a second and list, 100 in all. QuickBooks: 500 a minute, 10 at once. Xero: 60 a minute, 5 at once.
    """
    latency, page = latency_ms / 1_000, _PAGE[provider]
    if provider == "stripe":
        calls = [ceil(rows * share / 100 / page) for share in stripe.SHARES.values()]
        seconds = max(ceil(max(calls) / 25), ceil(sum(calls) / 100)) - 1
        return round(seconds + latency, 2)
    a_minute, at_once, shares = _OTHER[provider]
    total = sum(ceil(rows * share / 100 / page) for share in shares)
    rounds = ceil(total / at_once) * latency
    return round(max((ceil(total / a_minute) - 1) * 60 + latency, rounds), 2)
