"""Lists walked by stamp: nothing is missed while rows move, and a walk cut off goes on from any page."""

from __future__ import annotations

import threading
from collections import deque
from datetime import timedelta
from typing import Any

import pytest

from connectors.port import Page
from connectors.xero.limits import IN_FLIGHT
from ledger.faults import ConsentLost, PermissionMissing, RateLimited, Refused, Unreachable
from tests.connectors.wire import Answer, Call
from tests.connectors.xero.lists import BEGIN, Book, Site, open_book


def pull(site: Site, state: dict[str, Any] | None = None) -> list[Page]:
    return list(site.connector.pull("Invoices", state))


def ids(pages: list[Page]) -> list[str]:
    return [record.external_id for page in pages for record in page.records]


@pytest.mark.parametrize("apart", [1.0, 10.0, 0.1, 0.0])
def test_everything_comes_however_close_the_stamps_lie(apart: float) -> None:
    book = Book()
    book.fill(11, apart)
    with open_book(book) as site:
        pages = pull(site)
    assert set(ids(pages)) == set(book.stamps)
    assert [page.done for page in pages] == [False] * (len(pages) - 1) + [True]
    assert all(page.full for page in pages)
    assert pages[-1].complete == ("Invoices",)
    assert all(page.complete == () for page in pages[:-1])


def test_resumed_after_any_page_nothing_is_missed() -> None:
    book = Book()
    book.fill(11, 5.0)
    with open_book(book) as site:
        pages = pull(site)
        for number, page in enumerate(pages[:-1], start=1):
            rest = pull(site, dict(page.state))
            assert set(ids(pages[:number]) + ids(rest)) == set(book.stamps)
            assert rest[-1].complete == ("Invoices",)
            assert rest[-1].state == pages[-1].state


def test_a_row_that_moves_during_the_walk_takes_no_neighbour_with_it() -> None:
    book = Book()
    book.fill(11, 5.0)
    calls: list[Call] = []

    def edit(call: Call) -> None:
        calls.append(call)
        if len(calls) == 2:
            book.touch("i000", 500)  # it was on the first page and is now at the end
            book.touch("i001", 501)

    book.before = edit
    with open_book(book) as site:
        pages = pull(site)
    assert set(ids(pages)) == set(book.stamps)
    last = {record.external_id: record.updated_at for page in pages for record in page.records}
    assert last["i001"] == book.stamps["i001"]


def test_a_server_that_ignores_the_order_is_walked_by_page_and_claims_nothing() -> None:
    book = Book(ordered=False)
    book.fill(11, -5.0)
    with open_book(book) as site:
        pages = pull(site)
        assert set(ids(pages)) == set(book.stamps)
        assert pages[-1].complete == ()  # a row may have been skipped: none is taken for gone
        book.touch("i005", 9_999_999_999 - 1_772_445_600)
        again = pull(site, dict(pages[-1].state))
    assert "i005" in ids(again)


def test_an_incremental_pass_asks_for_what_changed_with_some_overlap() -> None:
    book = Book()
    book.fill(9, 600.0)
    with open_book(book) as site:
        pages = pull(site)
        before = len(site.server.calls)
        book.touch("i002", 90_000)
        again = pull(site, dict(pages[-1].state))
        calls = site.server.calls[before:]
    assert set(ids(again)) == {"i002", "i008"}
    assert calls[0].headers["if-modified-since"] == "2026-03-02T11:15:00"  # five minutes before the newest stamp
    assert not again[-1].full
    assert again[-1].complete == ()


def test_nothing_changed_is_one_call_and_no_record() -> None:
    book = Book()
    book.fill(2)
    with open_book(book) as site:
        state = dict(pull(site)[-1].state)
        book.stamps.clear()  # nothing since: 304
        made = len(site.server.calls)
        [page] = pull(site, state)
        assert len(site.server.calls) - made == 1
    assert page.records == () or list(page.records) == []
    assert page.done
    assert page.state == state


def test_records_are_read_again_by_their_ids() -> None:
    book = Book(page_size=100)
    book.fill(90)
    with open_book(book) as site:
        pages = list(site.connector.read("Invoices", [f"i{n:03}" for n in range(90)] + ["gone"]))
    assert set(ids(pages)) == set(book.stamps)
    assert len(pages) == 3


def _refused(answer: Answer) -> tuple[Exception, Site]:
    book = Book(refusal=answer)
    with open_book(book) as site, pytest.raises(Exception) as raised:  # noqa: PT011 - which one is what is asked
        pull(site)
    assert isinstance(raised.value, Exception)
    return raised.value, site


def test_a_lost_permission_is_named() -> None:
    fault, _ = _refused(Answer(status=403, body=b'{"Title": "Forbidden", "Detail": "AuthenticationUnsuccessful"}'))
    assert isinstance(fault, PermissionMissing)
    assert "Invoices" in str(fault)


def test_a_refused_token_is_refreshed_once() -> None:
    fault, site = _refused(Answer(status=401, body=b'{"Title": "Unauthorized"}'))
    assert isinstance(fault, ConsentLost)
    assert site.tokens.made == 1
    assert [call.headers["authorization"] for call in site.server.calls] == ["Bearer t0", "Bearer t1"]


@pytest.mark.parametrize(("problem", "scope"), [
    ("Minute", "minute"), ("minute limit exceeded", "minute"), ("Day", "day"), ("App Minute", "app"), ("", "minute"),
    ("Concurrent", "concurrent"),
])  # fmt: skip
def test_the_limits_header_says_which_limit(problem: str, scope: str) -> None:
    headers = {"X-Rate-Limit-Problem": problem, "Retry-After": "4000"}
    fault, site = _refused(Answer(status=429, headers=headers, body=b""))
    assert isinstance(fault, RateLimited)
    assert (fault.scope, fault.retry_after_seconds) == (scope, 4000)
    assert len(site.server.calls) == 1  # parked, not hammered


def test_a_short_limit_is_waited_out() -> None:
    book = Book()
    book.fill(2)
    answers = [Answer(status=429, headers={"X-Rate-Limit-Problem": "minute", "Retry-After": "2"}, body=b""), None]

    def throttle(_: Call) -> None:
        book.refusal = answers.pop(0) if answers else None

    book.before = throttle
    with open_book(book) as site:
        assert len(ids(pull(site))) == 2
        assert site.naps.seconds == [2]


@pytest.mark.parametrize(
    "body",
    [
        b"<!doctype html><html>Maintenance</html>",
        b'{"Invoices": [',
        b"",
        b"{}",
        b'{"pagination": {}}',
        b'{"Status": "OK"}',
        b'{"Status": "OK", "Invoices": null}',
        b'{"Status": "ERROR", "Invoices": []}',
        b'{"Status": "OK", "Invoices": [], "pagination": {"page": 1, "pageCount": 1, "itemCount": 30}}',
        b'{"ErrorNumber": 10, "Type": "ValidationException", "Message": "boom"}',
    ],
)
def test_an_answer_that_is_no_list_is_one_sentence(body: bytes) -> None:
    fault, _ = _refused(Answer(body=body))
    assert isinstance(fault, Unreachable)
    assert "\n" not in str(fault)
    assert "html>" not in str(fault)


def test_of_what_changed_there_may_be_nothing_whatever_is_counted() -> None:
    book = Book()
    book.fill(2)
    with open_book(book) as site:
        state = dict(pull(site)[-1].state)
        book.refusal = Answer(body=b'{"Status": "OK", "Invoices": [], "pagination": {"itemCount": 2}}')
        [page] = pull(site, state)
    assert (page.done, page.records, page.state["high"]) == (True, [], state["high"])


def test_a_refusal_is_not_taken_for_an_empty_list() -> None:
    for status in (400, 404):
        fault, _ = _refused(Answer(status=status, body=b'{"Message": "no"}'))
        assert isinstance(fault, Refused)


def test_an_edit_within_a_second_of_many_pages_hides_no_row() -> None:
    """The edited row stood on a page that was read: all behind it move up by one, and one of them slips past."""
    book = Book()
    book.fill(11, 0.0)
    calls: list[Call] = []

    def edit(call: Call) -> None:
        calls.append(call)
        if len(calls) == 3:
            book.touch("i000", 500)

    book.before = edit
    with open_book(book) as site:
        pages = pull(site)
    assert set(ids(pages)) == set(book.stamps)
    assert pages[-1].complete == ("Invoices",)


def test_a_second_that_never_comes_to_rest_claims_nothing() -> None:
    book = Book()
    book.fill(30, 0.0)
    calls: list[Call] = []

    def edit(call: Call) -> None:
        calls.append(call)
        if len(calls) % 5 == 0 and len(calls) < 100:
            book.touch(f"i{len(calls) // 5:03}", 500)

    book.before = edit
    with open_book(book) as site:
        pages = pull(site)
    assert pages[-1].done
    assert pages[-1].complete == ()


def test_a_long_list_is_read_side_by_side_and_never_more_calls_at_once_than_xero_lets() -> None:
    book = Book(page_size=100, now=BEGIN + timedelta(days=1))
    book.fill(80, 10.0)
    under_way: list[int] = []
    busy, lock, together = [0], threading.Lock(), threading.Barrier(2, timeout=10)

    def count(_: Call) -> None:
        with lock:
            busy[0] += 1
            under_way.append(busy[0])
            number = len(under_way)
        if number in (2, 3):
            together.wait()  # the first two of the segments have to be under way, or neither would go on
        with lock:
            busy[0] -= 1

    book.before = count
    with open_book(book, page_size=4) as site:
        pages = pull(site)
        assert set(ids(pages)) == set(book.stamps)
        assert pages[-1].complete == ("Invoices",)
        assert all(page.full for page in pages)
        assert 1 < max(under_way) <= IN_FLIGHT
        again = pull(site, dict(pages[0].state))
        assert set(ids([pages[0], *again])) == set(book.stamps)
        assert again[-1].state == pages[-1].state


def test_a_refused_call_comes_after_the_pages_beside_it_and_the_pass_goes_on_from_there() -> None:
    book = Book(page_size=100, now=BEGIN + timedelta(days=1))
    book.fill(80, 10.0)
    refused = Answer(status=429, headers={"X-Rate-Limit-Problem": "Day", "Retry-After": "4000"}, body=b"")

    def refuse(_: Call) -> None:
        book.refusal = refused if len(calls) >= 6 else None

    book.before = refuse
    came: list[Page] = []
    with open_book(book, page_size=4) as site:
        calls = site.server.calls
        with pytest.raises(RateLimited):
            deque(map(came.append, site.connector.pull("Invoices", None)))  # those before the fault are kept
        book.before, book.refusal = lambda _: None, None
        rest = pull(site, dict(came[-1].state))
    assert "spread" in came[-1].state
    assert set(ids(came + rest)) == set(book.stamps)
    assert rest[-1].complete == ("Invoices",)


def test_a_bound_lies_well_before_the_pass_by_xeros_clock_and_not_by_ours() -> None:
    book = Book(page_size=100, now=BEGIN + timedelta(minutes=13))
    book.fill(80, 10.0)
    with open_book(book, page_size=4) as site:
        [first, *_] = pull(site)
    assert first.state["spread"]["until"] == int((BEGIN + timedelta(minutes=3)).timestamp())
