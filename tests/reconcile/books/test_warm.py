"""A copy that a worker keeps: whatever changes between two looks, it answers as a fresh start does."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from reconcile.books.run import reconcile_entity
from reconcile.books.warm import Warm
from reconcile.books.world import World
from store import tenancy
from store.database import Database
from store.tables.matching import match_lines, matches, receipts
from tests.reconcile.books.books import DAY, INVOICES, Books, charge, customer, invoice, make_books


@pytest.fixture
def books(database: Database) -> Books:
    made = make_books(database)
    made.put(made.xero, customer("bob"), customer("eve", "Eve & Co", "eve@eve.example"))
    made.put(made.stripe, customer("cus_bob"))
    return made


def entity(books: Books) -> Any:
    with books.database.read() as connection:
        return tenancy.find_entity(connection, books.place.organisation_id, str(books.place.entity_id))


def look(books: Books, warm: Warm | None) -> None:
    reconcile_entity(books.database, books.place.organisation_id, entity(books), books.now, warm)


def outcome(books: Books) -> list[Any]:
    """What stands: receipts with their proposals, by names that do not change between runs."""
    with books.database.read() as connection:
        heads = connection.execute(
            select(receipts.c.external_id, receipts.c.status, receipts.c.status_reason, receipts.c.unapplied_minor)
        ).all()
        lines = connection.execute(
            select(
                receipts.c.external_id, matches.c.rank, matches.c.decision, matches.c.reason, matches.c.evidence,
                match_lines.c.document_id, match_lines.c.applied_minor,
            )
            .join_from(matches, match_lines, matches.c.id == match_lines.c.match_id)
            .join(receipts, receipts.c.id == matches.c.receipt_id)
            .where(matches.c.state == "proposed")
        ).all()  # fmt: skip
    return sorted([tuple(row) for row in heads] + [tuple(row) for row in lines], key=repr)


def test_nothing_new_is_read_and_nothing_built(books: Books) -> None:
    books.put(books.xero, invoice("INV-1001", 12345))
    books.put(books.stripe, charge("ch_1", 12345, text="INV-1001"))
    books.settle()
    warm = Warm()
    look(books, warm)
    reads, builds = warm.reads, warm.builds
    before = outcome(books)
    look(books, warm)
    assert (warm.reads, warm.builds) == (reads, builds)
    books.put(books.stripe, charge("ch_2", 99, text="thanks"))
    books.settle()
    look(books, warm)
    assert (warm.reads, warm.builds) == (reads, builds)  # one new receipt: what is new is read, and no more
    assert [row for row in outcome(books) if "ch_2" not in row] == before


def test_after_any_changes_it_answers_as_a_fresh_start(books: Books) -> None:
    chance = random.Random(5)
    warm = Warm()
    numbers = [f"INV-{1001 + n}" for n in range(30)]
    standing = {name: invoice(name, chance.choice([5000, 7700, 12345])) for name in numbers}
    books.put(books.xero, *standing.values())
    for turn in range(6):
        for name in chance.sample(numbers, 4):
            changed = replace(
                standing[name], customer_external_id=chance.choice(["bob", "eve"]),
                issued_on=DAY + timedelta(days=chance.randint(-9, 3)),
            )  # fmt: skip
            if chance.random() < 0.3:
                changed = invoice(name, changed.total.minor, left=0)
            standing[name] = changed
            books.put(books.xero, changed)
        text = chance.choice([chance.choice(numbers), "payment", "from Eve & Co"])
        name = chance.choice(["Bob Ltd", "Eve and Co", "Nobody"])
        books.put(
            books.stripe,
            charge(f"ch_{turn}", chance.choice([5000, 7700, 12345]), text=text, payer_name=name, owner=None),
        )
        books.settle()
        look(books, warm)
        stood = outcome(books)
        look(books, None)
        assert outcome(books) == stood, turn  # a fresh start has nothing to change
    assert warm.builds == 1


def test_decisions_reach_the_copy(books: Books) -> None:
    books.put(books.xero, invoice("INV-1001", 5000), invoice("INV-1002", 5000))
    books.put(books.stripe, charge("ch_1", 5000, text="INV-1001"), charge("ch_2", 5000, text="from Bob"))
    books.settle()
    warm = Warm()
    look(books, warm)
    match = books.proposals("ch_1")[0]
    books.deciding().accept(match.id, seen=books.receipt("ch_1").revision, now=books.now())
    look(books, warm)
    stood = outcome(books)
    look(books, None)
    assert outcome(books) == stood
    taken = books.invoice_id(books.xero, "INV-1001")
    assert all(taken not in books.lines(row.id) for row in books.proposals("ch_2"))


def test_where_it_cannot_be_sure_it_reads_anew(books: Books) -> None:
    """A row that was written with an old moment, as by a transaction that took long to commit."""
    books.put(books.xero, invoice("INV-1001", 5000))
    books.put(books.stripe, charge("ch_1", 7000, text="INV-1001"))
    books.settle()
    warm = Warm()
    look(books, warm)
    reads = warm.reads
    own = books.invoice_id(books.xero, "INV-1001")
    with books.database.write() as connection:
        old = select(INVOICES.c.recorded_at).where(INVOICES.c.id == own).scalar_subquery()
        before = connection.execute(select(old)).scalar_one() - timedelta(days=1)
        values = {
            "open_amount_minor": 7000,
            "total_minor": 7000,
            "recorded_at": before,
            "revision": INVOICES.c.revision + 1,
        }
        connection.execute(update(INVOICES).where(INVOICES.c.id == own).values(**values))
    look(books, warm)
    assert warm.reads == reads + 1
    assert books.receipt("ch_1").status == "matched"


def test_rows_come_in_the_order_of_a_fresh_load(books: Books) -> None:
    books.put(books.xero, invoice("INV-2", 1), invoice("INV-10", 2), invoice("inv-1", 3))
    warm = Warm()
    with books.database.read() as connection:
        warm.rows(connection, books.place.organisation_id, books.place.entity_id)
    books.put(books.xero, invoice("INV-1", 4), invoice("INV-2", 1, left=0))
    with books.database.read() as connection:
        rows = warm.rows(connection, books.place.organisation_id, books.place.entity_id)
        fresh = World.load(connection, books.place.organisation_id, entity(books)).rows
    assert {noun: sorted(map(repr, own)) for noun, own in rows.items()} == {
        noun: sorted(map(repr, own)) for noun, own in fresh.items()
    }
