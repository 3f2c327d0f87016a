"""A first import with a start date: what is open now and what changed since come first, what lies before comes behind.

The books are read whole all the same: what is owed on any day, and whether it ties out, hangs on all of them. Of the start
date only the order follows, so that open invoices stand here after the first few calls.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from connectors.port import Page
from connectors.xero.client import Listing
from connectors.xero.feeds import BY_KIND, FEEDS, Feed
from ledger.faults import Refused

FEED = "history"
_MARGIN = timedelta(days=1)  # a day begins at another moment in the company's zone

Walk = Callable[[Feed, dict[str, Any]], Iterator[Page]]
Ask = Callable[[Feed, Mapping[str, str], int], tuple[Listing, Page]]


def begins(feed: Feed, since: date) -> dict[str, Any]:
    """The state of a list that begins with what is recent: first what is open, then all from the start date on."""
    stamp = start_of(since).isoformat()
    return {"high": stamp, "from": stamp, **({"open": 1} if feed.open_only else {})}


def start_of(since: date) -> datetime:
    return datetime.combine(since, time(), UTC) - _MARGIN


def still_open(feed: Feed, state: dict[str, Any], ask: Ask, ended: Callable[[Listing, int], bool]) -> Iterator[Page]:
    """What is open of a list, whatever its age, up to the state that the walk goes on from. An edit meanwhile may hide a
    neighbour: it comes with the history.
    """
    number = int(state["open"])
    while True:
        try:
            listing, page = ask(feed, dict(feed.open_only), number)
        except Refused:  # in large organisations Xero refuses some filters: the history brings them
            walked = {name: value for name, value in state.items() if name != "open"}
            yield Page(feed=feed.kind, records=(), state=walked, done=False)
            return
        last, number = ended(listing, number), number + 1
        after = {**state, "open": number}
        if last:
            del after["open"]
        yield replace(page, state=after, done=False)
        if last:
            return


def before(state: Mapping[str, Any] | None, since: date | None, walk: Walk) -> Iterator[Page]:
    """The lists from their beginning up to the start date, one after another; no call where none is asked for or left.

    state: todo (lists left), walk (where the first of them stands).
    """
    lists = [feed.kind for feed in FEEDS if feed.behind]
    todo: list[str] = list(state["todo"]) if state else (lists if since is not None else [])
    if since is None or not todo:
        yield Page(feed=FEED, records=(), state={"todo": []}, done=True)
        return
    place, until = dict((state or {}).get("walk") or {}), start_of(since)
    while todo:
        for page in walk(BY_KIND[todo[0]], place):
            stamps = [record.updated_at for record in page.records if record.updated_at is not None]
            # rows come in the order of their stamps, or by page number to the list's end
            last = page.done or (not page.state.get("plain") and max(stamps, default=until) > until)
            share = (len(lists) - len(todo) + (1.0 if last else _share(page))) / len(lists)
            todo = todo[1:] if last else todo
            yield Page(
                feed=FEED,
                records=page.records,
                findings=page.findings,
                state={"todo": todo, "walk": {} if last else dict(page.state)},
                done=not todo,
                share=share,
            )
            if last:
                break
        place = {}


def _share(page: Page) -> float:
    return min(1.0, page.state.get("came", 0) / page.total) if page.total else 0.0
