"""A receipt's page: what a payout carried, what may be recorded already, and what a person says of it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from ledger.account import Account
from ledger.balance import BalanceTransaction, Treatment
from ledger.bank_entry import BankEntry
from ledger.money import Money
from ledger.payout import Payout, PayoutItem
from store.queries.documents import find_receipt
from sync.settle import Settling, settle_lines
from tests.reconcile.books.books import DAY, Books, customer, invoice
from tests.webapp.site import Site

MOVED = datetime(2026, 3, 1, tzinfo=UTC)


def _line(own: str, minor: int, name: str, text: str) -> BankEntry:
    return BankEntry(
        external_id=own,
        kind="credit",
        moved_on=DAY,
        amount=Money(minor, "GBP"),
        account="1",
        counterparty=name,
        memo=text,
    )


def _part(payout: str, number: int, gross: int, fee: int, treatment: Treatment) -> list[Any]:
    own = f"txn_{number}"
    moved = BalanceTransaction(
        external_id=own, created_at=MOVED, booked_on=date(2026, 3, 1), gross=Money(gross, "GBP"),
        fee=Money(fee, "GBP"), net=Money(gross - fee, "GBP"), type="charge", reporting_category="charge",
        status="available", source_external_id=f"ch_{number}", treatment=treatment,
    )  # fmt: skip
    item = PayoutItem(
        external_id=f"{payout}/{own}", payout_external_id=payout, balance_transaction=own,
        source_external_id=f"ch_{number}",
    )  # fmt: skip
    return [moved, item]


@pytest.fixture
def books(site: Site) -> Books:
    """A payout that adds up, one that does not, one by hand, and a line that names an open invoice beside a deposit."""
    books = site.books
    bank = books.place.connect("statement", "bank-1")
    books.put(books.xero, customer("bob"), invoice("INV-1001", 5100))
    books.put(books.xero, Account(external_id="a1", name="Checking", kind="bank", provider_type="BANK"))
    books.put(
        books.xero,
        BankEntry(external_id="e1", kind="deposit", moved_on=DAY, amount=Money(5100, "GBP"), account="a1"),
    )
    for own, minor, automatic in (
        ("po_whole1111", 9500, True),
        ("po_short2222", 5000, True),
        ("po_hand33333", 7, False),
    ):
        status = "completed" if automatic else "not_applicable"
        payout = Payout(
            external_id=own, created_at=MOVED, left_on=date(2026, 3, 1), arrives_on=DAY, amount=Money(minor, "GBP"),
            status="paid", automatic=automatic, reconciliation_status=status,
        )  # fmt: skip
        books.put(books.stripe, payout)
        books.put(bank, _line(own[3:], minor, "STRIPE", own))
    books.put(books.stripe, *_part("po_whole1111", 1, 10_500, 300, Treatment.UNDECIDED))
    books.put(books.stripe, *_part("po_whole1111", 2, -700, 0, Treatment.REFUND))
    books.put(books.stripe, *_part("po_short2222", 3, 5000, 30, Treatment.UNDECIDED))
    books.put(bank, _line("named", 5100, "Bob Ltd", "INV-1001"))
    settle_lines(Settling(books.database, bank, books.place.entity_id, "statement"), books.now)
    books.reconcile()
    return books


def test_a_payouts_parts_and_its_difference(site: Site, books: Books) -> None:
    ann = site.signed_in()
    whole = ann.shown(f"/receipts/{books.receipt('whole1111').id}")
    assert "Refunds" in whole
    assert "The parts add up to the payout to the cent." in whole
    assert "no customer's payment" in whole
    short = ann.shown(f"/receipts/{books.receipt('short2222').id}")
    assert "The parts differ from the payout of 50.00 GBP by 0.30 GBP . Nothing was guessed" in short
    by_hand = ann.shown(f"/receipts/{books.receipt('hand33333').id}")
    assert "cannot be itemised" in by_hand


def test_the_same_cash_and_back(site: Site, books: Books) -> None:
    ann = site.signed_in()
    own = books.receipt("named")
    page = f"/receipts/{own.id}"
    assert "May be recorded already" in ann.shown(page)
    key = {"connection": str(books.xero.connection_id), "kind": "BankEntry", "record": "e1"}
    assert ann.post(f"{page}/same", {**key, "seen": own.revision - 1}, page=page).status_code == 303
    assert books.receipt("named").status == "suggested"
    ann.post(f"{page}/same", {**key, "seen": own.revision}, page=page)
    assert books.receipt("named").status == "already_recorded"
    undo = f"{page}/same/undo?connection={key['connection']}&kind=BankEntry&record=e1"
    ann.post(undo, page=page)
    assert books.receipt("named").status == "unmatched"
    books.reconcile()
    seen = books.receipt("named").revision
    ann.post(f"{page}/apart", {**key, "seen": seen}, page=page)
    books.reconcile()
    assert books.receipt("named").status == "matched"
    assert "May be recorded already" not in ann.shown(page)


def test_who_may_only_read_says_nothing_and_forms_are_whole(site: Site, books: Books) -> None:
    own = books.receipt("named")
    page = f"/receipts/{own.id}"
    key = {"connection": str(books.xero.connection_id), "kind": "BankEntry", "record": "e1", "seen": own.revision}
    reader = site.signed_in("auditor")
    assert "Not the same" not in reader.shown(page)
    assert reader.post(f"{page}/same", key, page=page).status_code == 403
    ann = site.signed_in()
    assert ann.post(f"{page}/same", {**key, "record": ""}, page=page).status_code == 400
    assert ann.post(f"{page}/apart", {**key, "connection": "x"}, page=page).status_code == 404
    with books.database.read() as connection:
        assert find_receipt(connection, books.place.organisation_id, own.id).status == "suggested"
