"""A look at an entity: what stands already is not written again, and nothing crosses entities or organisations."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from reconcile.books.run import reconcile_entity
from store import tenancy
from store.database import Database
from store.tables.matching import match_lines, match_states, matches, mirrors, receipts, sightings
from tests.reconcile.books.books import Books, charge, customer, invoice, make_books, mirrored
from tests.store.place import books as company

_OURS = (receipts, matches, match_lines, match_states, mirrors, sightings)


@pytest.fixture
def books(database: Database) -> Books:
    made = make_books(database)
    made.put(made.xero, customer("bob"), customer("eve", "Eve & Co", "eve@eve.example"))
    made.put(made.stripe, customer("cus_bob"))
    return made


def _everything(database: Database) -> list[list[tuple[Any, ...]]]:
    with database.read() as connection:
        return [sorted((tuple(row) for row in connection.execute(select(table))), key=repr) for table in _OURS]


def test_looking_twice_writes_nothing(books: Books) -> None:
    own, twins = mirrored(5)
    books.put(books.xero, *own, invoice("A-1", 777, owner="eve"), invoice("A-2", 777, owner="eve"))
    books.put(books.stripe, *twins)
    books.put(
        books.stripe, charge("ch_1", 1000, text="INV-0000"), charge("ch_2", 777, owner=None, text="Eve & Co"),
        charge("ch_3", 99, owner=None, text="what is this"),
    )  # fmt: skip
    books.settle()
    books.reconcile()
    before = _everything(books.database)
    for _ in range(2):
        again = books.reconcile()
        assert (again.linked, again.recorded, again.changed) == (0, 0, 0)
    assert _everything(books.database) == before


def test_a_later_look_replaces_what_no_longer_fits(books: Books) -> None:
    books.put(books.xero, invoice("INV-1001", 12345))
    books.put(books.stripe, charge("ch_1", 12345, text="INV-1001"))
    books.settle()
    books.reconcile()
    [first] = books.proposals("ch_1")
    books.put(books.xero, invoice("INV-1001", 12345, left=0))
    books.reconcile()
    assert first.id not in {row.id for row in books.proposals("ch_1")}
    assert [row.id for row in books.proposals("ch_1", "withdrawn")] == [first.id]


def test_a_receipt_somebody_decided_on_meanwhile_is_left_alone(books: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    books.put(books.xero, invoice("INV-1001", 12345))
    books.put(books.stripe, charge("ch_1", 12345, text="INV-1001"))
    books.settle()
    from reconcile.books import run
    from reconcile.engine import match as sensible

    def meanwhile(*given: Any) -> Any:
        receipt = books.receipt("ch_1")
        books.deciding().park(receipt.id, "wait", seen=receipt.revision, now=books.now())
        return sensible(*given)

    monkeypatch.setattr(run, "match", meanwhile)
    assert books.reconcile().changed == 0
    assert books.receipt("ch_1").status == "parked"
    assert books.proposals("ch_1") == []


def test_nothing_crosses_entities_or_organisations(books: Books, database: Database) -> None:
    """The same numbers, customers and amounts stand in another entity and in another organisation."""
    place = books.place
    second = place.add_entity(company("second", "Second Ltd"))
    elsewhere = place.connect("xero", "tenant-2", entity_id=second)
    foreign = make_books(database, "Other")
    for who, scope in ((books, elsewhere), (foreign, foreign.xero)):
        who.put(scope, customer("bob"), invoice("INV-1001", 12345, hints=("in_abcdefgh1",)))
    books.put(books.stripe, invoice("in_abcdefgh1", 12345, owner="cus_bob", number="INV-1001"))
    books.put(books.stripe, charge("ch_1", 12345, text="INV-1001"))
    books.settle()
    books.reconcile()
    foreign.reconcile()
    with database.read() as connection:
        entity = tenancy.find_entity(connection, place.organisation_id, str(second))
    reconcile_entity(database, place.organisation_id, entity, books.now)
    assert books.links() == {}
    others = {books.invoice_id(elsewhere, "INV-1001"), foreign.invoice_id(foreign.xero, "INV-1001")}
    for match in books.proposals("ch_1"):
        assert not others & set(books.lines(match.id))


def test_what_people_approved_is_remembered(books: Books) -> None:
    """The payer's odd name was matched once by a person: the next payment of that name finds the customer."""
    books.put(books.xero, invoice("INV-1001", 12345, owner="eve"), invoice("INV-1002", 4321, owner="eve"))
    books.put(books.stripe, charge("ch_1", 12345, owner=None, payer_name="E M C HOLDINGS 77", text="INV-1001"))
    books.settle()
    books.reconcile()
    [match, *_] = books.proposals("ch_1")
    books.deciding().accept(match.id, seen=books.receipt("ch_1").revision, now=books.now())
    books.put(books.stripe, charge("ch_2", 4321, owner=None, payer_name="E M C HOLDINGS 77", text="payment"))
    books.settle()
    books.reconcile()
    best = books.proposals("ch_2")[0]
    assert set(books.lines(best.id)) == {books.invoice_id(books.xero, "INV-1002")}


def test_a_customer_renamed_at_the_provider_is_renamed_here(books: Books) -> None:
    """A name that the money itself carried stays; where somebody has decided, nothing but the name is touched."""
    books.put(books.xero, invoice("INV-1001", 12345))
    books.put(books.stripe, charge("ch_1", 12345, text="INV-1001"), charge("ch_2", 77, payer_name="B. Jones"))
    books.settle()
    books.reconcile()
    assert books.receipt("ch_1").payer_name == "Bob Ltd"
    books.put(books.stripe, customer("cus_bob", "Bobbin Ltd"))
    books.reconcile()
    assert books.receipt("ch_1").payer_name == "Bobbin Ltd"
    assert books.receipt("ch_2").payer_name == "B. Jones"
    match = books.proposals("ch_1")[0]
    books.deciding().accept(match.id, seen=books.receipt("ch_1").revision, now=books.now())
    decided = books.receipt("ch_1")._asdict()
    books.put(books.stripe, customer("cus_bob", "Third Ltd"))
    books.reconcile()
    assert books.receipt("ch_1")._asdict() == {**decided, "payer_name": "Third Ltd"}
