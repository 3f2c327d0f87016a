"""Xero's two forms of a date, and Windows' names of time zones."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from connectors.xero.dates import calendar, instant, zone


@pytest.mark.parametrize(("text", "moment"), [
    ("/Date(0)/", datetime(1970, 1, 1, tzinfo=UTC)),
    ("/Date(1518685950940+0000)/", datetime(2018, 2, 15, 9, 12, 30, 940000, tzinfo=UTC)),
    ("/Date(1518685950940+1300)/", datetime(2018, 2, 15, 9, 12, 30, 940000, tzinfo=UTC)),
    ("/Date(-1000)/", datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC)),
    ("2026-03-02T00:00:00", datetime(2026, 3, 2, tzinfo=UTC)),
    ("2026-03-02T01:00:00+02:00", datetime(2026, 3, 1, 23, tzinfo=UTC)),
    ("", None), (None, None), ("soon", None), ("/Date(x)/", None), ("/Date(99999999999999999999)/", None),
])  # fmt: skip
def test_an_instant(text: str | None, moment: datetime | None) -> None:
    assert instant(text) == moment


def test_a_calendar_date_is_its_utc_date_whatever_the_offset_says() -> None:
    assert calendar("/Date(1772409600000+1300)/") == date(2026, 3, 2)
    assert calendar("2026-03-02") == date(2026, 3, 2)
    assert calendar("/Date(1772409600000-0500)/") == date(2026, 3, 2)
    assert calendar(None) is None


def test_a_day_that_begins_at_midnight_of_its_offset_is_the_day_there() -> None:
    assert calendar("/Date(1398600000000+1200)/") == date(2014, 4, 28)  # 12:00 UTC on the 27th
    assert calendar("/Date(1398657600000-0400)/") == date(2014, 4, 28)  # 04:00 UTC on the 28th
    assert calendar("2014-04-28T00:00:00+12:00") == date(2014, 4, 28)
    assert calendar("/Date(1398600000000)/") == date(2014, 4, 27)
    assert calendar("/Date(253402297200000+1200)/") == date(9999, 12, 31)  # the day there is past the calendar's end


@pytest.mark.parametrize(("name", "iana"), [
    ("GMTSTANDARDTIME", "Europe/London"), ("NEWZEALANDSTANDARDTIME", "Pacific/Auckland"),
    ("Eastern Standard Time", "America/New_York"), ("UTC", "Etc/UTC"), ("MARSTIME", None), (None, None),
])  # fmt: skip
def test_a_zone(name: str | None, iana: str | None) -> None:
    assert zone(name) == iana
