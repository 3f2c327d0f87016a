"""Amounts whose sum has more than 64 bits: every page stands, and says the sum exactly."""

from __future__ import annotations

from dataclasses import replace

from ledger.balance import BalanceTransaction, Treatment
from ledger.money import MINOR_MAX, Money
from ledger.payment import Payment
from store.queries.applied_beyond import links_beyond
from store.queries.unsourced import unsourced
from tests.reconcile.books.books import DAY, applied, charge, customer, invoice, payment
from tests.store.place import NOW
from tests.webapp.site import Site

MANY = 12
SUM = "119,999,999,999,999,999.88"


def fill(site: Site) -> None:
    books, most = site.books, Money(MINOR_MAX, "GBP")
    books.put(books.xero, customer("bob"))
    books.put(books.stripe, customer("cus_bob"))
    for n in range(MANY):
        paid: Payment = payment(f"p{n}", MINOR_MAX)
        line = BalanceTransaction(
            external_id=f"txn_{n}", created_at=NOW, booked_on=DAY, gross=most, fee=Money(0, "GBP"), net=most, type="charge",
            reporting_category="charge", status="available", source_external_id=f"ch_{n}", treatment=Treatment.UNDECIDED,
        )  # fmt: skip
        books.put(books.xero, invoice(f"INV-{n}", MINOR_MAX), paid, payment(f"u{n}", MINOR_MAX, unapplied=MINOR_MAX))
        books.put(books.xero, applied(f"p{n}", "INV-0", MINOR_MAX))
        books.put(books.stripe, charge(f"ch_{n}", MINOR_MAX, balance_transaction=f"txn_{n}"), line)
        alone = replace(applied(f"p{n}", "in_0", MINOR_MAX), external_id=f"s{n}")
        books.put(books.stripe, invoice(f"in_{n}", MINOR_MAX, owner="cus_bob", left=0), alone)
    books.settle("xero")
    books.settle("stripe")


def test_sums_beyond_64_bits(site: Site) -> None:
    """PostgreSQL adds up as NUMERIC by itself."""
    fill(site)
    visitor = site.signed_in()
    for path in ("/invoices", "/customers"):
        assert SUM in visitor.shown(path), path
    for path in ("/", "/posting", "/processor", "/receipts", "/connections"):
        assert visitor.get(path).status_code < 500, path


def test_what_is_compared_in_sql(busy: Site) -> None:
    fill(busy)
    with busy.app.database.read() as connection:
        assert links_beyond(connection, busy.books.stripe, since=None) == []
        found = unsourced(connection, busy.books.stripe, "settled_without_source", None)
    assert [row.record_id for row in found] == sorted(f"in_{n}" for n in range(1, MANY))
