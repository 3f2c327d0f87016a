"""A start date: what is open and recent comes first, all that lies before it behind, and nothing is left out."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from connectors.port import Page
from connectors.xero.history import FEED
from ledger.faults import Refused
from tests.connectors.wire import Answer, Call
from tests.connectors.xero.lists import BEGIN, Book, Site, open_book

SINCE = BEGIN.date() + timedelta(days=4)
DAY = 86_400.0


@pytest.fixture
def book() -> Book:
    """One invoice a day, eleven days; the oldest and the newest are open."""
    book = Book(unpaid=frozenset({"i000", "i001", "i002", "i003", "i010"}))
    book.fill(11, DAY)
    return book


def pull(site: Site, feed: str, state: dict[str, Any] | None, since: date | None = SINCE) -> list[Page]:
    return list(site.connector.pull(feed, state, since=since))


def ids(pages: list[Page]) -> set[str]:
    return {record.external_id for page in pages for record in page.records}


def test_open_ones_of_any_age_and_recent_ones_come_before_the_rest(book: Book) -> None:
    with open_book(book) as site:
        first = pull(site, "Invoices", None)
        assert ids(first) == book.unpaid | {f"i{number:03}" for number in range(3, 11)}
        assert [page.complete for page in first] == [()] * len(first)  # what did not come is not gone
        assert not any(page.full for page in first)
        assert [page.done for page in first][-1]
        behind = pull(site, FEED, None)
        assert ids(first) | ids(behind) == set(book.stamps)
        assert "i010" not in ids(behind)
        assert behind[-1].done
        assert [page.share for page in behind] == sorted(page.share or 0 for page in behind)
        made = site.connector.calls
        [nothing] = pull(site, FEED, dict(behind[-1].state))
        assert (nothing.done, list(nothing.records), site.connector.calls) == (True, [], made)
        assert ids(pull(site, "Invoices", dict(first[-1].state))) == {"i010"}


def test_cut_off_after_any_page_it_goes_on(book: Book) -> None:
    with open_book(book) as site:
        for feed in ("Invoices", FEED):
            pages = pull(site, feed, None)
            for number, page in enumerate(pages[:-1], start=1):
                rest = pull(site, feed, dict(page.state))
                assert ids(pages[:number]) | ids(rest) == ids(pages)
                assert rest[-1].state == pages[-1].state


def test_an_old_one_that_is_edited_meanwhile_comes_with_the_next_pass(book: Book) -> None:
    with open_book(book) as site:
        first = pull(site, "Invoices", None)
        book.touch("i001", 11 * DAY)
        behind = pull(site, FEED, None)
        after = pull(site, "Invoices", dict(first[-1].state))
    assert ids(first) | ids(behind) | ids(after) == set(book.stamps)
    assert "i001" in ids(after)


def test_without_a_start_date_nothing_lies_behind(book: Book) -> None:
    with open_book(book) as site:
        [page] = pull(site, FEED, None, since=None)
        assert (page.done, site.connector.calls) == (True, 0)
        assert pull(site, "Invoices", None, since=None)[-1].complete == ("Invoices",)
        [later] = pull(site, FEED, dict(page.state))  # a date that is given afterwards
        assert (later.done, list(later.records)) == (True, [])


def test_a_filter_that_is_refused_leaves_the_open_ones_to_the_history(book: Book) -> None:
    def refuse(call: Call) -> None:
        refused = Answer(status=400, body=b'{"Message": "not filtering efficiently"}')
        book.refusal = refused if call.one("Statuses") else None

    book.before = refuse
    with open_book(book) as site:
        first, behind = pull(site, "Invoices", None), pull(site, FEED, None)
        with pytest.raises(Refused):
            list(site.connector.recheck({"Invoices": []}))
    assert ids(first) | ids(behind) == set(book.stamps)
