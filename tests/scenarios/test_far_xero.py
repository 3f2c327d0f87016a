"""A first pass over a far Xero, whose lists are read on side by side while pages are made ready: faults and kills lose no row.

Over real HTTP; invoices are read in segments, and edited meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select

from ledger.faults import Refused
from store.database import Database
from store.scope import Scope
from store.tables.intake import records
from sync.apply import Target, load_context
from sync.pull import Progress, run_pass
from tests.connectors.wire import Answer, Call
from tests.connectors.xero.lists import BEGIN, Book, Site, open_book
from tests.store.place import make_place
from tests.sync.fake import Clock

SIZE = 5
ROWS = 80
AT_LAST = timedelta(days=2)


class Killed(BaseException):
    """As SIGKILL would, between two transactions."""


@pytest.fixture
def book(monkeypatch: pytest.MonkeyPatch) -> Book:
    monkeypatch.setattr("sync.pull.FAR_SECONDS", 0.0)
    made = Book(page_size=SIZE, now=BEGIN + AT_LAST)
    made.fill(ROWS, apart=60.0)
    return made


@pytest.fixture
def site(book: Book) -> Iterator[Site]:
    with open_book(book, page_size=SIZE) as found:
        yield found


def run(database: Database, scope: Scope, site: Site, **given: object) -> None:
    target = Target(database, scope, load_context(database, scope))
    run_pass(target, site.connector, now=Clock().now, ahead=True, **given)  # type: ignore[arg-type]


def stored(database: Database, scope: Scope) -> dict[str, object]:
    query = select(records.c.external_id, records.c.updated_at).where(
        scope.where(records), records.c.kind == "Invoices"
    )
    with database.read() as connection:
        return {row[0]: row[1] for row in connection.execute(query)}


def edited_at(book: Book, number: int) -> None:
    """With that call a row that segments may have read moves behind all others."""
    calls: list[Call] = []

    def edit(call: Call) -> None:
        calls.append(call)
        if len(calls) == number:
            book.stamps["i003"] = BEGIN + AT_LAST

    book.before = edit


@pytest.mark.parametrize("refused", [6, 17])
def test_a_call_that_is_refused_ends_the_pass_and_the_next_one_brings_the_rest(
    database: Database, book: Book, site: Site, refused: int
) -> None:
    scope = make_place(database).connect("xero", "tenant")
    calls: list[Call] = []

    def refuse(call: Call) -> None:
        calls.append(call)
        if len(calls) == refused:
            book.refusal = Answer(status=400, body=b"{}")

    book.before = refuse
    with pytest.raises(Refused):
        run(database, scope, site)
    book.refusal = None
    edited_at(book, 4)
    run(database, scope, site)
    assert stored(database, scope) == book.stamps


@pytest.mark.parametrize("steps", [5, 14])
def test_killed_at_any_step_it_goes_on_where_it_was(database: Database, book: Book, site: Site, steps: int) -> None:
    scope = make_place(database).connect("xero", "tenant")
    edited_at(book, 9)
    seen: list[str] = []

    def report(told: Progress) -> None:
        seen.append(told.feed)
        if len(seen) == steps:
            raise Killed

    with pytest.raises(Killed):
        run(database, scope, site, report=report)
    run(database, scope, site)
    assert stored(database, scope) == book.stamps
