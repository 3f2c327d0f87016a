"""A clearing account that differs by just what changed since the last sync says so, and what is left over beside it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from connectors.figures import Control
from ledger.bank_entry import BankEntry
from ledger.money import Money
from ledger.payment import Payment
from proving.clearing_proof import ClearingProof
from proving.verify.clearing import mirrored_rows
from proving.verify.differences import Cause, Difference
from proving.verify.moves import AccountMove, account_moves, moved_by

DAY = date(2026, 3, 31)


def payment(minor: int, **more: Any) -> Payment:
    more = {"currency": "USD", "paid_on": DAY, "deposit_account": "35", **more}
    amount = Money(minor, more.pop("currency"))
    return Payment(
        external_id="p1", customer_external_id="bob", paid_on=more.pop("paid_on"), amount=amount, unapplied=Money(0, amount.currency), **more
    )  # fmt: skip


def transfer(minor: int) -> BankEntry:
    return BankEntry(
        external_id="t1", kind="transfer", moved_on=DAY, amount=Money(-minor, "USD"), account="35", other_account="40"
    )


def test_a_record_moves_what_it_is_more_or_less_than_it_was() -> None:
    assert account_moves([payment(500)], [], "USD", DAY) == {"35": -500}
    assert account_moves([payment(500)], [payment(450)], "USD", DAY) == {"35": -50}
    assert account_moves([], [payment(500, kind="refund")], "USD", DAY) == {"35": -500}
    assert account_moves([payment(500)], [payment(500)], "USD", DAY) == {}
    assert account_moves([], [transfer(700)], "USD", DAY) == {"35": -700, "40": 700}


def test_what_counts_later_or_not_at_all_or_in_a_batch_moves_nothing() -> None:
    for one in (
        payment(500, paid_on=date(2026, 4, 1)), payment(500, status="void"), payment(500, batch_external_id="b1"),
        payment(500, deposit_account=None), payment(500, currency="EUR"),
    ):  # fmt: skip
        assert account_moves([], [one], "USD", DAY) == {}
    assert account_moves([], [payment(500, currency="EUR", exchange_rate=Decimal("1.1"))], "USD", DAY) == {"35": 550}


def test_the_cause_is_the_change_s_own_or_what_its_being_there_tells() -> None:
    one = [payment(500)]
    assert moved_by(Cause.OTHER_POSTER, [], one) is Cause.OTHER_POSTER
    assert (moved_by(None, [], one), moved_by(None, one, []), moved_by(None, one, one)) == (
        Cause.NOT_SYNCED, Cause.DELETED_THERE, Cause.CHANGED_THERE,
    )  # fmt: skip


def row(theirs: int, *moved: AccountMove) -> Difference:
    held = Money(9_414_938, "USD")
    proof = ClearingProof(
        connection_id=UUID(int=1), currency="USD", through=DAY, account="35", account_name="Clearing", books=held,
        stripe=held, rows=(), opening=held, lines=(),
    )  # fmt: skip
    every = {"35": Money(theirs, "USD")}
    control = Control(on=DAY, home="USD", accounts={}, source="trial balance", every=every)
    (found,) = mirrored_rows([proof], control, "xero", moved)
    return found


def test_a_deletion_explains_the_account_by_just_its_amount() -> None:
    gone = AccountMove(account="35", minor=-416_904, cause=Cause.DELETED_THERE, words="Payment INV-0739")
    other = AccountMove(account="40", minor=5, cause=Cause.NOT_SYNCED, words="Payment 8")
    found = row(8_998_034, gone, other)
    assert found.cause is Cause.DELETED_THERE
    assert "USD -4,169.04" in found.words or "-USD 4,169.04" in found.words or "-4,169.04" in found.words
    assert "Payment INV-0739" in found.words
    assert "kinds that are not read" not in found.words
    assert "Sync" in found.to_do


def test_what_is_left_over_is_named_beside_it() -> None:
    gone = AccountMove(account="35", minor=-416_904, cause=Cause.DELETED_THERE, words="Payment INV-0739")
    found = row(8_998_134, gone)
    assert found.cause is Cause.SEVERAL
    assert "1.00 on this account of kinds that are not read here" in found.words
    assert row(9_414_938 + 100).cause is Cause.UNKNOWN
