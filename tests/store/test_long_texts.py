"""Texts that a column or an index of PostgreSQL does not hold cost their own record's values, on every database."""

from __future__ import annotations

import random
import string
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from ledger.allocation import Allocation, Basis, SourceKind, TargetKind
from ledger.finding import Finding
from ledger.invoice import Invoice
from ledger.money import Money
from store import intake, tenancy
from store.database import Database
from store.fresh import FreshMaker
from store.plain import LONGEST_ID, keyed
from store.tables.pulled import NOUN_NAMED
from tests.store.place import NOW, books, make_place, record_of

RANDOM = random.Random(7)
LONG = "".join(RANDOM.choices(string.ascii_letters, k=9_000))
PLAIN = Invoice(
    external_id="1", number="A-1", customer_external_id="c", issued_on=NOW.date(), due_on=None, total=Money(1, "GBP"),
    tax_total=Money(0, "GBP"), open_amount=Money(1, "GBP"), status="open", memo=LONG,
)  # fmt: skip
APPLIED = Allocation(
    external_id="2", source_kind=SourceKind.PAYMENT, source_external_id="2", target_kind=TargetKind.INVOICE,
    target_external_id="1", amount=Money(1, "GBP"), source_amount=Money(1, "GBP"), applied_on=None, basis=Basis.STATED,
)  # fmt: skip


@pytest.mark.parametrize(
    ("value", "name", "longest"),
    [
        (replace(PLAIN, customer_external_id=LONG[:256]), "customer_external_id", 255),
        (replace(PLAIN, number=LONG), "number", 600),
        (replace(APPLIED, target_external_id=LONG[:256]), "target_external_id", 255),
        (replace(APPLIED, external_id=f"2/{LONG}"), "external_id", 255),
    ],
)
def test_a_text_that_is_too_long_is_a_finding_of_its_record(
    database: Database, value: Any, name: str, longest: int
) -> None:
    place = make_place(database)
    scope = place.connect("quickbooks")
    table = NOUN_NAMED["invoices"].table
    odd = record_of(value, external_id="odd")
    fits = replace(PLAIN, number=LONG[:600], customer_external_id=LONG[:255])
    place.write(scope, odd, record_of(fits, external_id="1"))
    with database.read() as connection:
        assert list(connection.execute(select(table.c.external_id)).scalars()) == ["1"]
        (found,) = intake.standing_findings(connection, scope.organisation_id)
    length = len(getattr(value, name))
    assert (found.code, found.external_id) == ("not_storable", "odd")
    assert f"{name} has {length:,} characters, of which the store can hold {longest}; check it" in found.sentence
    fresh = FreshMaker(scope, database.dialect).make(odd, odd.values, ())
    assert fresh is not None
    assert ([one.code for one in fresh.findings], fresh.values) == (["not_storable"], ())


def test_findings_of_long_names_are_kept(database: Database) -> None:
    place = make_place(database)
    scope = place.connect("quickbooks")
    names = [LONG, LONG[:-1], "id\x00"]
    told = [Finding("odd", "It is odd.", record_kind="Thing", external_id=name, field=name) for name in names]
    for _ in range(2):
        with database.write() as connection:
            intake.add_findings(connection, scope, told, NOW)
    with database.read() as connection:
        rows = intake.standing_findings(connection, scope.organisation_id)
    assert len({(row.external_id, row.field) for row in rows}) == len(rows) == 3
    assert all(keyed(name) in {row.external_id for row in rows} for name in names)


def test_a_key_stays_what_it_is_where_it_can() -> None:
    assert keyed("a" * LONGEST_ID) == "a" * LONGEST_ID
    assert len(keyed("a" * (LONGEST_ID + 1))) == LONGEST_ID
    assert keyed("a" * 300) != keyed("a" * 301)
    assert "\x00" not in keyed("a\x00b") != keyed("ab")


def test_a_country_that_is_a_name_is_no_code(database: Database) -> None:
    place = make_place(database)
    own = place.add_entity(replace(books(name="Named"), country="United Kingdom"))
    with database.read() as connection:
        assert tenancy.find_entity(connection, place.organisation_id, str(own)).country is None
