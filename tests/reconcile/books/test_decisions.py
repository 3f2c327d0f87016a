"""What people decide: with the revision they saw, one after the other, audited, and never beyond what is open."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import func, select

from ledger.faults import Conflict, NotFound, Refused
from reconcile.books.batches import accept_many
from reconcile.books.by_hand import match_by_hand
from store.audit import entries, first_broken
from store.database import Database
from store.queries.documents import reserved_of
from store.tables.matching import match_states, matches, receipts
from tests.reconcile.books.books import Books, applied, charge, customer, invoice, make_books, payment


@pytest.fixture
def books(database: Database) -> Books:
    made = make_books(database)
    made.put(made.xero, customer("bob"))
    made.put(made.stripe, customer("cus_bob"))
    return made


def _proposed(books: Books, text: str = "INV-1001", minor: int = 12345, name: str = "ch_1") -> Any:
    """A receipt and the match that is proposed for it."""
    books.put(books.stripe, charge(name, minor, text=text))
    books.settle()
    books.reconcile()
    return books.proposals(name)[0]


def test_accepted_it_reserves_and_posts_nothing(books: Books) -> None:
    books.put(books.xero, invoice("INV-1001", 12345))
    match = _proposed(books)
    seen = books.receipt("ch_1").revision
    books.deciding().accept(match.id, seen=seen, now=books.now())
    receipt = books.receipt("ch_1")
    assert (receipt.status, receipt.post_status, receipt.unapplied_minor) == ("matched", "approved", 0)
    assert receipt.revision == seen + 1
    with books.database.read() as connection:
        own = books.place.organisation_id
        assert reserved_of(connection, own, books.invoice_id(books.xero, "INV-1001")) == 12345
        newest = entries(connection, own, limit=1)[0]
        assert (newest.verb, newest.actor) == ("match.accept", "ann@acme.example")
        assert first_broken(connection, own) is None


def test_who_saw_an_older_state_is_told(books: Books) -> None:
    books.put(books.xero, invoice("INV-1001", 12345))
    match = _proposed(books)
    seen = books.receipt("ch_1").revision
    for act in ("accept", "decline"):
        with pytest.raises(Conflict, match="look at it again"):
            getattr(books.deciding(), act)(match.id, seen=seen - 1, now=books.now())
    assert [row.id for row in books.proposals("ch_1")] == [match.id]  # nothing of it was written
    books.deciding().accept(match.id, seen=seen, now=books.now())
    with pytest.raises(Conflict):
        books.deciding("bea").accept(match.id, seen=seen, now=books.now())
    with pytest.raises(Conflict):
        books.deciding("bea").decline(match.id, seen=seen + 1, now=books.now())


def test_declined_it_is_never_proposed_again(books: Books) -> None:
    books.put(books.xero, invoice("INV-1001", 12345))
    match = _proposed(books)
    wanted = books.lines(match.id)
    books.deciding().decline(match.id, seen=books.receipt("ch_1").revision, now=books.now())
    assert books.receipt("ch_1").status == "unmatched"
    books.put(books.xero, invoice("INV-1002", 500))
    for _ in range(3):
        books.reconcile()
        assert all(books.lines(row.id) != wanted for row in books.proposals("ch_1"))
    assert books.receipt("ch_1").status_reason == "What fits was declined."


def test_a_no_taken_back_is_proposed_as_before(books: Books) -> None:
    books.put(books.xero, invoice("INV-1001", 12345))
    match = _proposed(books)
    before = books.receipt("ch_1")
    books.deciding().decline(match.id, seen=before.revision, now=books.now())
    books.deciding().undo(match.id, now=books.now())
    after = books.receipt("ch_1")
    assert (after.status, after.status_reason, after.unapplied_minor) == (
        before.status, before.status_reason, before.unapplied_minor,
    )  # fmt: skip
    assert books.reconcile().changed == 0


def test_an_approval_taken_back_frees_what_it_took(books: Books) -> None:
    books.put(books.xero, invoice("INV-1001", 12345))
    match = _proposed(books)
    books.deciding().accept(match.id, seen=books.receipt("ch_1").revision, now=books.now())
    books.deciding().undo(match.id, now=books.now())
    with books.database.read() as connection:
        assert reserved_of(connection, books.place.organisation_id, books.invoice_id(books.xero, "INV-1001")) == 0
        states = connection.execute(select(match_states.c.state).order_by(match_states.c.sequence)).scalars().all()
    assert states == ["proposed", "approved", "proposed"]
    assert books.receipt("ch_1").post_status == "none"
    with pytest.raises(Refused, match="not posted"):
        books.deciding().undo(match.id, now=books.now())


def test_a_no_is_not_taken_back_over_an_approval(books: Books) -> None:
    """Else one receipt would pay twice."""
    books.put(books.xero, invoice("A-1001", 12345, owner="bob"), invoice("A-1002", 12345, owner="bob"))
    _proposed(books, text="from Bob", name="ch_1")
    first, second = books.proposals("ch_1")[:2]
    books.deciding().decline(first.id, seen=books.receipt("ch_1").revision, now=books.now())
    books.deciding().accept(second.id, seen=books.receipt("ch_1").revision, now=books.now())
    with pytest.raises(Refused, match="undo that one first"):
        books.deciding().undo(first.id, now=books.now())
    books.deciding().undo(second.id, now=books.now())
    books.deciding().undo(first.id, now=books.now())
    books.deciding().accept(first.id, seen=books.receipt("ch_1").revision, now=books.now())


def test_what_the_books_took_meanwhile_is_not_given_twice(books: Books) -> None:
    books.put(books.xero, invoice("INV-1001", 12345))
    match = _proposed(books)
    books.put(books.xero, invoice("INV-1001", 12345, left=12344))
    with pytest.raises(Refused, match="Of INV-1001 only GBP 123.44 is open"):
        books.deciding().accept(match.id, seen=books.receipt("ch_1").revision, now=books.now())
    assert books.receipt("ch_1").post_status == "none"


def test_a_receipt_of_which_less_is_left_by_now(books: Books) -> None:
    """An unapplied payment of the ledger that was applied there in part since."""
    books.put(books.xero, invoice("INV-1001", 12345), payment("p1", 12345, unapplied=12345, reference="INV-1001"))
    books.settle("xero")
    books.reconcile()
    [match, *_] = books.proposals("p1")
    books.put(books.xero, payment("p1", 12345, unapplied=300, reference="INV-1001"))
    books.settle("xero")
    with pytest.raises(Refused, match="only GBP 3.00 is left"):
        books.deciding().accept(match.id, seen=books.receipt("p1").revision, now=books.now())


def test_a_receipt_that_the_books_hold_already_is_not_matched(books: Books) -> None:
    books.put(books.xero, invoice("INV-1001", 12345))
    match = _proposed(books)
    books.put(books.xero, payment("p1", 12345, unapplied=12345, hints=("ch_1",)))
    books.reconcile()
    receipt = books.receipt("ch_1")
    assert receipt.status == "already_recorded"
    assert books.proposals("ch_1") == []
    with pytest.raises(Conflict):
        books.deciding().accept(match.id, seen=receipt.revision, now=books.now())
    with pytest.raises(Refused, match="not to be matched"):
        match_by_hand(
            books.deciding(),
            receipt.id,
            [books.invoice_id(books.xero, "INV-1001")],
            seen=receipt.revision,
            now=books.now(),
        )


def test_parked_it_is_left_alone_until_it_is_taken_back(books: Books) -> None:
    books.put(books.xero, invoice("INV-1001", 12345))
    books.put(books.stripe, charge("ch_1", 12345, text="INV-1001"))
    books.settle()
    deciding = books.deciding()
    own, seen = books.receipt("ch_1").id, books.receipt("ch_1").revision
    deciding.park(own, "asked Bob", seen=seen, now=books.now())
    with pytest.raises(Conflict):
        deciding.park(own, "again", seen=seen, now=books.now())
    books.reconcile()
    receipt = books.receipt("ch_1")
    assert (receipt.status, receipt.note, receipt.parked_by) == ("parked", "asked Bob", "ann@acme.example")
    deciding.unpark(own, seen=receipt.revision, now=books.now())
    books.reconcile()
    assert books.receipt("ch_1").status == "matched"


def test_nothing_of_another_organisation_is_decided_on(books: Books, database: Database) -> None:
    books.put(books.xero, invoice("INV-1001", 12345))
    match = _proposed(books)
    other = make_books(database, "Other").deciding()
    own, seen = books.receipt("ch_1").id, books.receipt("ch_1").revision
    with pytest.raises(NotFound):
        other.accept(match.id, seen=seen, now=books.now())
    with pytest.raises(NotFound):
        other.decline(match.id, seen=seen, now=books.now())
    with pytest.raises(NotFound):
        other.undo(match.id, now=books.now())
    with pytest.raises(NotFound):
        other.park(own, "x", seen=seen, now=books.now())
    assert accept_many(other, [(match.id, seen)], now=books.now()).left == (match.id,)
    assert books.receipt("ch_1").revision == seen


def _two_claims(books: Books) -> list[Any]:
    """Two receipts of which each would take the whole of one invoice."""
    books.put(books.xero, invoice("INV-1001", 10000))
    matches_ = [_proposed(books, minor=10000, name="ch_1")]
    with books.database.write() as connection:  # the second was proposed when nothing else claimed the invoice
        row = connection.execute(select(matches).where(matches.c.id == matches_[0].id)).one()
    books.put(books.stripe, charge("ch_2", 10000, text="other"))
    books.settle()
    from store import tenancy
    from store.matches import add_match

    second = {**row._mapping, "id": tenancy.new_id(books.now()), "receipt_id": books.receipt("ch_2").id}
    second.pop("recorded_at")
    line = {
        "document_id": books.invoice_id(books.xero, "INV-1001"), "document_noun": "invoices", "currency": "GBP",
        "applied_minor": 10000, "residual_minor": None, "residual_kind": None,
    }  # fmt: skip
    with books.database.write() as connection:
        add_match(connection, second, [line], by="test", now=books.now())
    return [books.proposals("ch_1")[0], books.proposals("ch_2")[0]]


def test_two_accepts_of_the_last_open_cent_and_one_wins(books: Books) -> None:
    claims = _two_claims(books)
    seen = {row.id: row.revision for row in (books.receipt("ch_1"), books.receipt("ch_2"))}
    ready, moments = threading.Barrier(2), [books.now(), books.now()]

    def accept(number: int) -> str:
        ready.wait()
        match = claims[number]
        try:
            books.deciding(f"person {number}").accept(match.id, seen=seen[match.receipt_id], now=moments[number])
        except Refused:
            return "refused"
        return "accepted"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(accept, range(2))) == ["accepted", "refused"]
    with books.database.read() as connection:
        own = books.place.organisation_id
        assert reserved_of(connection, own, books.invoice_id(books.xero, "INV-1001")) == 10000
        assert first_broken(connection, own) is None
        query = select(func.count()).select_from(receipts).where(receipts.c.post_status == "approved")
        assert connection.execute(query).scalar_one() == 1


def test_several_at_once_and_those_that_cannot_be_are_named(books: Books) -> None:
    claims = _two_claims(books)
    chosen = [(row.id, books.receipt(name).revision) for row, name in zip(claims, ("ch_1", "ch_2"), strict=True)]
    batch = accept_many(books.deciding(), chosen, now=books.now())
    assert (batch.approved, batch.left) == ((claims[0].id,), (claims[1].id,))


def test_what_was_approved_and_is_applied_in_the_books_counts_once(books: Books) -> None:
    """Until it is posted the reservation stands beside the books' figure; the invoice itself is never changed by it."""
    books.put(books.xero, invoice("INV-1001", 12345))
    match = _proposed(books)
    books.deciding().accept(match.id, seen=books.receipt("ch_1").revision, now=books.now())
    books.put(books.xero, payment("px", 100), applied("px", "INV-1001", 100))
    books.reconcile()
    assert books.receipt("ch_1").status == "matched"
