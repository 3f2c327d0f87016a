"""Full listings: every row once at least, whatever moves meanwhile, and resumable after every page."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from connectors.port import Page
from connectors.quickbooks.kinds import CHANGED
from tests.connectors.quickbooks.books import Books, connector, row
from tests.connectors.wire import Call, Server, serve


@pytest.fixture(autouse=True)
def _small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connectors.quickbooks.walk.PAGE_SIZE", 3)


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
    books.rows["Invoice"] = [row(str(number), 5) for number in range(1, 12)]

    pages = list(connector(server.url).pull("books", None))

    assert ids(pages, "Invoice") == everything()
    assert "Invoice" in pages[-1].complete


def test_a_row_edited_during_the_walk_hides_no_other(books: Books, server: Server) -> None:
    def edit(call: Call) -> None:
        if b"FROM Invoice" in call.body and len([said for said in books.statements if "Invoice" in said]) == 2:
            books.rows["Invoice"][0] = row("1", 60)

    books.on_call = edit
    pages = list(connector(server.url).pull("books", None))

    assert ids(pages, "Invoice") == everything()


@pytest.mark.parametrize("all_day", [True, False])
def test_a_row_deleted_among_equal_stamps_is_noticed(books: Books, server: Server, all_day: bool) -> None:
    books.rows["Invoice"] = [row(str(number), 5) for number in range(1, 12)]

    def delete(call: Call) -> None:
        asked = len([said for said in books.statements if "Invoice" in said])
        if b"FROM Invoice" in call.body and (asked == 2 or (all_day and asked > 1 and len(books.rows["Invoice"]) > 4)):
            books.rows["Invoice"].pop(0)

    books.on_call = delete
    pages = list(connector(server.url).pull("books", None))

    assert ids(pages, "Invoice") >= {one["Id"] for one in books.rows["Invoice"]}
    assert ("Invoice" in pages[-1].complete) is not all_day  # what never came to rest is not claimed to be whole


def test_a_server_that_does_not_order_is_walked_by_position(books: Books, server: Server) -> None:
    books.orders = False
    books.rows["Invoice"] = [row(str(number), 20 - number) for number in range(1, 12)]

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
