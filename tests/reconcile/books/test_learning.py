"""What an organisation's people teach: two yeses make an alias, a no weakens it, an undo ends it, and nobody else learns it."""

from __future__ import annotations

from typing import Any

import pytest

from reconcile.books import forget
from store.database import Database
from tests.reconcile.books.books import Books, charge, customer, invoice, make_books

ODD = "E M C HOLDINGS 77"


@pytest.fixture
def books(database: Database) -> Books:
    return _books(database, "Acme")


def _books(database: Database, name: str) -> Books:
    made = make_books(database, name)
    made.put(made.xero, customer("bob"), customer("eve", "Eve & Co", "eve@eve.example"))
    return made


def arrives(books: Books, n: int, *, named: bool) -> Any:
    """A payment of the odd name, of an amount that one invoice of Eve has; the number is named or not."""
    minor = 11_000 + 137 * n
    books.put(books.xero, invoice(f"INV-{2000 + n}", minor, owner="eve"))
    text = f"INV-{2000 + n}" if named else "payment"
    books.put(books.stripe, charge(f"ch_{n}", minor, owner=None, payer_name=ODD, text=text))
    books.settle()
    books.reconcile()
    return books.proposals(f"ch_{n}")[0]


def accepted(books: Books, n: int) -> Any:
    match = arrives(books, n, named=True)
    books.deciding().accept(match.id, seen=books.receipt(f"ch_{n}").revision, now=books.now())
    return match


def test_two_yeses_teach_an_alias_and_one_does_not(books: Books) -> None:
    accepted(books, 1)
    once = arrives(books, 2, named=False)
    assert once.decision == "suggest"
    accepted(books, 3)
    twice = arrives(books, 4, named=False)
    assert (twice.decision, twice.evidence) == ("auto", "payer_known")
    assert set(books.lines(twice.id)) == {books.invoice_id(books.xero, "INV-2004")}


def test_an_undo_stops_the_repeat(books: Books) -> None:
    accepted(books, 1)
    last = accepted(books, 2)
    assert arrives(books, 3, named=False).decision == "auto"
    books.deciding().undo(last.id, now=books.now())
    assert arrives(books, 4, named=False).decision == "suggest"


def test_a_no_weakens_and_a_no_taken_back_was_never_said(books: Books) -> None:
    accepted(books, 1)
    accepted(books, 2)
    wrong = arrives(books, 3, named=False)
    books.deciding().decline(wrong.id, seen=books.receipt("ch_3").revision, now=books.now())
    after = arrives(books, 4, named=False)
    assert after.decision == "suggest"
    books.deciding().undo(wrong.id, now=books.now())
    assert arrives(books, 5, named=False).decision == "auto"


def test_what_is_forgotten_counts_no_more_until_it_is_taken_back(books: Books) -> None:
    accepted(books, 1)
    accepted(books, 2)
    assert arrives(books, 3, named=False).decision == "auto"
    eve = forget.customer_id(books.database, books.place.organisation_id, "eve")
    [sign] = [one for one in forget.learnt(books.database, books.place.organisation_id, eve) if one.kind == "alias"]
    assert (sign.confirmations, sign.forgotten_id) == (2, None)
    forget.forget(books.database, books.place.organisation_id, eve, "alias", sign.value, actor="ann", now=books.now())
    assert arrives(books, 4, named=False).decision == "suggest"
    [sign] = [one for one in forget.learnt(books.database, books.place.organisation_id, eve) if one.kind == "alias"]
    assert sign.forgotten_id is not None
    forget.remember(books.database, books.place.organisation_id, sign.forgotten_id, actor="ann", now=books.now())
    assert arrives(books, 5, named=False).decision == "auto"


def test_nothing_crosses_organisations(books: Books, database: Database) -> None:
    accepted(books, 1)
    accepted(books, 2)
    other = _books(database, "Other")
    assert arrives(other, 3, named=False).decision == "suggest"


def test_what_the_policy_decides_teaches_nothing(books: Books) -> None:
    from reconcile.books.decisions import Deciding

    policy = Deciding(books.database, books.place.organisation_id, "policy")
    for n in (1, 2):
        match = arrives(books, n, named=True)
        policy.accept(match.id, seen=books.receipt(f"ch_{n}").revision, now=books.now())
    assert arrives(books, 3, named=False).decision == "suggest"
