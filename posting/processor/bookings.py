"""Who books a processor's money: Tieout only where a person has said so, and only from the day that they named."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from posting.rules import Kind, PostingRules

TIEOUT = "tieout"
NOBODY = "nobody"


def books(rules: PostingRules, source: UUID | str, kind: Kind, on: date) -> bool:
    """Whether Tieout writes what happened on this day. Where nobody has said who books a kind, it writes nothing."""
    booking = rules.poster(str(source), kind)
    return booking is not None and booking.poster == TIEOUT and not _earlier(on, booking.since, rules.since)


def since(rules: PostingRules, source: UUID | str, kind: Kind | None = None) -> date | None:
    """The first day of which Tieout books anything of this source, or this kind; None where it books nothing of it."""
    own = [
        one for one in rules.bookings
        if one.source == str(source) and one.poster == TIEOUT and kind in (None, one.kind)
    ]  # fmt: skip
    if not own:
        return None
    first = min(one.since or date.min for one in own)
    return max(first, rules.since) if rules.since is not None else first


def named(rules: PostingRules, source: UUID | str, kind: Kind) -> str:
    """Who books it, in words: empty where nobody has said."""
    booking = rules.poster(str(source), kind)
    return "" if booking is None else booking.poster


def _earlier(on: date, *days: date | None) -> bool:
    return any(day is not None and on < day for day in days)
