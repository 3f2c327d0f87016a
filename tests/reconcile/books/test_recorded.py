"""Charges that the ledger holds already, that the processor settled outside of it, or that went back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from ledger.bank_entry import BankEntry
from ledger.money import Money
from store.database import Database
from store.tables.matching import sightings
from tests.reconcile.books.books import (
    DAY,
    Books,
    applied,
    charge,
    customer,
    invoice,
    link,
    make_books,
    payment,
)


@pytest.fixture
def books(database: Database) -> Books:
    made = make_books(database)
    made.put(made.xero, customer("bob"))
    made.put(made.stripe, customer("cus_bob"))
    return made


def _looked_at(books: Books) -> tuple[str, str]:
    books.settle()
    books.reconcile()
    receipt = books.receipt("ch_1")
    return receipt.status, receipt.status_reason


def test_a_ledger_payment_that_names_the_charge(books: Books) -> None:
    books.put(books.xero, payment("p1", 5000, unapplied=5000, hints=("ch_1",)))
    books.put(books.stripe, charge("ch_1", 5000))
    status, words = _looked_at(books)
    assert status == "already_recorded"
    assert "ch_1" in words
    with books.database.read() as connection:
        kinds = connection.execute(select(sightings.c.kind).order_by(sightings.c.kind)).scalars().all()
    assert kinds == ["charge", "ledger"]
    assert books.reconcile().recorded == 0


@pytest.mark.parametrize("kind", ["sale", "deposit", "receive"])
def test_another_record_of_the_ledger_that_names_the_payment_intent(books: Books, kind: str) -> None:
    """A sale on the spot, a deposit, money received: whatever the books hold the cash as."""
    entry = BankEntry(
        external_id="b1", kind=kind, moved_on=DAY, amount=Money(5000, "GBP"), account="1", hints=("pi_1",)
    )
    books.put(books.xero, entry)
    books.put(books.stripe, charge("ch_1", 5000, payment_intent="pi_1"))
    assert _looked_at(books)[0] == "already_recorded"


def test_a_record_of_another_amount_is_not_it(books: Books) -> None:
    books.put(books.xero, payment("p1", 4000, unapplied=4000, hints=("ch_1",)))
    books.put(books.stripe, charge("ch_1", 5000))
    assert _looked_at(books)[0] == "unmatched"


def test_a_voided_record_is_none(books: Books) -> None:
    books.put(books.xero, payment("p1", 5000, status="deleted", hints=("ch_1",)))
    books.put(books.stripe, charge("ch_1", 5000))
    assert _looked_at(books)[0] == "unmatched"


def test_one_record_is_one_charges(books: Books) -> None:
    books.put(books.xero, payment("p1", 5000, unapplied=5000, hints=("ch_1", "ch_2")))
    books.put(books.stripe, charge("ch_1", 5000), charge("ch_2", 5000))
    _looked_at(books)
    found = [books.receipt(name).status for name in ("ch_1", "ch_2")]
    assert sorted(found) == ["already_recorded", "unmatched"]


def test_the_twin_was_paid_in_the_books_with_the_same_amount(books: Books) -> None:
    books.put(books.xero, invoice("INV-1", 5000, left=0, hints=("in_abcdefgh1",)))
    books.put(books.xero, payment("p1", 5000, paid_on=DAY + timedelta(days=3)), applied("p1", "INV-1", 5000))
    books.put(books.stripe, invoice("in_abcdefgh1", 5000, left=0, owner="cus_bob", number="S-1"))
    books.put(books.stripe, charge("ch_1", 5000), link("in_abcdefgh1", "ch_1", 5000))
    assert _looked_at(books)[0] == "already_recorded"


def test_too_long_after_it_is_another_payment(books: Books) -> None:
    books.put(books.xero, invoice("INV-1", 5000, left=0, hints=("in_abcdefgh1",)))
    books.put(books.xero, payment("p1", 5000, paid_on=DAY + timedelta(days=40)), applied("p1", "INV-1", 5000))
    books.put(books.stripe, invoice("in_abcdefgh1", 5000, left=0, owner="cus_bob", number="S-1"))
    books.put(books.stripe, charge("ch_1", 5000), link("in_abcdefgh1", "ch_1", 5000))
    assert _looked_at(books)[0] != "already_recorded"


def test_an_invoice_of_the_processor_alone_was_settled_there(books: Books) -> None:
    books.put(books.stripe, invoice("in_abcdefgh1", 5000, left=0, owner="cus_bob", number="S-1"))
    books.put(books.stripe, charge("ch_1", 5000), link("in_abcdefgh1", "ch_1", 5000))
    status, words = _looked_at(books)
    assert status == "already_recorded"
    assert "S-1" in words


def test_what_went_back_in_full_pays_nothing(books: Books) -> None:
    books.put(books.xero, invoice("INV-1001", 5000))
    books.put(books.stripe, charge("ch_1", 5000, text="INV-1001", refunded=Money(5000, "GBP")))
    assert _looked_at(books)[0] == "not_a_payment"
    assert books.proposals("ch_1") == []


def test_the_proposals_of_a_charge_paid_back_are_withdrawn(books: Books) -> None:
    books.put(books.xero, invoice("INV-1001", 5000))
    books.put(books.stripe, charge("ch_1", 5000, text="INV-1001"))
    _looked_at(books)
    assert len(books.proposals("ch_1")) == 1
    books.put(books.stripe, charge("ch_1", 5000, text="INV-1001", refunded=Money(5000, "GBP")))
    _looked_at(books)
    assert books.proposals("ch_1") == []
    assert len(books.proposals("ch_1", "withdrawn")) == 1


def test_a_debit_that_came_back_pays_nothing(books: Books) -> None:
    books.put(books.xero, invoice("INV-1001", 5000))
    books.put(books.stripe, charge("ch_1", 5000, text="INV-1001"))
    _looked_at(books)
    assert len(books.proposals("ch_1")) == 1
    books.put(books.stripe, charge("ch_1", 5000, text="INV-1001", status="failed"))
    assert _looked_at(books)[0] == "not_a_payment"
    assert books.proposals("ch_1") == []
    assert books.receipt("ch_1").unapplied_minor == 0


def test_a_record_that_was_voided_lets_the_cash_wait_again(books: Books) -> None:
    books.put(books.xero, payment("p1", 5000, unapplied=5000, hints=("ch_1",)))
    books.put(books.stripe, charge("ch_1", 5000))
    assert _looked_at(books)[0] == "already_recorded"
    books.put(books.xero, payment("p1", 5000, unapplied=0, hints=("ch_1",), status="void"))
    status, words = _looked_at(books)
    assert status == "unmatched"
    assert "already" not in words
    assert books.receipt("ch_1").unapplied_minor == 5000
