"""Ten days after: what stands in the books and no bank line was matched with."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.writing import Standing
from posting.unmatched import note_unmatched, unmatched
from store.database import Database
from store.intake import standing_findings
from tests.posting.business import Business, make_business
from tests.reconcile.books.books import invoice, payment


def posted(database: Database, **standing: Any) -> Business:
    acme = make_business(database)
    acme.put(invoice("INV-1", 10_000))
    acme.stand(acme.accept(acme.line("l1", 10_000), "INV-1"), Standing(kind="Payment", external_id="P-1", **standing))
    return acme


@pytest.mark.parametrize(
    ("ticked", "found"), [("no", True), ("yes", False), ("unknown", False)], ids=["no", "yes", "nobody-can-tell"]
)
def test_only_what_the_books_say_is_not_reconciled(database: Database, ticked: str, found: bool) -> None:
    acme = posted(database)
    acme.put(payment("P-1", 10_000, deposit_account="bank", reconciled=ticked))
    with database.write() as connection:
        books = acme.written(connection)
        assert note_unmatched(connection, books, now=acme.now()) == int(found)
        codes = [row.code for row in standing_findings(connection, acme.organisation_id)]
    assert codes == (["not_in_bank_feed"] if found else [])


def test_what_was_read_back_counts_where_the_store_says_nothing(database: Database) -> None:
    acme = posted(database, reconciled=False)
    with database.read() as connection:
        (one,) = unmatched(connection, acme.written(connection))
    assert one.sentence.startswith("GBP 100.00 of 2 March 2026, posted into Bank ")
