"""Cash in two places, over the store: recognised whichever came first, asked about in doubt, waiting again when taken back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from ledger.account import Account
from ledger.balance import BalanceTransaction, Treatment
from ledger.bank_entry import BankEntry
from ledger.faults import Conflict, Refused
from ledger.money import Money
from ledger.payout import Payout, PayoutItem
from reconcile.books.same_or_not import SameOrNot
from store import recordings
from store.audit import first_broken
from store.database import Database
from store.scope import Scope
from store.tables.matching import receipts, sightings
from sync.settle import Settling, settle_lines, settle_parted
from tests.reconcile.books.books import DAY, Books, applied, charge, customer, invoice, make_books, payment
from tests.store.place import record_of

CHECKING, CLEARING, TILL = "checking", "clearing", "till"


@dataclass
class House:
    """Books with a bank account whose lines come in."""

    books: Books
    bank: Scope

    def line(self, own: str, minor: int, name: str = "Bob Ltd", text: str = "", days: int = 0, **changed: Any) -> None:
        content: dict[str, Any] = {
            "kind": "credit" if minor > 0 else "debit", "moved_on": DAY + timedelta(days=days),
            "amount": Money(minor, "GBP"), "account": "1", "counterparty": name or None, "memo": text or None,
        }  # fmt: skip
        self.books.put(self.bank, BankEntry(external_id=own, **{**content, **changed}))

    def entry(self, own: str, kind: str, minor: int, days: int = 0, **changed: Any) -> None:
        content: dict[str, Any] = {"account": CHECKING, "moved_on": DAY + timedelta(days=days)}
        self.books.put(
            self.books.xero, BankEntry(external_id=own, kind=kind, amount=Money(minor, "GBP"), **{**content, **changed})
        )

    def look(self) -> None:
        place = self.books.place
        for scope, provider in ((self.bank, "statement"),):
            settle_lines(Settling(self.books.database, scope, place.entity_id, provider), self.books.now)
        self.books.settle("xero")
        self.books.settle("stripe")
        self.books.reconcile()

    def status(self, own: str) -> tuple[str, str]:
        row = self.books.receipt(own)
        return row.status, row.status_reason

    def sightings_of(self, own: str) -> set[tuple[str, str]]:
        with self.books.database.read() as connection:
            query = select(sightings.c.kind, sightings.c.external_id).where(
                sightings.c.receipt_id == self.books.receipt(own).id
            )
            return {(row.kind, row.external_id) for row in connection.execute(query)}

    def receipt_names(self) -> set[str]:
        with self.books.database.read() as connection:
            return set(connection.execute(select(receipts.c.external_id)).scalars())

    def maybes(self, own: str) -> list[Any]:
        with self.books.database.read() as connection:
            rows = recordings.of_receipt(connection, self.books.place.organisation_id, self.books.receipt(own).id)
        return [row for row in rows if row.state == "suggested"]

    def acting(self) -> SameOrNot:
        return SameOrNot(self.books.deciding())

    def key(self, kind: str, own: str) -> tuple[UUID, str, str]:
        return self.books.xero.connection_id, kind, own


@pytest.fixture
def house(database: Database) -> House:
    books = make_books(database)
    books.put(books.xero, customer("bob"), customer("eve", "Eve Traders", "eve@eve.example"))
    books.put(books.stripe, customer("cus_bob"))
    books.put(
        books.xero,
        Account(external_id=CHECKING, name="Checking", kind="bank", provider_type="BANK"),
        Account(external_id=CLEARING, name="Stripe Clearing", kind="bank", provider_type="BANK"),
        Account(
            external_id=TILL, name="Undeposited", kind="current_asset", provider_type="x", system_role="undeposited"
        ),
    )
    return House(books, books.place.connect("statement", "bank-1"))


def _paid(own: str, minor: int, unapplied: int = 0, **changed: Any) -> Any:
    return payment(own, minor, unapplied=unapplied, **{"deposit_account": CHECKING, **changed})


@pytest.mark.parametrize("kind", ["deposit", "receive", "sale", "journal"])
@pytest.mark.parametrize("bank_first", [True, False])
def test_an_entry_of_any_kind_before_or_after_the_line(house: House, kind: str, *, bank_first: bool) -> None:
    steps: list[Callable[[], None]] = [lambda: house.line("l1", 5000), lambda: house.entry("e1", kind, 5000, days=2)]
    for step in steps if bank_first else steps[::-1]:
        step()
        house.look()
    assert house.status("l1")[0] == "already_recorded"
    assert house.sightings_of("l1") == {("bank_line", "l1"), ("ledger", "e1")}
    assert house.books.reconcile().recorded == 0


@pytest.mark.parametrize("kind", ["payment", "overpayment", "prepayment"])
def test_a_payment_of_any_kind_with_or_without_an_account(house: House, kind: str) -> None:
    account = CHECKING if kind == "payment" else None
    house.books.put(house.books.xero, payment("p1", 5000, kind=kind, deposit_account=account))
    house.line("l1", 5000)
    house.look()
    assert house.status("l1")[0] == "already_recorded"


def test_a_batch_is_one_line_and_its_payments_are_none(house: House) -> None:
    house.books.put(house.books.xero, _paid("p1", 2000), _paid("p2", 3000))
    house.entry("b1", "deposit", 5000, groups=("p1", "p2"))
    house.line("l1", 5000)
    house.line("l2", 2000)
    house.look()
    assert [house.status(own)[0] for own in ("l1", "l2")] == ["already_recorded", "unmatched"]


def test_two_equal_lines_and_one_payment_leave_one_open(house: House) -> None:
    house.books.put(house.books.xero, _paid("p1", 5000))
    house.line("l1", 5000)
    house.line("l2", 5000, days=1)
    house.look()
    assert [house.status(own)[0] for own in ("l1", "l2")] == ["already_recorded", "unmatched"]
    house.books.put(house.books.xero, _paid("p2", 5000))
    house.look()
    assert house.status("l2")[0] == "already_recorded"


def test_unapplied_cash_of_the_books_and_its_line_are_one_receipt(house: House) -> None:
    house.line("l1", 5000)
    house.look()
    house.books.put(house.books.xero, _paid("p1", 5000, 5000))
    house.look()
    assert house.receipt_names() == {"p1"}
    assert house.sightings_of("p1") == {("ledger", "p1"), ("bank_line", "l1")}
    house.books.put(house.books.xero, _paid("p1", 5000, 0, status="void"))
    house.look()
    house.look()
    assert house.status("p1")[0] == "not_a_payment"
    assert house.status("l1")[0] == "unmatched"


def test_a_charge_and_the_payment_that_was_entered_for_it(house: House) -> None:
    house.books.put(house.books.xero, _paid("p1", 5000, deposit_account=CLEARING, paid_on=DAY + timedelta(days=2)))
    house.books.put(house.books.stripe, charge("ch_1", 5000), charge("ch_2", 5000))
    house.look()
    assert sorted(house.status(own)[0] for own in ("ch_1", "ch_2")) == ["already_recorded", "unmatched"]


def test_a_charge_that_unapplied_cash_names_is_one_receipt_with_it(house: House) -> None:
    house.books.put(house.books.xero, _paid("p1", 5000, 5000, deposit_account=CLEARING, hints=("ch_1",)))
    house.books.put(house.books.stripe, charge("ch_1", 5000))
    house.look()
    assert house.receipt_names() == {"p1"}
    house.books.put(house.books.xero, _paid("p1", 5000, 0, deposit_account=CLEARING, status="void"))
    house.look()
    target = Settling(house.books.database, house.books.stripe, house.books.place.entity_id, "stripe")
    settle_parted(target, house.books.now)
    assert house.receipt_names() == {"p1", "ch_1"}


def test_a_record_that_was_voided_or_changed_lets_the_cash_wait_again(house: House) -> None:
    house.line("l1", 5000)
    house.entry("e1", "receive", 5000)
    house.look()
    assert house.status("l1")[0] == "already_recorded"
    house.entry("e1", "receive", 5100)
    house.look()
    assert house.status("l1")[0] == "unmatched"
    house.entry("e1", "receive", 5000)
    house.look()
    assert house.status("l1")[0] == "already_recorded"
    house.entry("e1", "receive", 5000, status="void")
    house.look()
    assert house.status("l1")[0] == "unmatched"
    assert house.books.receipt("l1").unapplied_minor == 5000


def test_in_doubt_nothing_is_posted_unseen_and_a_person_says_what_it_is(house: House) -> None:
    house.books.put(house.books.xero, invoice("INV-1001", 5000))
    house.entry("e1", "deposit", 5000)
    house.line("l1", 5000, text="INV-1001")
    house.look()
    status, words = house.status("l1")
    assert status == "suggested"
    assert "may be recorded already as a deposit" in words
    assert [row.decision for row in house.books.proposals("l1")] == ["suggest"]
    own = house.books.receipt("l1")
    with pytest.raises(Conflict):
        house.acting().say_same(own.id, house.key("BankEntry", "e1"), seen=own.revision - 1, now=house.books.now())
    key = house.key("BankEntry", "e1")
    house.acting().say_same(own.id, key, seen=own.revision, now=house.books.now())
    house.look()
    assert house.status("l1")[0] == "already_recorded"
    assert house.books.proposals("l1") == []
    house.acting().undo(own.id, key, now=house.books.now())
    house.look()
    assert house.status("l1")[0] == "suggested"
    again = house.books.receipt("l1")
    house.acting().say_apart(own.id, key, seen=again.revision, now=house.books.now())
    house.look()
    assert house.maybes("l1") == []
    assert house.status("l1")[0] == "matched"
    with house.books.database.read() as connection:
        assert first_broken(connection, house.books.place.organisation_id) is None


def test_a_person_parts_what_was_recognised_and_it_stays_so(house: House) -> None:
    house.line("l1", 5000)
    house.entry("e1", "receive", 5000)
    house.look()
    own, key = house.books.receipt("l1"), house.key("BankEntry", "e1")
    house.acting().say_apart(own.id, key, seen=own.revision, now=house.books.now())
    house.look()
    assert house.status("l1")[0] == "unmatched"
    house.acting().undo(own.id, key, now=house.books.now())
    house.look()
    assert house.status("l1")[0] == "already_recorded"


def test_a_person_parts_a_line_from_the_ledgers_own_receipt(house: House) -> None:
    house.books.put(house.books.xero, _paid("p1", 5000, 5000))
    house.line("l1", 5000)
    house.look()
    own = house.books.receipt("p1")
    line = (house.bank.connection_id, "BankEntry", "l1")
    parted = house.acting().say_apart(own.id, line, seen=own.revision, now=house.books.now())
    house.look()
    assert house.books.receipt("l1").id == parted
    assert house.receipt_names() == {"p1", "l1"}


def test_what_was_accepted_is_only_asked_about(house: House) -> None:
    house.books.put(house.books.xero, invoice("INV-1001", 5000))
    house.line("l1", 5000, text="INV-1001")
    house.look()
    (match,) = house.books.proposals("l1")
    seen = house.books.receipt("l1").revision
    house.books.deciding().accept(match.id, seen=seen, now=house.books.now())
    house.books.put(house.books.xero, _paid("p1", 5000), applied("p1", "INV-1001", 5000))
    house.look()
    assert house.books.receipt("l1").post_status == "approved"
    assert "decided on this receipt before" in house.maybes("l1")[0].reason
    own = house.books.receipt("l1")
    with pytest.raises(Refused):
        house.acting().say_same(own.id, house.key("Payment", "p1"), seen=own.revision, now=house.books.now())


def _payout(own: str, minor: int, nets: tuple[int, ...], **changed: Any) -> list[Any]:
    moved = datetime(2026, 3, 1, tzinfo=UTC)
    content: dict[str, Any] = {
        "created_at": moved, "left_on": date(2026, 3, 1), "arrives_on": DAY, "amount": Money(minor, "GBP"),
        "status": "paid", "reconciliation_status": "completed",
    }  # fmt: skip
    made: list[Any] = [Payout(external_id=own, **{**content, **changed})]
    for n, net in enumerate(nets):
        made.append(
            BalanceTransaction(
                external_id=f"txn_{own}_{n}", created_at=moved, booked_on=date(2026, 3, 1), gross=Money(net + 100, "GBP"),
                fee=Money(100, "GBP"), net=Money(net, "GBP"), type="charge", reporting_category="charge",
                status="available", source_external_id=f"ch_{own}_{n}", treatment=Treatment.UNDECIDED,
            )
        )  # fmt: skip
        made.append(
            PayoutItem(
                external_id=f"{own}/{n}", payout_external_id=own, balance_transaction=f"txn_{own}_{n}",
                source_external_id=f"ch_{own}_{n}",
            )
        )  # fmt: skip
    return made


def test_a_payouts_line_is_expanded_and_its_transfer_in_the_books_is_its_own(house: House) -> None:
    house.books.put(house.books.stripe, *_payout("po_abcdefgh1", 5000, (3000, 2000)))
    house.line("l1", 5000, name="STRIPE", text="STRIPE PAYOUT")
    house.line("l2", 5000, name="", text="transfer")
    house.entry("t1", "transfer", -5000, account=CLEARING, other_account=CHECKING, hints=("po_abcdefgh1",), days=3)
    house.look()
    status, words = house.status("l1")
    assert status == "payout"
    assert "its 2 parts add up to it" in words
    assert house.sightings_of("l1") == {("bank_line", "l1"), ("payout", "po_abcdefgh1"), ("ledger", "t1")}
    assert house.status("l2")[0] == "unmatched"
    assert house.books.reconcile().changed == 0


def test_parts_that_do_not_add_up_and_payouts_without_parts(house: House) -> None:
    manual = {"automatic": False, "reconciliation_status": "not_applicable"}
    house.books.put(house.books.stripe, *_payout("po_abcdefgh1", 5000, (3000, 1970)))
    house.books.put(house.books.stripe, *_payout("po_abcdefgh2", 7000, (), **manual))
    house.line("l1", 5000, name="STRIPE")
    house.line("l2", 7000, name="STRIPE")
    house.look()
    assert "add up to GBP 49.70, GBP 0.30 less than it" in house.status("l1")[1]
    assert "cannot be itemised" in house.status("l2")[1]


def test_a_payout_that_was_pulled_back_is_a_debit_and_other_debits_are_none(house: House) -> None:
    house.books.put(house.books.stripe, *_payout("po_abcdefgh1", -5000, (-5000,)))
    house.line("l1", -5000, name="STRIPE")
    house.line("l2", -5000, name="Supplier Ltd")
    house.look()
    assert house.receipt_names() == {"l1"}
    assert house.status("l1")[0] == "payout"
    assert "pulled back" in house.status("l1")[1]


def test_a_failed_payout_keeps_the_line_that_names_it_and_no_other(house: House) -> None:
    house.books.put(house.books.stripe, *_payout("po_abcdefgh1", 5000, (5000,)))
    house.books.put(house.books.stripe, *_payout("po_abcdefgh2", 7000, (7000,)))
    house.line("l1", 5000, name="Acme", text="po_abcdefgh1")
    house.line("l2", 7000, name="STRIPE")
    house.look()
    assert (house.status("l1")[0], house.status("l2")[0]) == ("payout", "payout")
    house.books.put(house.books.stripe, *_payout("po_abcdefgh1", 5000, (5000,), status="failed"))
    house.books.put(house.books.stripe, *_payout("po_abcdefgh2", 7000, (7000,), status="failed"))
    house.look()
    assert house.status("l1")[0] == "payout"  # it came, and went back later: it is no customer's money
    assert house.sightings_of("l2") == {("bank_line", "l2")}


def test_a_pulled_back_payout_that_failed_is_no_receipt_any_more(house: House) -> None:
    house.books.put(house.books.stripe, *_payout("po_abcdefgh1", -5000, (-5000,)))
    house.line("l1", -5000, name="STRIPE")
    house.look()
    house.books.put(house.books.stripe, *_payout("po_abcdefgh1", -5000, (-5000,), status="failed"))
    house.look()
    house.look()
    assert house.receipt_names() == set()


def test_a_line_that_was_taken_back_with_its_statement_is_seen_no_more(house: House) -> None:
    house.books.put(house.books.xero, _paid("p1", 5000, 5000))
    house.line("l1", 5000)
    house.look()
    assert house.sightings_of("p1") == {("ledger", "p1"), ("bank_line", "l1")}
    house.books.place.write(house.bank, record_of(kind="BankEntry", external_id="l1"), now=house.books.now())
    house.look()
    assert house.sightings_of("p1") == {("ledger", "p1")}
    assert house.receipt_names() == {"p1"}


def test_a_person_says_that_a_line_is_no_payout(house: House) -> None:
    house.books.put(house.books.stripe, *_payout("po_abcdefgh1", 5000, (5000,)))
    house.line("l1", 5000, name="STRIPE")
    house.entry("t1", "transfer", -5000, account=CLEARING, other_account=CHECKING, hints=("po_abcdefgh1",))
    house.look()
    own = house.books.receipt("l1")
    key = (house.books.stripe.connection_id, "Payout", "po_abcdefgh1")
    house.acting().say_apart(own.id, key, seen=own.revision, now=house.books.now())
    house.look()
    assert house.books.receipt("l1").payout_external_id is None
    assert ("payout", "po_abcdefgh1") not in house.sightings_of("l1")
    house.acting().undo(own.id, key, now=house.books.now())
    house.look()
    assert house.status("l1")[0] == "already_recorded"
