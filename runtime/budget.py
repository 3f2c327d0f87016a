"""What may be read of a provider in a month or a day, what of it is spent, and when that is reason to wait."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ledger.faults import RateLimited
from runtime.settings import Settings
from store import calls
from store.calls import Tally
from store.database import Database

XERO_DAY = 5_000
STRIPE_MONTH = 10_000  # what every account may read at the least; more with its payments
RESERVE = 0.05  # of a month's budget: kept for what changed, so that a large import does not take the app offline


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """allowed: calls in the span ("day", "month"), a floor where `at_least`. of_app: shared by all companies of the app."""

    span: str
    allowed: int
    spent: int
    of_app: bool = False
    at_least: bool = False

    @property
    def share(self) -> float:
        return self.spent / self.allowed if self.allowed else 0.0


def budget_of(monthly_reads: int, provider: str, tally: Tally, month_of_app: int) -> Budget:
    """A connection's budget; monthly_reads: Intuit's. Xero's day is what Xero itself last said, where it said something today."""
    if provider == "quickbooks":
        return Budget(span="month", allowed=monthly_reads, spent=month_of_app, of_app=True)
    if provider == "xero":
        left = tally.told.get("day")
        return Budget(span="day", allowed=XERO_DAY if left is None else left + tally.today, spent=tally.today)
    return Budget(span="month", allowed=STRIPE_MONTH, spent=tally.month, at_least=True)


def check(database: Database, settings: Settings, provider: str, now: datetime, *, large: bool) -> None:
    """Raises RateLimited until the next month where Intuit's budget is spent, for a large read where little is left.

    Intuit stops an app that is over its budget and tells its customers that it is offline.
    """
    if provider != "quickbooks":
        return
    with database.read() as connection:
        spent = calls.month_of_app(connection, provider, now)
    allowed = settings.quickbooks.monthly_reads
    most = int(allowed * (1 - RESERVE)) if large else allowed
    if spent < most:
        return
    left = (next_month(now) - now).total_seconds()
    what = "for a whole import any more; changes are still read" if large and spent < allowed else "any more"
    raise RateLimited(
        f"{spent:,} of this month's {allowed:,} QuickBooks reads are spent, so nothing is read {what}. It goes on with the "
        "new month; for more, raise Intuit's tier and TIEOUT_QUICKBOOKS_MONTHLY_READS.",
        left,
        "month",
    )


def next_month(now: datetime) -> datetime:
    first = now.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return (first + timedelta(days=32)).replace(day=1)
