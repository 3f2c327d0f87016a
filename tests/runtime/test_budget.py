"""Intuit's month: what is spent by all companies together, a reserve for what changed, and when it goes on."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from ledger.faults import RateLimited
from runtime import budget
from runtime.settings import Settings
from store import calls
from store.calls import Counted, Tally
from store.database import Database
from tests.store.place import NOW


def spend(database: Database, provider: str, number: int) -> None:
    with database.write() as connection:
        calls.add(connection, [Counted(UUID(int=1), UUID(int=2), provider, number, 0)], NOW)


def test_a_large_read_leaves_a_reserve_and_nothing_goes_over(
    database: Database, tmp_path_factory: pytest.TempPathFactory
) -> None:
    home = tmp_path_factory.mktemp("home")
    settings = Settings.load({"TIEOUT_HOME": str(home), "TIEOUT_QUICKBOOKS_MONTHLY_READS": "1,000"})
    assert settings.quickbooks.monthly_reads == 1_000
    spend(database, "quickbooks", 949)
    budget.check(database, settings, "quickbooks", NOW, large=True)
    spend(database, "quickbooks", 1)
    with pytest.raises(RateLimited, match="changes are still read") as raised:
        budget.check(database, settings, "quickbooks", NOW, large=True)
    left = (datetime(2026, 12, 1, tzinfo=UTC) - NOW).total_seconds()
    assert raised.value.retry_after_seconds == pytest.approx(left)
    budget.check(database, settings, "quickbooks", NOW, large=False)
    spend(database, "quickbooks", 50)
    with pytest.raises(RateLimited, match="TIEOUT_QUICKBOOKS_MONTHLY_READS"):
        budget.check(database, settings, "quickbooks", NOW, large=False)
    budget.check(database, settings, "xero", NOW, large=True)
    budget.check(database, settings, "quickbooks", replace_month(NOW), large=True)


def replace_month(moment: datetime) -> datetime:
    return moment.replace(month=12, day=1)


def test_a_day_of_xero_s_is_what_xero_says() -> None:
    plain = budget.budget_of(1, "xero", Tally(today=40), 0)
    assert (plain.span, plain.allowed, plain.spent) == ("day", budget.XERO_DAY, 40)
    told = replace(plain, allowed=1_000)
    assert budget.budget_of(1, "xero", Tally(today=40, told={"day": 960}), 0) == told
    assert budget.budget_of(1, "stripe", Tally(month=7), 0).at_least
