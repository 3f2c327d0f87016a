"""Shadow mode: the last days once more, with what was known then, beside what people decided and the books did."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from ledger.faults import Conflict
from reconcile.books import replay
from reconcile.books.switching import switches
from store.database import Database
from store.locks import exclusive
from store.replays import find_replay
from store.tables.matching import matches
from store.tables.policies import replay_cases
from store.tables.pulled import NOUN_NAMED
from tests.reconcile.books.books import DAY, Books, applied, charge, customer, invoice, make_books, payment

INVOICES = NOUN_NAMED["invoices"].table

TODAY = DAY + timedelta(days=30)


@pytest.fixture
def books(database: Database) -> Books:
    made = make_books(database)
    made.put(made.xero, customer("bob"), customer("eve", "Eve & Co", "eve@eve.example"))
    made.put(made.stripe, customer("cus_bob"))
    return made


def shadow(books: Books, today: date = TODAY) -> list[Any]:
    own = books.place.organisation_id
    replay_id = replay.ask(books.database, own, today=today, actor="ann", now=books.now())
    replay.run(books.database, own, replay_id, books.now)
    with books.database.read() as connection:
        assert find_replay(connection, own, replay_id).state == "done"
        query = select(replay_cases).where(replay_cases.c.replay_id == replay_id).order_by(replay_cases.c.number)
        return list(connection.execute(query))


def paid(books: Books, number: str, payment_id: str, minor: int = 5000, *, on: date = DAY, **changed: Any) -> None:
    """An invoice of the books and the payment that somebody has applied to it there."""
    books.put(books.xero, invoice(number, minor, left=0, issued_on=on - timedelta(days=20)))
    content = {"reference": number, "paid_on": on, **changed}
    books.put(books.xero, payment(payment_id, minor, **content), applied(payment_id, number, minor))


def test_what_the_books_did_agrees(books: Books) -> None:
    for n in range(4):
        paid(books, f"INV-{1001 + n}", f"p{n}", 5000 + 7 * n)
    found = shadow(books)
    assert Counter((row.evidence, row.verdict) for row in found) == {("number", "agreed"): 4}
    assert {row.said_by for row in found} == {"the books"}
    with books.database.read() as connection:  # nothing is proposed by it
        assert connection.execute(select(matches)).all() == []
        gates = {gate.proof.code: gate for gate in switches(connection, books.place.organisation_id, TODAY).gates}
    assert (gates["number"].tally.checked, gates["number"].tally.wrong) == (4, 0)


def test_where_the_books_did_otherwise_the_case_is_named(books: Books) -> None:
    """The reference names one invoice of Bob, and the bookkeeper applied the money to another of the same sum."""
    books.put(books.xero, invoice("INV-1001", 5000), invoice("INV-1002", 5000, left=0))
    books.put(books.xero, payment("p1", 5000, reference="INV-1001"), applied("p1", "INV-1002", 5000))
    [case] = shadow(books)
    assert (case.verdict, case.external_id) == ("wrong", "p1")
    assert [line[0] for line in case.answer] == ["INV-1001"]
    assert [line[0] for line in case.truth] == ["INV-1002"]


def test_what_a_person_decided_is_the_truth(books: Books) -> None:
    books.put(books.xero, invoice("INV-1001", 12345))
    books.put(books.stripe, charge("ch_1", 12345, text="INV-1001", payer_name="Bob Ltd"))
    books.settle()
    books.reconcile()
    [case] = shadow(books)
    assert case.verdict == "unchecked"
    [match] = books.proposals("ch_1")
    books.deciding().accept(match.id, seen=books.receipt("ch_1").revision, now=books.now())
    [case] = shadow(books)
    assert (case.verdict, case.said_by) == ("agreed", "ann@acme.example")


def test_each_day_knows_only_its_own_past(books: Books) -> None:
    """Two payments of one amount: on each day the invoice that was still open then is the answer."""
    paid(books, "INV-1001", "p1", 613_719, on=DAY, reference="")
    paid(books, "INV-1002", "p2", 613_719, on=DAY + timedelta(days=10), reference="")
    # issued only after the first payment, so the first one cannot have been meant for it
    books.put(books.xero, invoice("INV-1002", 613_719, left=0, issued_on=DAY + timedelta(days=3)))
    found = shadow(books)
    assert all(row.verdict != "wrong" for row in found)
    assert {row.external_id for row in found} >= {"p1"}


def test_what_was_entered_later_was_not_known_then(books: Books) -> None:
    """The first import counts from the documents' own dates; what came after it from the day that it came."""
    books.put(books.xero, invoice("INV-0001", 77, owner="eve"))
    paid(books, "INV-1001", "p1", on=DAY)
    own = books.invoice_id(books.xero, "INV-1001")
    with books.database.write() as connection:  # as if the invoice had come ten days after the first import
        later = update(INVOICES).where(INVOICES.c.id == own)
        connection.execute(later.values(recorded_at=books.now() + timedelta(days=10)))
    assert shadow(books) == []


def test_days_outside_are_left_out_and_one_replay_runs_at_a_time(books: Books) -> None:
    paid(books, "INV-1001", "p1", on=TODAY - timedelta(days=95))
    paid(books, "INV-1002", "p2", on=TODAY)
    assert shadow(books) == []
    own = books.place.organisation_id
    replay_id = replay.ask(books.database, own, today=TODAY, actor="ann", now=books.now())
    with exclusive(books.database, f"replay:{own}", wait=False), pytest.raises(Conflict, match="under way"):
        replay.run(books.database, own, replay_id, books.now)


def test_nothing_of_another_organisation_is_replayed(books: Books, database: Database) -> None:
    paid(books, "INV-1001", "p1")
    other = make_books(database, "Other")
    assert shadow(other) == []
