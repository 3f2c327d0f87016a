"""What a posting comes to, out of the store: documents as they are by now, the decision as it was."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import update

from connectors.writing import Standing
from ledger.charge import Charge
from ledger.entry import EntryKind, Target
from ledger.money import Money
from posting.planning.plan import wanted
from posting.refusal import NotPosted
from store.database import Database
from store.tables.tenancy import entities
from tests.posting.business import make_business
from tests.reconcile.books.books import charge, invoice, payment


def test_a_bank_line_pays_its_invoice_out_of_the_account_of_its_source(database: Database) -> None:
    acme = make_business(database)
    acme.put(invoice("INV-1", 10_000), invoice("INV-2", 5_000, owner="eve"))
    posting = acme.accept(acme.line("l1", 15_500), "INV-1", "INV-2")
    with pytest.raises(NotPosted, match="whose credit it is"):
        acme.plan(posting)
    acme.choose(posting, customer="bob")
    (entry,) = acme.plan(posting)
    assert (entry.kind, entry.account, entry.amount) == (EntryKind.RECEIPT, "bank", Money(15_500, "GBP"))
    assert [(line.role.value, line.amount.minor, line.customer) for line in entry.lines] == [
        ("pays", 10_000, "bob"), ("pays", 5_000, "eve"), ("unapplied", 500, "bob"),
    ]  # fmt: skip


def test_a_charge_goes_gross_into_clearing_once_it_is_known_what_it_came_to(database: Database) -> None:
    acme = make_business(database)
    acme.put(invoice("INV-1", 10_000))
    (entry,) = acme.plan(acme.accept(acme.charged("ch_1", 10_000), "INV-1"))
    assert (entry.account, entry.amount, entry.reference) == ("clearing", Money(10_000, "GBP"), "ch_1")


def test_what_the_ledger_holds_unapplied_is_allocated(database: Database) -> None:
    acme = make_business(database)
    acme.put(invoice("INV-1", 10_000), payment("OP-1", 12_000, unapplied=12_000, kind="overpayment"))
    acme.books.settle("xero")
    (entry,) = acme.plan(acme.accept(acme.books.receipt("OP-1").id, "INV-1"))
    assert (entry.kind, entry.source) == (EntryKind.ALLOCATION, Target(kind="overpayment", external_id="OP-1"))
    assert (entry.account, entry.amount) == (None, Money(10_000, "GBP"))


def test_the_processors_copy_of_an_invoice_stands_for_the_books_own(database: Database) -> None:
    """It was approved before the two were linked."""
    acme = make_business(database)
    acme.books.put(acme.books.stripe, invoice("in_1", 10_000, owner="cus_bob"))
    posting = acme.accept(acme.charged("ch_1", 10_000), "in_1", scope=acme.books.stripe)
    with pytest.raises(NotPosted) as refused:
        acme.plan(posting)
    assert refused.value.code == "outside_the_books"
    acme.put(invoice("INV-1", 10_000))
    mirror = acme.books.invoice_id(acme.books.stripe, "in_1")
    primary = acme.books.invoice_id(acme.books.xero, "INV-1")
    acme.books.deciding().link(mirror, primary, linked=True, now=acme.now())
    (entry,) = acme.plan(posting)
    assert entry.lines[0].document == Target(kind="invoice", external_id="INV-1")
    with database.read() as connection:
        assert wanted(connection, acme.written(connection), [posting]) == {"Invoice": ["INV-1"]}


def test_an_invoice_that_was_paid_or_changed_meanwhile_is_told(database: Database) -> None:
    acme = make_business(database)
    acme.put(invoice("INV-1", 10_000))
    posting = acme.accept(acme.line("l1", 10_000), "INV-1")
    acme.put(invoice("INV-1", 10_000, left=2_000))
    with pytest.raises(NotPosted, match=r"only GBP 20.00 is open in Acme Ltd; the match takes GBP 100.00"):
        acme.plan(posting)
    acme.put(invoice("INV-1", 12_000))
    with pytest.raises(NotPosted, match=r"was GBP 100.00 when the match was accepted and is GBP 120.00"):
        acme.plan(posting)


def test_a_charge_that_was_refunded_or_failed_meanwhile_is_not_posted(database: Database) -> None:
    acme = make_business(database)
    acme.put(invoice("INV-1", 10_000))
    posting = acme.accept(acme.charged("ch_1", 10_000), "INV-1")
    back: Charge = charge("ch_1", 10_000, refunded=Money(10_000, "GBP"), balance_transaction="txn_ch_1")
    acme.books.put(acme.books.stripe, back)
    with pytest.raises(NotPosted) as refused:
        acme.plan(posting)
    assert refused.value.code == "receipt_reversed"


def test_our_own_lock_holds_too(database: Database) -> None:
    acme = make_business(database)
    acme.put(invoice("INV-1", 10_000))
    posting = acme.accept(acme.line("l1", 10_000), "INV-1")
    with acme.alone() as connection:
        connection.execute(update(entities).values(lock_date=date(2026, 3, 31)))
    with pytest.raises(NotPosted) as refused:
        acme.plan(posting)
    assert (refused.value.code, refused.value.choices) == ("period_locked", {"date": "2026-04-01"})


def test_what_a_part_of_the_posting_has_taken_is_not_held_against_it(database: Database) -> None:
    acme = make_business(database)
    acme.put(invoice("INV-1", 10_000))
    posting = acme.accept(acme.line("l1", 10_000), "INV-1")
    made = acme.stand(posting, Standing(kind="Payment", external_id="P-1"))
    acme.put(invoice("INV-1", 10_000, left=0), payment("P-1", 10_000))
    assert acme.plan(posting) == made
