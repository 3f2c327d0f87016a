"""A first import with a start date: open invoices and what changed since come first, what lies before comes behind.

The books are read whole all the same: what is owed on any day, and whether it ties out, hangs on all of them. Of the start
date only the order follows, so that open invoices stand here after the first few calls. QuickBooks cannot be asked for
credits and payments with something left: those older than the start date come with the history.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from connectors.port import Page
from connectors.quickbooks import places as pages
from connectors.quickbooks.client import QuickBooksClient
from connectors.quickbooks.kinds import BOOKS, CHANGED
from connectors.quickbooks.places import Stamped
from connectors.quickbooks.recheck import open_invoices
from connectors.quickbooks.spread import Spread
from connectors.quickbooks.walk import walk

FEED = "history"
NAMES = ("Term", "Item", "Customer")  # all else refers to them: they are read whole at once
_MARGIN = timedelta(days=1)  # a day begins at another moment in the company's zone
_LISTS = tuple(kind.name for kind in BOOKS if kind.name not in NAMES)


def recent(client: QuickBooksClient, feed: str, since: date) -> Iterator[Page]:
    """What is open now, then everything from the start date on. Cut off before its second part it begins anew."""
    for page in open_invoices(client):
        yield replace(page, feed=feed, state={}, done=False)
    recent_rows, whole = Stamped(since=start_of(since).isoformat()), Stamped()
    places = {
        kind: Spread(size=pages.PAGE_SIZE, rows=whole if kind in NAMES else recent_rows).as_json() for kind in CHANGED
    }
    yield from walk(client, feed, {"todo": CHANGED, "places": places, "part": True})


def start_of(since: date) -> datetime:
    return datetime.combine(since, time(), UTC) - _MARGIN


def before(client: QuickBooksClient, state: Mapping[str, Any] | None, since: date | None) -> Iterator[Page]:
    """The lists from their beginning up to the start date, side by side; no call where none is asked for or left."""
    if since is None or (state is not None and not state.get("todo")):
        yield Page(feed=FEED, records=(), state={"todo": []}, done=True)
        return
    place: dict[str, Any] = dict(state) if state else {"todo": list(_LISTS)}
    came = int(place.get("came", 0))
    for page in walk(client, FEED, {**place, "part": True}, until=start_of(since)):
        came += len(page.records)
        kept = {"todo": []} if page.done else {**page.state, "came": came}
        share = min(1.0, came / page.total) if page.total else None  # none where counting was refused
        yield replace(page, state=kept, complete=(), share=share)
