"""Whole lists side by side, pages of one list too, resumable after every page.

A full listing counts its lists in one call, gathers the small ones in another and reads the others in the order of their ids
(connectors/quickbooks/spread.py), the longest first. Where rows do not come in such an order, it is walked by its update stamps
(connectors/quickbooks/places.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import datetime
from typing import Any

from connectors.port import Page
from connectors.quickbooks.asking import Asker, Call, Came
from connectors.quickbooks.client import Listing, QuickBooksClient
from connectors.quickbooks.lists import lists_of
from connectors.quickbooks.places import Place

CALLS_AT_ONCE = 10  # QuickBooks lets so many be under way
_AT_FIRST, _AT_LEAST = 8, 3
_MORE = 2  # calls, for each page that had to be waited for

_Brought = Mapping[str, int] | Sequence[Came]


def walk(
    client: QuickBooksClient, feed: str, state: Mapping[str, Any], *, until: datetime | None = None
) -> Iterator[Page]:
    """Pages of every kind in state's `todo`, all of one full listing; the last one's state is {"since": when it began}.

    state: todo (kinds left), places (where each stands), began (the server's time at the beginning), swept (kinds read to
    their end and whole), total (rows in all, once they were counted), part (it is no listing of everything: what does not
    come may stand all the same). until: what is stamped then or later is not asked for.
    """
    return _Walk(client, feed, state, until).pages()


class _Walk:
    def __init__(self, client: QuickBooksClient, feed: str, state: Mapping[str, Any], until: datetime | None) -> None:
        self._ask, self._feed = Asker(client), feed
        self._lists = lists_of(state, until)
        self._began: str | None = state.get("began")
        self._part = bool(state.get("part"))
        self._under_way: dict[Future[_Brought], Call] = {}
        self._at_once = _AT_FIRST

    def pages(self) -> Iterator[Page]:
        """A fault comes after the pages that were under way beside it."""
        fault: Exception | None = None
        with ThreadPoolExecutor(CALLS_AT_ONCE) as pool:
            try:
                self._fill(pool)
                while self._under_way and (self._lists.open or fault):
                    future = self._next()
                    call = self._under_way.pop(future)
                    try:
                        page = self._taken(call, future.result())
                    except Exception as raised:  # noqa: BLE001 - raised below, when the others are stored
                        fault = fault or raised
                        self._cancel()
                        continue
                    if fault is None:
                        self._fill(pool)
                    if page is not None:
                        yield page
            finally:
                self._cancel()
        if fault is not None:
            raise fault

    def _next(self) -> Future[_Brought]:
        """One that has come. Where pages are waited for more calls are sent; where they wait themselves, fewer: each page
        would be held in memory and be written no sooner.
        """
        came = [future for future in self._under_way if future.done()]
        if not came:
            self._at_once = min(CALLS_AT_ONCE, self._at_once + _MORE)
            came = list(wait(self._under_way, return_when=FIRST_COMPLETED).done)
        elif len(came) > 1:
            self._at_once = max(_AT_LEAST, self._at_once - 1)
        return came[0]

    def _cancel(self) -> None:
        """Those that have not been sent; the others end and are stored."""
        for future in [future for future in self._under_way if future.cancel()]:
            del self._under_way[future]

    def _fill(self, pool: ThreadPoolExecutor) -> None:
        """Sets off as many calls as are to be under way."""
        lists = self._lists
        if rows := lists.to_count():
            lists.counting = True
            self._under_way[pool.submit(self._ask.counts, rows)] = Call()
        while len(self._under_way) < self._at_once and (call := lists.next(self._under_way.values())) is not None:
            self._under_way[self._sent(pool, call)] = call

    def _sent(self, pool: ThreadPoolExecutor, call: Call) -> Future[_Brought]:
        if call.position is not None:
            return pool.submit(self._ask.by_id, call.kinds[0], self._lists.rows_of(call.kinds[0]), call.position)
        where = self._lists.open[call.kinds[0]]
        if isinstance(where, Place):
            return pool.submit(self._ask.by_stamp, call.kinds[0], where)
        return pool.submit(self._ask.gathered, {kind: self._lists.rows_of(kind) for kind in call.kinds})

    def _taken(self, call: Call, brought: _Brought) -> Page | None:
        """The page of what a call brought; None where that was no record: the counts, or what has to be asked anew."""
        if isinstance(brought, Mapping):
            self._lists.have(brought)
            if self._lists.open:
                return None
            records, brought = [], ()  # the lists had ended without a row, and are empty
        else:
            told = bool(self._lists.open)
            records = self._lists.take(call, brought)
            if not told:
                return None  # the last page has gone already
        for one in brought:
            self._began = _earlier(self._began, one.listing)
        done = not self._lists.open
        left = {**self._lists.as_json(), "began": self._began, "part": self._part}
        return Page(
            feed=self._feed,
            records=records,
            findings=[finding for one in brought for finding in one.findings],
            state={"since": self._began} if done else left,
            done=done,
            total=self._lists.total,
            full=not self._part,
            complete=self._lists.swept if done and not self._part else (),
        )


def _earlier(began: str | None, listing: Listing | None) -> str | None:
    """The server's time of the first answer, whichever came first."""
    if listing is None:
        return began
    told = listing.server_time.isoformat()
    return told if began is None else min(began, told, key=datetime.fromisoformat)
