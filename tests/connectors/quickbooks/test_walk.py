"""Full listings: every row once at least, whatever moves meanwhile, and resumable after every page."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from threading import Event
from typing import Any

import pytest

from connectors.port import Page
from connectors.quickbooks.kinds import CHANGED
from tests.connectors.quickbooks.books import Books, connector, fault, row
from tests.connectors.wire import Answer, Call, Server, serve


@pytest.fixture(autouse=True)
def _small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connectors.quickbooks.places.PAGE_SIZE", 3)


@pytest.fixture
def books() -> Books:
    rows = {"Invoice": [row(str(number), number // 2) for number in range(1, 12)], "Customer": [row("7", Active=False)]}
    return Books(rows=rows)


@pytest.fixture
def server(books: Books) -> Iterator[Server]:
    with serve(books.script) as server:
        yield server


def ids(pages: list[Page], kind: str) -> set[str]:
    return {record.external_id for page in pages for record in page.records if record.kind == kind}


def everything() -> set[str]:
    return {str(number) for number in range(1, 12)}


def test_a_full_pass_brings_every_row_and_says_what_it_listed_whole(server: Server) -> None:
    pages = list(connector(server.url).pull("books", None))

    assert ids(pages, "Invoice") == everything()
    assert ids(pages, "Customer") == {"7"}  # inactive names are asked for
    assert all(page.full for page in pages)
    assert [page.done for page in pages] == [*[False] * (len(pages) - 1), True]
    assert pages[-1].complete == CHANGED
    assert pages[-1].state == {"since": "2026-05-04T10:00:00+00:00"}
    assert pages[-1].total == 12


def test_rows_whose_ids_are_numbers_come_like_others(books: Books, server: Server) -> None:
    books.rows["Invoice"] = [{**one, "Id": int(one["Id"]), "SyncToken": 3} for one in books.rows["Invoice"]]

    pages = list(connector(server.url).pull("books", None))

    assert ids(pages, "Invoice") == everything()
    assert [finding for page in pages for finding in page.findings] == []
    assert {record.version for page in pages for record in page.records if record.kind == "Invoice"} == {"3"}


@pytest.mark.parametrize("counts_wait", [False, True])
@pytest.mark.parametrize("section", [b"{}", b'{"Invoice": null}'])
def test_a_list_that_comes_without_rows_though_some_are_counted_is_asked_for_again(
    books: Books, counts_wait: bool, section: bytes
) -> None:
    """Whether the count comes before the empty page or after it."""
    came, empty = Event(), [section]

    def script(call: Call) -> Answer:
        counts = b"COUNT" in call.body
        if counts and counts_wait:
            came.wait(20)
        if b"FROM Invoice" in call.body and not counts:
            if empty:
                (came.set if counts_wait else came.wait)()
                return Answer(body=b'{"QueryResponse": %s, "time": "2026-05-04T10:00:00Z"}' % empty.pop())
            came.set()
        answer = books.script(call)
        if counts:
            came.set()
        return answer

    with serve(script) as server:
        pages = list(connector(server.url).pull("books", None))

    assert ids(pages, "Invoice") == everything()
    assert pages[-1].complete == CHANGED


def test_of_a_company_without_rows_every_list_is_whole_and_asked_for_once(books: Books, server: Server) -> None:
    books.rows = {}

    pages = list(connector(server.url).pull("books", None))

    assert [page.done for page in pages] == [*[False] * (len(pages) - 1), True]
    assert pages[-1].complete == CHANGED
    assert len(server.calls) == 1 + 3 + 1


def test_lists_that_are_empty_before_they_are_counted_end_the_walk(books: Books) -> None:
    books.rows, came = {}, Event()

    def script(call: Call) -> Answer:
        came.wait(20) if b"COUNT" in call.body else came.set()
        return books.script(call)

    with serve(script) as server:
        pages = list(connector(server.url).pull("books", {"todo": ["Invoice"]}))

    assert pages[-1].done
    assert pages[-1].complete == ("Invoice",)


def test_small_lists_come_in_one_answer_and_no_page_twice(server: Server) -> None:
    pages = list(connector(server.url).pull("books", None))

    assert sum(len(page.records) for page in pages) == 12  # no row twice, though pages overlap
    # the counts, three lists that are begun meanwhile, the other nine together, and five pages more of the 11 invoices
    assert len(server.calls) == 1 + 3 + 1 + 5


def test_pages_that_wait_to_be_written_are_few(books: Books, server: Server) -> None:
    """Calls that nobody waits for would each hold a page in memory."""
    books.rows["Invoice"] = [row(str(number)) for number in range(1, 60)]
    taken = 0
    ahead: list[int] = []
    for page in connector(server.url).pull("books", None):
        taken += 1
        Event().wait(0.01)  # they come meanwhile
        ahead.append(0 if page.done else len(server.calls) - taken)

    assert taken > 20
    assert max(ahead[10:]) < 6


@pytest.mark.parametrize("counts", [{"Invoice": 4}, {"Invoice": 40}, {"Invoice": 0, "Term": 0}, {"Item": 9}])
def test_a_wrong_count_costs_calls_and_no_row(books: Books, server: Server, counts: dict[str, int]) -> None:
    books.rows["Term"] = [row(str(number)) for number in range(1, 8)]
    books.counts = counts

    pages = list(connector(server.url).pull("books", None))

    assert ids(pages, "Invoice") == everything()
    assert ids(pages, "Term") == {str(number) for number in range(1, 8)}
    assert pages[-1].complete == CHANGED


def test_where_nothing_is_counted_pages_come_in_turn(books: Books, server: Server) -> None:
    count = books.script

    def refuse(call: Call) -> Answer:
        return fault(400, "4000", "no batches here") if call.path.endswith("/batch") else count(call)

    with serve(refuse) as plain:
        pages = list(connector(plain.url).pull("books", None))

    assert ids(pages, "Invoice") == everything()
    assert pages[-1].complete == CHANGED
    assert {page.total for page in pages} == {None}


@pytest.mark.parametrize("by", [int, str])
def test_rows_deleted_between_pages_hide_no_other(books: Books, server: Server, by: Callable[[str], Any]) -> None:
    books.by = by
    books.rows["Invoice"] = [row(str(number)) for number in range(1, 40)]
    gone: list[str] = []

    def delete(call: Call) -> None:
        if b"ORDERBY Id" in call.body and b"FROM Invoice" in call.body and len(gone) < 3:
            gone.append(books.rows["Invoice"].pop(3)["Id"])

    books.on_call = delete
    pages = list(connector(server.url).pull("books", None))

    assert ids(pages, "Invoice") >= {one["Id"] for one in books.rows["Invoice"]}
    assert "Invoice" in pages[-1].complete


def test_a_pass_goes_on_after_any_page(server: Server) -> None:
    begun = {"todo": ["Customer", "Invoice"]}
    whole = list(connector(server.url).pull("books", begun))

    for cut in range(1, len(whole)):
        state = json.loads(json.dumps(whole[cut - 1].state))
        rest = list(connector(server.url).pull("books", state))
        assert ids([*whole[:cut], *rest], "Invoice") == everything()
        assert rest[-1].complete == ("Customer", "Invoice")
        assert rest[-1].state == whole[-1].state


def test_rows_of_one_stamp_are_told_apart_by_position(books: Books, server: Server) -> None:
    books.by = None
    books.rows["Invoice"] = [row(str(number), 5) for number in range(1, 12)]

    pages = list(connector(server.url).pull("books", None))

    assert ids(pages, "Invoice") == everything()
    assert "Invoice" in pages[-1].complete


@pytest.mark.parametrize("by", [int, str, None])
def test_a_row_edited_during_the_walk_hides_no_other(
    books: Books, server: Server, by: Callable[[str], Any] | None
) -> None:
    books.by = by

    def edit(call: Call) -> None:
        if b"FROM Invoice" in call.body and len([said for said in books.statements if "Invoice" in said]) == 2:
            books.rows["Invoice"][0] = row("1", 60)

    books.on_call = edit
    pages = list(connector(server.url).pull("books", None))

    assert ids(pages, "Invoice") == everything()


@pytest.mark.parametrize("all_day", [True, False])
def test_a_row_deleted_among_equal_stamps_is_noticed(books: Books, server: Server, all_day: bool) -> None:
    books.by = None
    books.rows["Invoice"] = [row(str(number), 5) for number in range(1, 12)]

    def delete(call: Call) -> None:
        asked = len([said for said in books.statements if "FROM Invoice" in said and "MetaData" in said])
        if b"FROM Invoice" in call.body and (asked == 2 or (all_day and asked > 1 and len(books.rows["Invoice"]) > 4)):
            books.rows["Invoice"].pop(0)

    books.on_call = delete
    pages = list(connector(server.url).pull("books", None))

    assert ids(pages, "Invoice") >= {one["Id"] for one in books.rows["Invoice"]}
    assert ("Invoice" in pages[-1].complete) is not all_day  # what never came to rest is not claimed to be whole


def test_a_server_that_does_not_order_is_walked_by_position(books: Books, server: Server) -> None:
    books.orders = False
    books.rows["Invoice"] = [row(str(number), 20 - number) for number in range(11, 0, -1)]

    pages = list(connector(server.url).pull("books", None))

    assert ids(pages, "Invoice") == everything()
    assert "Invoice" in pages[-1].complete


def test_a_list_that_is_not_needed_may_be_refused(books: Books, server: Server) -> None:
    books.refused = {"Item"}

    pages = list(connector(server.url).pull("books", None))

    findings = [finding for page in pages for finding in page.findings]
    assert [(finding.code, finding.record_kind) for finding in findings] == [("list_refused", "Item")]
    assert "Item" not in pages[-1].complete
    assert ids(pages, "Invoice") == everything()
