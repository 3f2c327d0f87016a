"""Nothing of another organisation is found by its ids; a company keeps its connection; an entity has one ledger."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from ledger.company import Company
from ledger.faults import Ambiguous, BadInput, Conflict, NotFound
from ledger.money import Money
from ledger.receipt import Receipt, Sighting, SightingKind
from store import tenancy
from store.audit import first_broken
from store.database import Database
from store.queries.documents import find_document, find_receipt, reserved_of
from store.queries.open_items import documents, receipts_to_match
from store.receipts import add_receipts, change_receipt, receipt_id
from store.tables.pulled import NOUN_NAMED
from tests.store.place import NOW, Place, books, make_place, record_of
from tests.store.test_intake import invoice


def _receipt(place: Place) -> Receipt:
    scope = place.scopes["stripe"]
    amount, on = Money(1000, "GBP"), date(2026, 1, 2)
    seen = Sighting(
        kind=SightingKind.CHARGE, connection_id=scope.connection_id, record_kind="charge", external_id="ch_1",
        amount=amount, seen_on=on,
    )  # fmt: skip
    return Receipt(
        entity_id=place.entity_id, connection_id=scope.connection_id, external_id="ch_1", received_on=on, amount=amount,
        source="stripe", sightings=(seen,),
    )  # fmt: skip


def test_ids_of_another_organisation_find_nothing(database: Database) -> None:
    place, other = make_place(database), make_place(database, "Other")
    scope = place.connect("stripe", "acct_1")
    place.write(scope, record_of(invoice()))
    receipt = _receipt(place)
    with database.write() as connection:
        add_receipts(connection, place.organisation_id, [(receipt, 1000, None)], NOW)
        own = connection.execute(select(NOUN_NAMED["invoices"].table.c.id)).scalar_one()
        assert find_document(connection, place.organisation_id, "invoices", own).external_id == "1"
        assert find_receipt(connection, place.organisation_id, receipt_id(receipt)).open_minor == 1000
        foreign = other.organisation_id
        with pytest.raises(NotFound):
            find_document(connection, foreign, "invoices", own)
        with pytest.raises(NotFound):
            find_receipt(connection, foreign, receipt_id(receipt))
        with pytest.raises(Conflict):
            change_receipt(connection, foreign, receipt_id(receipt), {"note": "x"})
        assert tenancy.find_connection_row(connection, foreign, scope.connection_id) is None
        with pytest.raises(NotFound):
            tenancy.find_connection(connection, foreign, str(scope.connection_id))
        with pytest.raises(NotFound):
            tenancy.find_entity(connection, foreign, str(place.entity_id))
        tenancy.change_connection(connection, foreign, scope.connection_id, {"state": "disconnected"})
        assert tenancy.find_connection(connection, place.organisation_id, "stripe").state == "healthy"
        assert reserved_of(connection, foreign, own) == 0
        assert documents(connection, "invoices", foreign, place.entity_id) == []
        assert receipts_to_match(connection, foreign, place.entity_id) == []


def test_an_entity_is_found_by_a_beginning_that_no_other_has(database: Database) -> None:
    place = make_place(database)
    with database.write() as connection:
        own = tenancy.list_entities(connection, place.organisation_id)[0]
        for name in ("Harrow Creek Supply", "Harrow Bakery"):
            tenancy.add_entity(
                connection, place.organisation_id,
                Company(external_id="1", name=name, country="US", home_currency="USD", time_zone="UTC"),
                actor="test", now=NOW,
            )  # fmt: skip
        found = tenancy.find_entity(connection, place.organisation_id, "harrow c")
        assert found.name == "Harrow Creek Supply"
        with pytest.raises(Ambiguous, match="Harrow Bakery, Harrow Creek Supply"):
            tenancy.find_entity(connection, place.organisation_id, "Harrow")
        for wanted in ("", " ", "creek"):
            with pytest.raises(NotFound, match=own.name):
                tenancy.find_entity(connection, place.organisation_id, wanted)


def test_two_organisations_may_connect_one_company(database: Database) -> None:
    place, other = make_place(database), make_place(database, "Other")
    one, two = place.connect("xero", "tenant"), other.connect("xero", "tenant")
    assert one.connection_id == two.connection_id
    with database.read() as connection:
        rows = tenancy.find_by_company(connection, "xero", "tenant")
        assert {row.organisation_id for row in rows} == {place.organisation_id, other.organisation_id}
        assert len(tenancy.find_by_id(connection, one.connection_id)) == 2
        assert tenancy.only_connection(connection, "xero") == []


def test_an_entity_has_one_ledger_and_any_number_of_processors(database: Database) -> None:
    place = make_place(database)
    place.connect("quickbooks", "realm")
    place.connect("stripe", "acct_1")
    place.connect("stripe", "acct_2")
    with pytest.raises(Conflict, match="at most one"):
        place.connect("xero", "tenant")


def test_the_same_company_again_takes_the_connection_up(database: Database) -> None:
    place = make_place(database)
    first = place.connect("xero", "tenant")
    with database.write() as connection:
        tenancy.change_connection(connection, place.organisation_id, first.connection_id, {"state": "action_needed"})
    assert place.connect("xero", "tenant") == first
    elsewhere = place.add_entity(books("t2", "Second"))
    with pytest.raises(Conflict, match="another entity"):
        place.connect("xero", "tenant", entity_id=elsewhere)
    with database.read() as connection:
        [row] = tenancy.list_connections(connection, place.organisation_id)
        assert row.state == "healthy"
        assert first_broken(connection, place.organisation_id) is None


def test_names_that_fit_several_are_asked_about(database: Database) -> None:
    place = make_place(database)
    place.connect("stripe", "acct_1")
    place.connect("stripe", "acct_2")
    with database.read() as connection:
        with pytest.raises(Ambiguous, match="acct_1"):
            tenancy.find_connection(connection, place.organisation_id, "stripe")
        assert tenancy.find_connection(connection, place.organisation_id, "stripe:acct_2").company_id == "acct_2"
        with pytest.raises(NotFound, match="there are: stripe:acct_1"):
            tenancy.find_connection(connection, place.organisation_id, "xero")
    make_place(database, "Other")
    with database.read() as connection:
        with pytest.raises(Ambiguous, match="Acme, Other"):
            tenancy.find_organisation(connection, None)
        assert tenancy.find_organisation(connection, "other").name == "Other"


def test_books_without_a_home_currency_are_no_entity(database: Database) -> None:
    from dataclasses import replace

    place = make_place(database)
    with pytest.raises(BadInput, match="home currency"):
        place.add_entity(replace(books(), home_currency=None))
