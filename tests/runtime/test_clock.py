"""Clocks."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from runtime.clock import FixedClock, SystemClock, sleep

LATE = datetime(2026, 3, 31, 23, 30, tzinfo=UTC)


def test_the_system_clock_is_aware_and_in_utc() -> None:
    assert SystemClock().now().utcoffset() == timedelta(0)
    assert isinstance(SystemClock().today(ZoneInfo("UTC")), date)


def test_a_day_begins_where_the_company_is() -> None:
    clock = FixedClock(LATE)
    assert clock.today(ZoneInfo("America/New_York")) == date(2026, 3, 31)
    assert clock.today(ZoneInfo("Pacific/Auckland")) == date(2026, 4, 1)


def test_a_fixed_clock_moves_only_when_put() -> None:
    clock = FixedClock(LATE)
    assert clock.now() == LATE
    clock.set(LATE + timedelta(hours=1))
    assert clock.now() == LATE + timedelta(hours=1)


def test_a_naive_moment_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        FixedClock(datetime(2026, 3, 31))


def test_the_real_wait_waits() -> None:
    before = time.monotonic()
    sleep(0.02)
    sleep(-1)
    assert time.monotonic() - before >= 0.02
