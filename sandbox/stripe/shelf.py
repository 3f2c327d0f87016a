"""A kind of record in the order of its creation, so that a page costs what it shows and not what stands before it."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Iterator
from dataclasses import dataclass

Place = tuple[int, int, str]  # created, order of arrival, id


@dataclass(frozen=True)
class Span:
    """A range of `created`: from `low` (included) to `high` (not included); None leaves a side open."""

    low: int | None = None
    high: int | None = None


@dataclass(frozen=True)
class Slice:
    """One page of ids, newest first, and whether more stand beyond it in the direction of travel."""

    ids: list[str]
    has_more: bool


class Row:
    """Places sorted by creation, oldest first; read newest first."""

    def __init__(self) -> None:
        self._places: list[Place] = []

    def add(self, place: Place) -> None:
        if self._places and self._places[-1] < place:
            self._places.append(place)
        else:
            insort(self._places, place)

    def drop(self, place: Place) -> None:
        index = bisect_left(self._places, place)
        if index < len(self._places) and self._places[index] == place:
            del self._places[index]

    def __len__(self) -> int:
        return len(self._places)

    def newest(self, span: Span, after: Place | None = None) -> Iterator[str]:
        """Ids from newest to oldest within the span, older than `after`."""
        low, high = self._bounds(span)
        if after is not None:
            high = min(high, bisect_left(self._places, after))
        for index in range(high - 1, low - 1, -1):
            yield self._places[index][2]

    def oldest(self, span: Span, before: Place) -> Iterator[str]:
        """Ids from oldest to newest within the span, newer than `before`."""
        low, high = self._bounds(span)
        start = bisect_left(self._places, before)
        if start < len(self._places) and self._places[start] == before:
            start += 1
        for index in range(max(low, start), high):
            yield self._places[index][2]

    def _bounds(self, span: Span) -> tuple[int, int]:
        low = 0 if span.low is None else bisect_left(self._places, (span.low, -1, ""))
        high = len(self._places) if span.high is None else bisect_left(self._places, (span.high, -1, ""))
        return low, high


class Shelf:
    """All records of one kind, with narrower rows by the value of a field (the customer, the invoice, the payout)."""

    def __init__(self) -> None:
        self._places: dict[str, Place] = {}
        self._all = Row()
        self._groups: dict[tuple[str, str], Row] = {}
        self._arrivals = 0

    def add(self, record_id: str, created: int) -> None:
        self._arrivals += 1
        place = (created, self._arrivals, record_id)
        self._places[record_id] = place
        self._all.add(place)

    def group(self, field: str, value: str, record_id: str) -> None:
        """Put a record that stands on the shelf into the row of `field` = `value` too."""
        self._groups.setdefault((field, value), Row()).add(self._places[record_id])

    def drop(self, record_id: str) -> None:
        """Take a record off the lists. Its place is kept, so that a page may still begin after it."""
        place = self._places[record_id]
        self._all.drop(place)
        for row in self._groups.values():
            row.drop(place)

    def __len__(self) -> int:
        return len(self._all)

    def __contains__(self, record_id: str) -> bool:
        return record_id in self._places

    def row(self, field: str | None = None, value: str = "") -> Row:
        return self._all if field is None else self._groups.get((field, value), Row())

    def newest(self, field: str | None = None, value: str = "", span: Span | None = None) -> Iterator[str]:
        return self.row(field, value).newest(span or Span())

    def page(
        self,
        row: Row,
        limit: int,
        *,
        span: Span,
        keep: Callable[[str], bool],
        after: str | None = None,
        before: str | None = None,
    ) -> Slice:
        """A page of at most `limit` ids that `keep` accepts. `after` and `before` must stand on the shelf."""
        if before is not None:
            kept = _take(row.oldest(span, self._places[before]), keep, limit + 1)
            return Slice(kept[:limit][::-1], len(kept) > limit)
        kept = _take(row.newest(span, None if after is None else self._places[after]), keep, limit + 1)
        return Slice(kept[:limit], len(kept) > limit)


def _take(ids: Iterator[str], keep: Callable[[str], bool], count: int) -> list[str]:
    kept: list[str] = []
    for record_id in ids:
        if keep(record_id):
            kept.append(record_id)
            if len(kept) == count:
                break
    return kept
