"""QuickBooks' times carry the company's offset; its dates are calendar dates and stand as they are."""

from __future__ import annotations

from datetime import UTC, date, datetime


def instant(text: str | None) -> datetime | None:
    """An aware UTC datetime, or None for nothing and for what is no time. Nanoseconds are cut to microseconds."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def calendar(text: str | None) -> date | None:
    """The date in `2026-11-20`, also where a time follows it; None for nothing and for what is no date."""
    if not text:
        return None
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None
