"""Where a list stands that is read in turn, by stamp, and what a page changes about it. Nothing here calls anybody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from connectors.port import Record
from connectors.xero.client import Listing
from connectors.xero.dates import instant
from connectors.xero.stamped import OVERLAP, following, highest, in_order, text_of
from connectors.xero.stretch import Stretch, as_json, moment_of, of_json, past, seconds_of
from connectors.xero.ties import ROUNDS_MAX, Tie, in_reach, tie_of

_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """start and number: the next page. high: the newest stamp that came. full: the walk began from nothing.

    plain: a page came in another order than asked for; the walk then goes by page numbers alone, and the next one
    starts from this one's beginning, so that a row which moved meanwhile is seen then. doubted: the walk before was such
    a one and began then; what changed since may have made it skip a neighbour, and the list is read anew. tie, loose:
    rows of one second on several pages (connectors/xero/ties.py), and whether such a second never came to rest. near:
    from when on the next walk has to look again, however long this one takes: when a page first came so near the present
    that a change of that time could not be seen yet, or a second that never came to rest. read: what is passed over,
    since it came before.
    """

    start: datetime | None = None
    number: int = 1
    high: datetime | None = None
    full: bool = True
    came: int = 0
    plain: bool = False
    began: datetime | None = None
    doubted: datetime | None = None
    near: datetime | None = None
    tie: Tie = field(default_factory=Tie)
    loose: bool = False
    read: tuple[Stretch, ...] = ()
    done: bool = False

    @property
    def fresh(self) -> bool:
        """Nothing was read of the list yet, in this walk or another."""
        return self == Place()

    @property
    def whole(self) -> bool:
        """Every row of the list came. Page numbers may skip one."""
        return self.full and self.done and not self.plain and not self.loose

    def with_rows(self, listing: Listing, records: Sequence[Record]) -> Place:
        """Rows of the list came, wherever they stand."""
        came, high = self.came + len(records), highest(records, self.high)
        return replace(self, came=came, high=high, began=self.began or listing.at)

    def disproved(self, records: Sequence[Record]) -> bool:
        """Something changed while the walk before went by page numbers."""
        newest = highest(records, None)
        return self.doubted is not None and newest is not None and newest > self.doubted - OVERLAP

    def with_page(self, listing: Listing, records: Sequence[Record], *, last: bool) -> Place:
        """The next page came."""
        place = replace(self.with_rows(listing, records), near=self._near(listing, records), done=last)
        plain = self.plain or not in_order(records)
        after = (self.start, self.number + 1) if plain else self._following(records)
        tie = self.tie.with_page(records, self.start)
        if not last and after[0] == self.start:
            return replace(place, number=after[1], plain=plain, tie=tie)
        if self.number > 1 and not plain:
            if not tie.settled and tie.rounds < ROUNDS_MAX:
                return replace(place, number=1, tie=tie.again(), done=False)
            if tie.given_up:
                place = replace(place, loose=True, near=_earlier(place.near, self.start))
            elif self.start is not None and not in_reach(records[:1], self.start):
                # rows moved away from before it: only of the seconds that came to rest it is known that all came
                after, place = (self.start + _SECOND, 1), replace(place, done=False)
        return replace(place, start=self._passing(after[0]), number=after[1], plain=plain, tie=Tie())

    def _passing(self, start: datetime | None) -> datetime | None:
        """Over what was read before."""
        if start is None or start == self.start:
            return start
        return moment_of(past(seconds_of(start + _SECOND), self.read) - 1)

    def _following(self, records: Sequence[Record]) -> tuple[datetime | None, int]:
        return following(self.start, self.number, highest(records, self.start))

    def _near(self, listing: Listing, records: Sequence[Record]) -> datetime | None:
        newest = highest(records, None)
        if newest is None or newest <= listing.at - OVERLAP:
            return self.near
        return _earlier(self.near, listing.at)

    def as_json(self) -> dict[str, Any]:
        """With `high` the place of the next walk, once this one is done."""
        if self.done:
            high = _earlier(_earlier(self.high, self.near), self.began if self.plain else None)
            several = self.plain and self.number > 2
            return {"high": text_of(high), **({"doubted": text_of(self.began)} if several else {})}
        return {
            "high": text_of(self.high), "from": text_of(self.start), "page": self.number, "full": self.full,
            "came": self.came, "plain": self.plain, "began": text_of(self.began), "near": text_of(self.near),
            "tie": self.tie.as_json(), "loose": self.loose, "read": as_json(self.read),
            "doubted": text_of(self.doubted),
        }  # fmt: skip


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    return min((moment for moment in (one, other) if moment is not None), default=None)


def place_of(state: Mapping[str, Any]) -> Place:
    high, doubted = instant(state.get("high")), instant(state.get("doubted"))
    if "from" not in state:
        return Place(start=high - OVERLAP if high else None, high=high, full=high is None, doubted=doubted)
    return Place(
        start=instant(state["from"]), number=int(state.get("page", 1)), high=high, full=bool(state.get("full")),
        came=int(state.get("came", 0)), plain=bool(state.get("plain")), began=instant(state.get("began")),
        near=instant(state.get("near")), doubted=doubted, tie=tie_of(state.get("tie")), loose=bool(state.get("loose")),
        read=of_json(state.get("read", ())),
    )  # fmt: skip
