"""A start date: open invoices and what is recent come first, all that lies before it behind, and nothing is left out."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest

from connectors.port import Page
from connectors.quickbooks.history import FEED
from tests.connectors.quickbooks.books import Books, connector, row
from tests.connectors.wire import NOW, Call, Server, serve

SINCE = date(NOW.year, NOW.month, NOW.day)
DAY = 1_440


@pytest.fixture(autouse=True)
def _small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connectors.quickbooks.places.PAGE_SIZE", 3)


@pytest.fixture
def books() -> Books:
    """An invoice and a payment a day for eleven days up to today; the oldest invoices are open."""
    invoices = [row(str(number), (number - 10) * DAY, Balance=50 if number < 3 else 0) for number in range(11)]
    payments = [row(str(number), (number - 10) * DAY) for number in range(11)]
    return Books(rows={"Invoice": invoices, "Payment": payments, "Customer": [row("7", -99 * DAY)]})


@pytest.fixture
def server(books: Books) -> Iterator[Server]:
    with serve(books.script) as server:
        yield server


def ids(pages: list[Page], kind: str) -> set[int]:
    return {int(record.external_id) for page in pages for record in page.records if record.kind == kind}


def test_open_invoices_and_recent_records_come_before_the_rest(books: Books, server: Server) -> None:
    reader = connector(server.url)
    first = list(reader.pull("books", None, since=SINCE))
    assert ids(first, "Invoice") == {0, 1, 2, 9, 10}
    assert ids(first, "Payment") == {9, 10}
    assert ids(first, "Customer") == {7}  # others refer to names: those are read whole
    assert [page.complete for page in first] == [()] * len(first)  # what did not come is not gone
    assert first[-1].done
    assert first[-1].state == {"since": books.now.isoformat()}
    behind = list(reader.pull(FEED, None, since=SINCE))
    assert ids(first + behind, "Invoice") == ids(first + behind, "Payment") == set(range(11))
    assert (behind[-1].done, behind[-1].complete) == (True, ())
    made = reader.calls
    [nothing] = reader.pull(FEED, behind[-1].state, since=SINCE)
    assert (nothing.done, list(nothing.records), reader.calls) == (True, [], made)


@pytest.mark.parametrize("by", [int, str, None])
@pytest.mark.parametrize("feed", ["books", FEED])
def test_an_edit_that_moves_a_row_over_the_start_date_hides_no_other(
    books: Books, server: Server, feed: str, by: Callable[[str], Any] | None
) -> None:
    """Both parts are read side by side in the order of ids; where that is refused, by stamp."""
    books.by, old = by, [row(str(number), -30 * DAY) for number in range(1, 21)]
    books.rows["Payment"] = [*old, *(row(str(number), 0) for number in range(21, 41))]
    edited: list[str] = []

    def edit(call: Call) -> None:
        if b"FROM Payment" in call.body and b"COUNT" not in call.body and len(edited) < 3:
            place = 4 * len(edited) + 2
            edited.append(books.rows["Payment"][place]["Id"])
            books.rows["Payment"][place] = row(edited[-1], 60)

    books.on_call = edit
    came = ids(list(connector(server.url).pull(feed, None, since=SINCE)), "Payment")
    assert came | set(map(int, edited)) >= set(range(21, 41) if feed == "books" else range(1, 21))
    asked = [said for said in books.statements if "FROM Payment" in said and "COUNT" not in said]
    assert any("LastUpdatedTime" in said and "ORDERBY Id" in said for said in asked)


@pytest.mark.parametrize("feed", ["books", FEED])
def test_cut_off_after_any_page_it_goes_on(server: Server, feed: str) -> None:
    reader = connector(server.url)
    pages = list(reader.pull(feed, None, since=SINCE))
    for number, page in enumerate(pages[:-1], start=1):
        rest = list(reader.pull(feed, json.loads(json.dumps(page.state)) or None, since=SINCE))
        for kind in ("Invoice", "Payment"):
            assert ids(pages[:number] + rest, kind) == ids(pages, kind)


def test_without_a_start_date_nothing_lies_behind(server: Server) -> None:
    reader = connector(server.url)
    [page] = reader.pull(FEED, None)
    assert (page.done, reader.calls) == (True, 0)
    [later] = reader.pull(FEED, page.state, since=SINCE)  # a date that is given afterwards
    assert (later.done, list(later.records)) == (True, [])
