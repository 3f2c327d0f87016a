"""Xero's dates and time zones.

JSON dates are `/Date(1518685950940+0000)/`, milliseconds since 1970 UTC, the offset sometimes left out. Calendar dates are
midnight UTC: the UTC date is the date, never shifted. In answers kept from 2014 to 2016 they are midnight at the offset that
stands beside (`/Date(1398600000000+1200)/` is the 28th of April, as the DateString next to it says).
Newer twins are ISO texts; they stand in where the old form is absent.
Time zones have Windows' names, run together in capitals (NEWZEALANDSTANDARDTIME).
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache

from tzlocal.windows_tz import win_tz

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_MILLIS = re.compile(r"^/Date\((-?\d+)([+-]\d{4})?\)/$")
_ZONES = {re.sub(r"[^A-Z0-9]", "", name.upper()): zone for name, zone in win_tz.items()}


def instant(text: str | None) -> datetime | None:
    """An aware UTC datetime of either form; None for nothing or for what is no date."""
    if not text:
        return None
    found = _MILLIS.match(text)
    if found:
        try:
            return _EPOCH + int(found[1]) * _MILLISECOND
        except OverflowError:
            return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def sent_at(header: str | None) -> datetime | None:
    """The moment of an answer's Date header; None where it has none, or none that can be read."""
    try:
        moment = parsedate_to_datetime(header) if header else None
    except ValueError:
        return None
    return None if moment is None else moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)


@lru_cache(maxsize=4096)
def calendar(text: str | None) -> date | None:
    """The day: that of UTC where it is midnight there, else that of the offset which the text bears. Many records share one."""
    moment = instant(text)
    if text is None or moment is None or moment.time() == time():
        return None if moment is None else moment.date()
    found = _MILLIS.match(text)
    try:
        there = moment + _offset(found.group(2)) if found else datetime.fromisoformat(text)
    except OverflowError:
        there = moment
    return there.date()


def _offset(text: str | None) -> timedelta:
    if not text:
        return timedelta()
    ahead = timedelta(hours=int(text[1:3]), minutes=int(text[3:5]))
    return -ahead if text[0] == "-" else ahead


def zone(name: str | None) -> str | None:
    """The IANA name of Xero's time zone; None where it is not known."""
    return None if name is None else _ZONES.get(re.sub(r"[^A-Z0-9]", "", name.upper()))
