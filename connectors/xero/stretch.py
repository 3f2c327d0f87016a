"""Which seconds of a list have been read: every row that is stamped in them, and was not changed since, has come.

Whole seconds, as If-Modified-Since has them: how the rows of one second are ordered nobody tells, so a page vouches for
none of the two seconds at its edges. Nothing here calls anybody.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from connectors.port import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Seconds since 1970, from `begin` on (None: from the list's beginning) and before `end`."""

    begin: int | None
    end: int

    def holds(self, second: int) -> bool:
        return (self.begin is None or self.begin <= second) and second < self.end


def seconds_of(moment: datetime) -> int:
    return int(moment.timestamp() // 1)


def moment_of(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def read_whole(records: Sequence[Record], begin: int | None, until: int, *, from_begin: bool) -> Stretch | None:
    """What one page in order vouches for, before `until`; None for no second.

    from_begin: the page was asked for from the second `begin` on (None: it is the list's first), else by its number.
    """
    stamps = [record.updated_at for record in records if record.updated_at is not None]
    if not stamps or len(stamps) < len(records):
        return None  # where a row without a stamp stands nobody tells
    begin = begin if from_begin else seconds_of(stamps[0]) + 1
    end = min(seconds_of(stamps[-1]), until)
    return Stretch(begin=begin, end=end) if begin is None or begin < end else None


def joined(stretches: Iterable[Stretch]) -> tuple[Stretch, ...]:
    """Those that touch as one; oldest first."""
    found: list[Stretch] = []
    for one in sorted(stretches, key=lambda one: (one.begin is not None, one.begin or 0)):
        if found and (one.begin is None or one.begin <= found[-1].end):
            found[-1] = replace(found[-1], end=max(found[-1].end, one.end))
        else:
            found.append(one)
    return tuple(found)


def past(second: int, read: Iterable[Stretch]) -> int:
    """The first second at `second` or after it that was not read; `read` is joined."""
    return next((one.end for one in read if one.holds(second)), second)


def as_json(stretches: Iterable[Stretch]) -> list[list[int | None]]:
    return [[one.begin, one.end] for one in stretches]


def of_json(told: Iterable[Sequence[int]]) -> tuple[Stretch, ...]:
    return tuple(Stretch(begin=begin, end=end) for begin, end in told)
