"""A processor's own balance against its balance transactions here, and its payouts against the bank's lines. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from ledger.money import Money
from proving.verify.differences import PROVIDERS, Cause, Check, Difference

PAYOUT_DAYS = 5  # a payout that arrives before a long weekend
BACK_DAYS = 90


def funds_rows(
    ours: Mapping[str, int], theirs: Mapping[str, Money], *, fresh: Mapping[str, int], since: date | None, provider: str
) -> list[Difference]:
    """fresh: what came since the last sync, by currency. since: the first day that is read; None for all of it."""
    found = []
    for currency in sorted({*ours, *theirs}):
        here, there = Money(ours.get(currency, 0), currency), theirs.get(currency, Money(0, currency))
        if here == there:
            continue
        apart = there - here
        name = f"{PROVIDERS[provider]} balance in {currency}"
        if fresh.get(currency) == apart.minor:
            cause, words = Cause.NOT_SYNCED, f"{apart} moved since the last sync."
        elif since is not None:
            cause, words = Cause.HISTORY, f"{apart} was there before {since:%d %b %Y}, the first day that is read."
        else:
            cause, words = Cause.UNKNOWN, f"{apart} is explained by no balance transaction that was found."
        found.append(
            Difference(
                check=Check.FUNDS, subject=currency, name=name, cause=cause, words=words, ours=here, theirs=there
            )
        )
    return found


def payout_rows(missing: Iterable[Any], reach: Mapping[str, tuple[date, date]]) -> list[Difference]:
    """reach: by currency from when to when bank lines are here; outside of it nothing can be said."""
    found = []
    for row in missing:
        days = reach.get(row.currency)
        if days is None or not days[0] <= row.arrives_on <= days[1]:
            continue
        money = Money(row.amount_minor, row.currency)
        trace = f", trace id {row.trace_id}" if row.trace_id else ""
        found.append(
            Difference(
                check=Check.PAYOUT, subject=row.external_id, name=f"Payout {row.external_id}", cause=Cause.NOT_ARRIVED,
                words=f"{money} should have arrived on {row.arrives_on:%d %b %Y}{trace}; no bank line of it is here.",
                ours=None, theirs=money, detail={"trace_id": row.trace_id, "arrives_on": row.arrives_on.isoformat()},
            )
        )  # fmt: skip
    return found
