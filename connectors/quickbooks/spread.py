"""A list read in the order of its ids, pages of it side by side, and the proof that no row of it was missed.

An id never changes, so an edit moves no row. A page is an unbroken run of the list as it stood when it was read, and it
begins with the last row of the page before: runs that meet are one. A row that stood all the while lies in a run; what was
made, changed or deleted meanwhile the change feed brings. A deletion that moves rows over the edge of two pages leaves a gap
between two runs, which is read once more. Nothing here calls anybody.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from itertools import pairwise
from typing import Any

from connectors.quickbooks.places import SHIFTS_MAX, Place, Stamped

_ORDERS: dict[str, Callable[[str], Any]] = {"number": int, "text": str}
"""How a server may order ids; it is not documented which, and pages tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Rows without a gap. first and last: ids at its edges (None: the list's beginning, its end); at and end: their positions."""

    first: str | None
    last: str | None
    at: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """size: rows a page. asked: positions of pages that are still to come. next: the first position not asked for yet, of
    those up to `count`, which is how many rows there were, None where nobody knows. shifts: how often a gap was read again.
    ends: the last row known when the list turned out to be longer than counted. rows: the list holds these alone; an edit then
    puts a row in or takes it out, which is a gap or a row that the change feed brings, as with one made or deleted.
    """

    size: int
    rows: Stamped = field(default_factory=Stamped)
    asked: tuple[int, ...] = (1,)
    next: int = 0
    count: int | None = None
    runs: tuple[Run, ...] = ()
    orders: tuple[str, ...] = tuple(_ORDERS)
    shifts: int = 0
    ends: str | None = None

    @property
    def fresh(self) -> bool:
        """Nothing came of it yet, and nothing but its first page was asked for."""
        return not self.runs and self.asked == (1,)

    @property
    def whole(self) -> bool:
        return len(self.runs) == 1 and self.runs[0].first is None and self.runs[0].last is None

    @property
    def edges(self) -> frozenset[str]:
        """Rows that came already and that the pages beside them bring once more."""
        return frozenset(edge for run in self.runs for edge in (run.first, run.last) if edge is not None)

    @property
    def pages_left(self) -> int:
        return len(self.asked) + max(0, -(-((self.count or 0) + 1 - self._next) // (self.size - 1)))

    @property
    def _next(self) -> int:
        return max(self.next, self.size)

    def to_ask(self, under_way: Collection[int]) -> int | None:
        """The position of a page that may be asked for now."""
        waiting = [position for position in self.asked if position not in under_way]
        if waiting:
            return waiting[0]
        return self._next if self._next <= (self.count or 0) else None

    def with_asked(self, position: int) -> Spread:
        if position in self.asked:
            return self
        return replace(self, asked=(*self.asked, position), next=position + self.size - 1)

    def with_page(self, position: int, ids: Sequence[str]) -> Spread | None:
        """After a page. None where rows do not come in an order of ids: the list has to be read in another way."""
        orders = tuple(name for name in self.orders if _ascends(ids, name))
        if not orders:
            return None
        asked = tuple(one for one in self.asked if one != position)
        end = position + max(0, len(ids) - 1)
        # a short page is the last one; where more were counted, one that brings nothing new
        over = len(ids) < self.size and (end >= (self.count or 0) or len(ids) <= 1)
        runs = self.runs
        if ids or position == 1:
            first, last = None if position == 1 else ids[0], None if over else ids[-1]
            runs = _joined([*runs, Run(first=first, last=last, at=position, end=end)], orders)
        if not over:
            return replace(self, asked=asked, runs=runs, orders=orders)
        before = tuple(one for one in asked if one < position)
        return replace(self, asked=before, runs=runs, orders=orders, count=min(self.count or 0, end))

    def again(self) -> Spread | None:
        """What is asked for when all pages came and the list is not whole; None where it does not come to rest."""
        last = self.runs[-1]
        gaps = [max(1, run.at - self.size // 2) for run in self.runs[1:]]
        if not gaps and last.last is not None and last.last != self.ends:
            return replace(self, asked=(last.end,), ends=last.last)  # longer than counted
        if self.shifts >= SHIFTS_MAX:
            return None
        if last.last is not None:
            gaps.append(max(1, last.end - self.size // 2))
        return replace(self, asked=tuple(gaps), shifts=self.shifts + 1)

    def by_stamp(self) -> Place:
        """The same list from its beginning, to be walked by update stamp."""
        return Place(start=self.rows.since)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def spread_of(state: Mapping[str, Any]) -> Spread:
    runs = tuple(Run(**run) for run in state["runs"])
    rows = Stamped(**state.get("rows", {}))  # a state of before has none
    return Spread(
        **{**state, "rows": rows, "runs": runs, "asked": tuple(state["asked"]), "orders": tuple(state["orders"])}
    )


def _ascends(ids: Sequence[str], order: str) -> bool:
    if order == "number" and not all(one.isascii() and one.isdecimal() for one in ids):
        return False
    return all(_ORDERS[order](one) < _ORDERS[order](other) for one, other in pairwise(ids))


def _joined(runs: list[Run], orders: Sequence[str]) -> tuple[Run, ...]:
    """The runs, those that meet as one; by position."""
    found: list[Run] = []
    for run in sorted(runs, key=lambda run: (run.at, run.end)):
        meeting = _met(found[-1], run, orders) if found else None
        if meeting is None:
            found.append(run)
        else:
            found[-1] = meeting
    return tuple(found) if len(found) == len(runs) else _joined(found, orders)


def _met(one: Run, other: Run, orders: Sequence[str]) -> Run | None:
    """Both as one run; None where there may be rows between them."""

    def reaches(low: str | None, high: str | None) -> bool:
        """Whether what begins at `low` and what ends at `high` meet, whichever way the server orders."""
        return low is None or high is None or all(_ORDERS[name](low) <= _ORDERS[name](high) for name in orders)

    if not (reaches(one.first, other.last) and reaches(other.first, one.last)):
        return None
    left = one if one.first is None or (other.first is not None and reaches(one.first, other.first)) else other
    right = one if one.last is None or (other.last is not None and reaches(other.last, one.last)) else other
    if left is not one and other.first is not None and not reaches(other.first, one.first):
        return None  # ids of which it is not known yet how they are ordered
    if right is not one and other.last is not None and not reaches(one.last, other.last):
        return None
    return Run(first=left.first, last=right.last, at=left.at, end=right.end)
