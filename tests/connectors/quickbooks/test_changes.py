"""The change feed: few calls, deletions, overlap, and the ways out where an answer may have been cut."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from connectors.port import Page, Record
from connectors.quickbooks.connector import QuickBooksConnector
from connectors.quickbooks.kinds import CHANGED
from ledger.faults import RateLimited
from tests.connectors.quickbooks.books import Books, connector, fault, row, stamp
from tests.connectors.wire import NOW, Answer, Call, Server, serve

SINCE = {"since": (NOW - timedelta(hours=1)).isoformat()}
LATE = 9 * 60 + 30  # half past nine: after SINCE
EARLY = 8 * 60


@pytest.fixture
def books() -> Books:
    return Books(rows={"Invoice": [row("1", EARLY), row("2", LATE)], "Payment": [row("3", EARLY)]})


@pytest.fixture
def server(books: Books) -> Iterator[Server]:
    with serve(books.script) as server:
        yield server


def records(pages: list[Page]) -> list[Record]:
    return [record for page in pages for record in page.records]


def keys(pages: list[Page]) -> set[tuple[str, str, bool]]:
    return {(record.kind, record.external_id, record.deleted) for record in records(pages)}


def pull(server: Server, state: dict[str, str] = SINCE) -> list[Page]:
    return list(connector(server.url).pull("books", state))


def test_one_call_brings_all_kinds_changes_and_deletions(books: Books, server: Server) -> None:
    books.deleted = {"Payment": [{"Id": "9", "domain": "QBO", "MetaData": {"LastUpdatedTime": stamp(LATE)}}]}

    [page] = pull(server)

    assert keys([page]) == {("Invoice", "2", False), ("Payment", "9", True)}
    assert (page.done, page.full, page.complete) == (True, False, ())
    assert page.state == {"since": NOW.isoformat()}
    assert len(server.calls) == 1


def test_the_window_overlaps_by_five_minutes_of_the_servers_clock(server: Server) -> None:
    pull(server)

    assert server.calls[0].one("changedSince") == "2026-05-04T08:55:00+00:00"


def test_a_status_other_than_deleted_deletes_nothing(books: Books, server: Server) -> None:
    books.rows["Invoice"][1]["status"] = "Pending"

    assert keys(pull(server)) == {("Invoice", "2", False)}


def test_a_big_answer_is_asked_for_again_kind_by_kind(
    books: Books, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connectors.quickbooks.changes.NEAR_FULL", 3)
    books.rows["Payment"] = [row("3", LATE), row("4", LATE)]

    [page] = pull(server)

    assert keys([page]) == {("Invoice", "2", False), ("Payment", "3", False), ("Payment", "4", False)}
    assert len(server.calls) == 1 + len(CHANGED)


def test_a_kind_whose_answer_may_be_cut_is_listed_whole(
    books: Books, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connectors.quickbooks.changes.NEAR_FULL", 2)
    books.rows["Payment"] = [row("3", EARLY), row("4", LATE), row("5", LATE)]

    pages = pull(server)

    assert ("Payment", "3", False) in keys(pages)
    assert all(page.full for page in pages)  # so that what a whole list leaves out is taken for gone
    assert pages[-1].complete == ("Payment",)
    assert pages[-1].state == {"since": NOW.isoformat()}
    resumed = list(connector(server.url).pull("books", pages[0].state))
    assert resumed[-1].complete == ("Payment",)


@pytest.mark.parametrize("days", [29, 31])
def test_a_state_beyond_the_feeds_reach_leads_to_a_full_pass(books: Books, server: Server, days: int) -> None:
    old = {"since": (NOW - timedelta(days=days, minutes=1)).isoformat()}

    pages = pull(server, old)

    assert keys(pages) == {("Invoice", "1", False), ("Invoice", "2", False), ("Payment", "3", False)}
    assert pages[-1].complete == CHANGED


def test_a_kind_that_the_feed_refuses_is_listed_whole(books: Books, server: Server) -> None:
    def refuse(call: Call) -> None:
        books.refused = {"Term"} if call.path.endswith("/cdc") else set()

    books.on_call = refuse
    books.rows["Term"] = [row("30", EARLY, Active=True)]

    pages = pull(server)

    assert keys(pages) >= {("Term", "30", False), ("Invoice", "2", False)}
    assert pages[-1].complete == ("Term",)


@pytest.mark.parametrize(
    "answer", [b"[]", b'[{"QueryResponse": []}]', b'[{"QueryResponse": [{}]}]', b'[{"QueryResponse": null}]']
)
def test_an_answer_that_speaks_of_no_kind_moves_no_place(answer: bytes) -> None:
    body = b'{"CDCResponse": %s, "time": "2026-05-04T11:00:00Z"}' % answer
    with serve(lambda _: Answer(body=body)) as server:
        [page] = pull(server)

    assert (page.done, page.records, page.state) == (True, [], SINCE)


def test_a_fault_inside_an_answer_is_no_kind_without_changes(books: Books) -> None:
    fault = b'{"CDCResponse": [{"QueryResponse": [{"Fault": {"Error": [{"Message": "x", "code": "10000"}]}}]}]}'

    def script(call: Call) -> Answer:
        return Answer(body=fault) if "," in (call.one("entities") or "") else books.script(call)

    with serve(script) as server:
        assert keys(pull(server)) == {("Invoice", "2", False)}


def test_a_quiet_pass_makes_fewer_calls_than_there_are_kinds(server: Server) -> None:
    books = connector(server.url)
    states = {feed: list(books.pull(feed, None))[-1].state for feed in books.feeds()}
    before = books.calls

    for feed in books.feeds():
        list(books.pull(feed, states[feed]))

    assert books.calls - before == 6
    assert books.calls - before < len(books.kinds)


THROTTLED = (
    b'<?xml version="1.0"?><IntuitResponse xmlns="http://schema.intuit.com/finance/v3"><Fault type="SERVICE">'
    b'<Error code="3001"><Message>message=ThrottleExceeded; errorCode=003001; statusCode=%d</Message>'
    b"<Detail>Too many</Detail></Error></Fault></IntuitResponse>"
)


@pytest.mark.parametrize("status", [429, 403, 400])
def test_a_throttle_in_xml_is_a_limit_whatever_its_status(status: int) -> None:
    with (
        serve(lambda _: Answer(status=status, body=THROTTLED % status)) as server,
        pytest.raises(RateLimited) as caught,
    ):
        pull(server)

    assert caught.value.retry_after_seconds == 60


def test_a_throttle_in_json_is_a_limit_too() -> None:
    with serve(lambda _: fault(400, "003001", "too many")) as server, pytest.raises(RateLimited):
        pull(server)


def test_a_short_limit_is_waited_out(books: Books) -> None:
    left = [Answer(status=429, body=THROTTLED % 429, headers={"Retry-After": "1"})]
    with serve(lambda call: left.pop() if left else books.script(call)) as server:
        assert keys(pull(server)) == {("Invoice", "2", False)}


def test_calls_are_counted(server: Server) -> None:
    books: QuickBooksConnector = connector(server.url)
    list(books.pull("books", SINCE))

    assert books.calls == 1
