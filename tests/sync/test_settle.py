"""Cash becomes receipts, once per event however often it is looked at, and receipts follow what the ledger says."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import func, select

from ledger.balance import BalanceTransaction
from ledger.money import Money
from ledger.payout import PayoutItem
from ledger.refund import Refund
from store.database import Database
from store.queries.exports.cash import refunds
from store.queries.exports.parts import Reader
from store.tables.matching import receipts, sightings
from tests.reconcile.books.books import DAY, Books, charge, customer, make_books, payment


@pytest.fixture
def books(database: Database) -> Books:
    return make_books(database)


def _counts(books: Books) -> tuple[int, int]:
    with books.database.read() as connection:
        return (
            connection.execute(select(func.count()).select_from(receipts)).scalar_one(),
            connection.execute(select(func.count()).select_from(sightings)).scalar_one(),
        )


def test_one_receipt_per_charge_however_often_it_runs(books: Books) -> None:
    books.put(books.stripe, customer("cus_bob"), *(charge(f"ch_{n}", 100 + n) for n in range(30)))
    assert books.settle() == 30
    assert books.settle() == 0
    books.put(books.stripe, charge("ch_3", 103, text="now with words"))
    assert books.settle() == 0
    assert _counts(books) == (30, 30)
    receipt = books.receipt("ch_7")
    assert (receipt.amount_minor, receipt.payer_name, receipt.received_on) == (107, "Bob Ltd", DAY)


def test_two_workers_at_once_make_one_receipt_each(books: Books) -> None:
    books.put(books.stripe, *(charge(f"ch_{n}", 100 + n) for n in range(30)))
    ready = threading.Barrier(2)

    def run(_: int) -> None:
        ready.wait()
        books.settle()

    moments = [books.now() for _ in range(50)]
    books.moments = iter(moments)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(run, range(2)))
    assert _counts(books) == (30, 30)


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"status": "pending"}, id="pending"),
        pytest.param({"status": "failed"}, id="failed"),
        pytest.param({"captured": False}, id="not captured"),
        pytest.param({"amount": Money(0, "GBP")}, id="nothing"),
    ],
)
def test_what_is_no_cash_yet_makes_none(books: Books, changed: dict[str, Any]) -> None:
    books.put(books.stripe, charge("ch_1", 100, **changed))
    assert books.settle() == 0
    books.put(books.stripe, charge("ch_1", 100))
    assert books.settle() == 1


def _movement(name: str, gross: int, fee: int) -> BalanceTransaction:
    return BalanceTransaction(
        external_id=name, created_at=datetime(2026, 3, 2, tzinfo=UTC), booked_on=DAY, gross=Money(gross, "EUR"),
        fee=Money(fee, "EUR"), net=Money(gross - fee, "EUR"), type="charge", reporting_category="charge", status="available",
    )  # fmt: skip


def test_it_learns_its_fee_and_its_payout_when_they_are_known(books: Books) -> None:
    books.put(books.stripe, charge("ch_1", 1000, balance_transaction="txn_1"))
    assert books.settle() == 1
    books.put(books.stripe, _movement("txn_1", 1170, 40))
    assert books.settle() == 1
    receipt = books.receipt("ch_1")
    assert (receipt.settled_minor, receipt.settled_currency, receipt.fee_minor, receipt.fee_currency) == (
        1170, "EUR", 40, "EUR",
    )  # fmt: skip
    item = PayoutItem(external_id="po_1/txn_1", payout_external_id="po_1", balance_transaction="txn_1")
    books.put(books.stripe, item)
    assert books.settle() == 1
    assert books.receipt("ch_1").payout_external_id == "po_1"
    assert books.settle() == 0


def test_what_was_never_captured_was_not_settled(books: Books) -> None:
    books.put(books.stripe, charge("ch_1", 2000, balance_transaction="txn_1"), _movement("txn_1", 5200, 88))
    assert books.settle() >= 1
    assert books.receipt("ch_1").settled_minor == 5200
    back = replace(
        _movement("txn_2", -3200, 0),
        type="refund",
        reporting_category="partial_capture_reversal",
        source_external_id="re_1",
    )
    refund = Refund(
        external_id="re_1", amount=Money(3200, "EUR"), refunded_on=DAY, status="succeeded", charge_external_id="ch_1"
    )
    books.put(books.stripe, back, refund)
    assert books.settle() == 1
    assert (books.receipt("ch_1").settled_minor, books.receipt("ch_1").fee_minor) == (2000, 88)
    assert books.settle() == 0
    with books.database.read() as connection:
        assert list(refunds(Reader(connection, books.place.organisation_id))) == []


def test_an_unapplied_payment_of_the_ledger_is_a_receipt(books: Books) -> None:
    books.put(
        books.xero, customer("bob"), payment("p1", 500, unapplied=200, reference="for May", memo="for May"),
        payment("p2", 500), payment("p3", 500, unapplied=500, kind="refund"), payment("p4", 5, unapplied=5, status="void"),
    )  # fmt: skip
    assert books.settle("xero") == 1
    receipt = books.receipt("p1")
    assert (receipt.amount_minor, receipt.open_minor, receipt.unapplied_minor, receipt.reference) == (
        500,
        200,
        200,
        "for May",
    )
    assert receipt.payer_email == "bob@bob.example"


@pytest.mark.parametrize(
    ("changed", "status", "left"),
    [
        pytest.param({"unapplied": 120}, "unmatched", 120, id="applied in part"),
        pytest.param({"unapplied": 0}, "already_recorded", 0, id="applied in full"),
        pytest.param({"unapplied": 200, "status": "void"}, "not_a_payment", 0, id="voided"),
        pytest.param({"unapplied": 200}, "unmatched", 200, id="as it was"),
    ],
)
def test_a_ledger_payment_that_moves_takes_its_receipt_along(
    books: Books, changed: dict[str, Any], status: str, left: int
) -> None:
    books.put(books.xero, customer("bob"), payment("p1", 500, unapplied=200))
    books.settle("xero")
    books.put(books.xero, payment("p1", 500, **changed))
    books.settle("xero")
    receipt = books.receipt("p1")
    assert (receipt.status, receipt.open_minor, receipt.unapplied_minor) == (status, left, left)
    assert books.settle("xero") == 0


def test_a_payment_whose_amount_was_corrected(books: Books) -> None:
    books.put(books.xero, customer("bob"), payment("p1", 500, unapplied=500))
    books.settle("xero")
    books.put(books.xero, payment("p1", 700, unapplied=700))
    books.settle("xero")
    receipt = books.receipt("p1")
    assert (receipt.amount_minor, receipt.open_minor) == (700, 700)


def test_a_payment_brought_back_is_open_again(books: Books) -> None:
    books.put(books.xero, customer("bob"), payment("p1", 500, unapplied=500))
    books.settle("xero")
    books.put(books.xero, payment("p1", 500, unapplied=0))
    books.settle("xero")
    books.put(books.xero, payment("p1", 500, unapplied=500))
    books.settle("xero")
    assert (books.receipt("p1").status, books.receipt("p1").open_minor) == ("unmatched", 500)


def test_a_parked_receipt_stays_parked_when_part_of_it_is_applied(books: Books) -> None:
    books.put(books.xero, customer("bob"), payment("p1", 500, unapplied=500))
    books.settle("xero")
    receipt = books.receipt("p1")
    books.deciding().park(receipt.id, "ask", seen=receipt.revision, now=books.now())
    books.put(books.xero, payment("p1", 500, unapplied=300))
    books.settle("xero")
    assert (books.receipt("p1").status, books.receipt("p1").open_minor) == ("parked", 300)
