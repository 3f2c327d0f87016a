"""The walk over one list, resumable after every page: in segments side by side where that pays, then in turn to its end.

Lists are walked by stamp and not by page number: a row that is edited during the walk moves to the end, and page numbers
would then skip its neighbour. Pages of one second are told apart by number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from math import inf
from typing import Any

from connectors.port import Page
from connectors.xero.client import Listing
from connectors.xero.feeds import PAGES_MAX
from connectors.xero.place import Place, place_of
from connectors.xero.side import Ask, Came, Side
from connectors.xero.spread import Call, Spread, begun, spread_of
from connectors.xero.stamped import total_of
from ledger.faults import Unreachable


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """kind: the list's name. size: rows a page. long: it may have many pages. ask makes one call, side several."""

    kind: str
    size: int
    long: bool = False
    ask: Ask
    side: Callable[[Ask], Side]

    def pages(self, state: Mapping[str, Any]) -> Iterator[Page]:
        """From a state on. It holds a place (connectors/xero/place.py) and, while segments are read, a spread."""
        if "spread" not in state:
            for page in self._in_turn(place_of(state), spreads=True):
                yield page
                state = page.state
        if "spread" in state:
            for page in self._side_by_side(place_of(state), spread_of(state["spread"]), state["count"]):
                yield page
                state = page.state
            yield from self._in_turn(_goes_on(state))

    def in_turn(self, state: Mapping[str, Any]) -> Iterator[Page]:
        """The same, with never more than one call under way: pages come in the order of the list."""
        return self._in_turn(place_of(state))

    def _in_turn(self, place: Place, *, spreads: bool = False) -> Iterator[Page]:
        """spreads: it ends after the first page where the rest is then read side by side."""
        left = inf if self.long else 1
        for _ in range(PAGES_MAX):
            came = self.ask(Call(page=place.number, size=self.size, since=place.start), left)
            spread = self._spread(came) if spreads and place.fresh else None
            if spread is not None:
                came = replace(came, records=spread.brought(came.records, None))
                yield self._page(came, place.with_rows(came.listing, came.records), spread, came.listing.count)
                return
            last = ended(came.listing, place.number, self.size)
            place = Place() if place.disproved(came.records) else place.with_page(came.listing, came.records, last=last)
            left = self._pages_left((came.listing.count or 0) - len(came.records))
            yield self._page(came, place)
            if place.done:
                return
        raise Unreachable(f"Xero's list of {self.kind} does not end; nothing more was read from it.")

    def _pages_left(self, rows: int) -> float:
        return max(1, -(-rows // self.size))

    def _spread(self, came: Came) -> Spread | None:
        whole = len(came.listing.raws) >= self.size  # else the server cuts pages as it likes
        return begun(came.records, came.listing.count, self.size, came.listing.server_time) if whole else None

    def _side_by_side(self, place: Place, spread: Spread, count: int) -> Iterator[Page]:
        """Pages in the order in which they come. A fault comes after those that were under way beside it."""
        fault: Exception | None = None
        with self.side(self.ask) as side:
            while True:
                while fault is None and not side.full and (call := spread.to_ask(side.under_way)) is not None:
                    side.send(call, self._pages_left(count - place.came) / spread.at_once)
                if not side.under_way:
                    break
                try:
                    call, came = side.next()
                except Exception as raised:  # noqa: BLE001 - raised below, when the others are stored
                    fault = fault or raised
                    continue
                after = spread.with_page(call, came.records)
                if after is None:  # by page numbers, from the beginning
                    yield self._page(came, replace(place, plain=True))
                    return
                came, spread = replace(came, records=after.brought(came.records, spread)), after
                place = place.with_rows(came.listing, came.records)
                yield self._page(came, place, spread, count)
        if fault is not None:
            raise fault

    def _page(self, came: Came, place: Place, spread: Spread | None = None, count: int | None = None) -> Page:
        segments = {} if spread is None else {"spread": spread.as_json(), "count": count}
        return Page(
            feed=self.kind,
            records=came.records,
            findings=came.findings,
            state={**place.as_json(), **segments},
            done=place.done,
            total=max(place.came, count) if count is not None else total_of(came.listing, place.came),
            full=place.full,
            complete=(self.kind,) if place.whole else (),
        )


def _goes_on(state: Mapping[str, Any]) -> Place:
    """Where the walk in turn begins when all segments were read, or given up."""
    place = place_of(state)
    if "spread" not in state:
        return place
    start, read = spread_of(state["spread"]).goes_on
    return replace(place, start=start, read=read)


def ended(listing: Listing, number: int, size: int) -> bool:
    """A short page is the last. Xero's own count is believed where a server cuts pages shorter than asked."""
    pages = listing.pagination
    if pages is not None and pages.pageCount is not None:
        return number >= pages.pageCount
    return len(listing.raws) < size
