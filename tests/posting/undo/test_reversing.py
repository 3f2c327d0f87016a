"""A payment that went back: a new dated event, and the original stands."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import update

from connectors.writing import Standing
from ledger.entry import EntryKind
from ledger.faults import Conflict
from ledger.money import Money
from posting.refusal import NotPosted
from posting.undo.reversing import decide, originals, preview
from store.database import Database
from store.tables.tenancy import entities
from tests.posting.business import PERSON, make_business
from tests.reconcile.books.books import invoice

MAY = date(2026, 5, 11)


def test_a_payment_of_march_that_bounced_in_may_is_booked_in_may(database: Database) -> None:
    acme = make_business(database)
    acme.put(invoice("INV-1", 6_000), invoice("INV-2", 4_000))
    posting = acme.accept(acme.line("l1", 10_000), "INV-1", "INV-2")
    acme.stand(posting, Standing(kind="Payment", external_id="P-1"))
    other = acme.line("l9", 10_000, payer="Eve Ltd")
    back = acme.line("back", -10_000, on=MAY, text="RETURNED UNPAID")
    with database.read() as connection:
        books = acme.written(connection)
        (found,) = originals(connection, books, back)
        shown = preview(connection, books, back, found.posting_id)
    assert other != found.receipt_id
    assert [(one.name, one.amount.minor) for one in found.owed] == [("INV-1", 6_000), ("INV-2", 4_000)]

    with acme.alone() as connection:  # March is signed by now
        connection.execute(update(entities).values(lock_date=date(2026, 3, 31)))
    own = decide(database, books, back, found.posting_id, by=PERSON, now=acme.now())
    (entry,) = acme.plan(own)
    assert (entry.kind, entry.on, entry.amount) == (EntryKind.JOURNAL, MAY, Money(10_000, "GBP"))
    assert [(line.account, line.amount.minor, line.customer) for line in entry.lines] == [
        ("debtors", 10_000, "bob"), ("bank", -10_000, None),
    ]  # fmt: skip
    assert (entry.to_account, entry.lines[0].text) == ("suspense", "owed again: INV-1, INV-2")
    assert shown[0].lines == entry.lines
    assert acme.again(posting).state == "posted"  # the original stands

    with pytest.raises(Conflict):
        decide(database, books, back, found.posting_id, by=PERSON, now=acme.now())
    with database.read() as connection:
        assert originals(connection, books, back) == ()


def test_another_sum_than_was_applied_is_a_persons_to_book(database: Database) -> None:
    acme = make_business(database)
    acme.put(invoice("INV-1", 10_000))
    posting = acme.accept(acme.line("l1", 10_000), "INV-1")
    acme.stand(posting, Standing(kind="Payment", external_id="P-1"))
    back = acme.line("back", -9_000, on=MAY)
    with database.read() as connection:
        books = acme.written(connection)
        assert originals(connection, books, back) == ()
        with pytest.raises(NotPosted) as refused:
            preview(connection, books, back, posting.id)
    assert refused.value.code == "amount_unfit"
