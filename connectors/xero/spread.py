"""A list read in segments side by side: which pages are asked for, and what they prove. Nothing here calls anybody.

Some pages are asked for by number, spread over the list: the first of each segment. Each segment goes on from its newest
stamp until it meets the next one. What counts is the seconds that were read (connectors/xero/stretch.py) and never the
places of rows: an edit shifts these, and moves a row behind all that is read here. See docs/decisions/xero-side-by-side.md.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from math import ceil
from typing import Any

from connectors.port import Record
from connectors.xero.stamped import OVERLAP, in_order
from connectors.xero.stretch import Stretch, as_json, joined, moment_of, of_json, read_whole, seconds_of

PAGES_MIN = 4  # shorter lists are read as soon in turn
SEGMENT_PAGES = 3  # shorter ones spare no time, and each may cost a call more
SEGMENTS_MAX = 6  # five calls may be under way
AT_REST = 2 * OVERLAP  # older stamps can be seen by all; a call's own time and the clock's whole seconds are in it


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A page of what is stamped at `since` or later; None: of the whole list."""

    page: int
    size: int
    since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """size: rows a page. numbers: pages that are still to come. read: what has been. until: no second from there on counts.

    firsts: where the first pages of segments end. stuck: ends of segments that one more page did not move, as where a second
    fills more than a page.
    """

    size: int
    until: int
    numbers: tuple[int, ...]
    read: tuple[Stretch, ...]
    firsts: frozenset[int]
    stuck: frozenset[int] = frozenset()

    def to_ask(self, under_way: Collection[Call]) -> Call | None:
        """A page that may be asked for now."""
        return next((call for call in self._calls() if call not in under_way), None)

    def _calls(self) -> Iterator[Call]:
        for number in self.numbers:
            yield Call(page=number, size=spaced(self.size))
        gaps = [(one.end, (other.begin or 0) - one.end) for one, other in pairwise(self.read) if self._open(one.end)]
        for end, _ in sorted(gaps, key=lambda gap: gap[1], reverse=True):  # the longest takes most calls, in turn
            yield Call(page=1, size=self.size, since=moment_of(end - 1))

    def _open(self, end: int) -> bool:
        """Whether a segment goes on. How far is known when the first page of the next one is here; one page it has to."""
        return end not in self.stuck and (not self.numbers or end in self.firsts)

    def with_page(self, call: Call, records: Sequence[Record]) -> Spread | None:
        """None where a page came in another order than asked for: nothing then bounds anything."""
        if not in_order(records):
            return None
        if call.since is None:
            read = read_whole(records, None, self.until, from_begin=False)
            numbers = tuple(number for number in self.numbers if number != call.page)
            came = (read,) if read else ()
            firsts = self.firsts | {one.end for one in came}
            return replace(self, numbers=numbers, read=joined([*self.read, *came]), firsts=firsts)
        # from its second on only what comes after it is sure to be in the answer
        end = seconds_of(call.since) + 1
        read = read_whole(records, end, self.until, from_begin=True)
        if read is None:
            return replace(self, stuck=self.stuck | {end})
        return replace(self, read=joined([*self.read, read]))

    def brought(self, records: Sequence[Record], before: Spread | None) -> list[Record]:
        """Of a page the rows of the seconds that it added: another page brings the others, so that each comes once."""
        return [one for one in records if self.holds(one) and (before is None or not before.holds(one))]

    def holds(self, record: Record) -> bool:
        second = None if record.updated_at is None else seconds_of(record.updated_at)
        return second is not None and any(one.holds(second) for one in self.read)

    @property
    def at_once(self) -> int:
        """How many calls may be under way."""
        return max(1, sum(1 for _ in self._calls()))

    @property
    def goes_on(self) -> tuple[datetime, tuple[Stretch, ...]]:
        """From when on the list is then read in turn, and what need not be read again on the way."""
        return moment_of(self.read[0].end - 1), self.read[1:]

    def as_json(self) -> dict[str, Any]:
        return {
            "size": self.size, "until": self.until, "numbers": list(self.numbers), "read": as_json(self.read),
            "firsts": sorted(self.firsts), "stuck": sorted(self.stuck),
        }  # fmt: skip


def spread_of(state: Mapping[str, Any]) -> Spread:
    return Spread(
        size=state["size"], until=state["until"], numbers=tuple(state["numbers"]), read=of_json(state["read"]),
        firsts=frozenset(state["firsts"]), stuck=frozenset(state["stuck"]),
    )  # fmt: skip


def begun(records: Sequence[Record], count: int | None, size: int, present: datetime | None) -> Spread | None:
    """After the first page of a list of so many rows; None where it is better read in turn.

    present: the time by Xero's clock, None where it was not told: then no stamp is known to be at rest.
    """
    if count is None or present is None or not in_order(records):
        return None
    pages = count // spaced(size)
    until = seconds_of(present - AT_REST)
    read = read_whole(records, None, until, from_begin=True)
    if pages < PAGES_MIN or read is None or read.end == until:
        return None
    segments = min(SEGMENTS_MAX, ceil((pages - 1) / SEGMENT_PAGES))
    numbers = tuple(1 + round(number * (pages - 1) / segments) for number in range(1, segments + 1))
    return Spread(size=size, until=until, numbers=numbers, read=(read,), firsts=frozenset({read.end}))


def spaced(size: int) -> int:
    """Rows of a page that is asked for by number. A twentieth less than of the others: these read a second twice, and have
    to pass the first second of the next segment, all of which may take no call more.
    """
    return size - max(1, size // 20)
