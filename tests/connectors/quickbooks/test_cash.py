"""Payments and what they were applied to; refund receipts."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from ledger.allocation import Allocation, Basis
from ledger.money import Money
from ledger.payment import Payment
from tests.connectors.quickbooks.mapped import all_of, codes, mapped, one


def link(amount: float, kind: str, txn_id: str, line_id: str | None = None) -> dict[str, Any]:
    return {"Amount": amount, "LinkedTxn": [{"TxnId": txn_id, "TxnType": kind, "TxnLineId": line_id}]}


def paid(total: float, unapplied: float, *lines: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"TotalAmt": total, "UnappliedAmt": unapplied, "TxnDate": "2026-05-02", "Line": list(lines), **more}


def flows(payload: dict[str, Any]) -> list[tuple[str, str, str, str, int]]:
    return [
        (one.source_kind.value, one.source_external_id, one.target_kind.value, one.target_external_id, one.amount.minor)
        for one in all_of(mapped("Payment", payload), Allocation)
    ]


def test_a_payment_of_two_invoices_with_a_rest() -> None:
    payload = paid(
        200,
        50,
        link(100, "Invoice", "70"),
        link(50, "Invoice", "71"),
        CustomerRef={"value": "9"},
        PaymentRefNum="CHK 11",
        PrivateNote="for py_3NabcDEF12",
        PaymentMethodRef={"value": "2", "name": "Check"},
        DepositToAccountRef={"value": "35"},
        LinkedTxn=[{"TxnId": "812", "TxnType": "Deposit"}],
    )
    payment = one(mapped("Payment", payload), Payment)

    assert (payment.amount, payment.unapplied) == (Money(20000, "USD"), Money(5000, "USD"))
    assert (payment.method, payment.reference, payment.deposit_account) == ("Check", "CHK 11", "35")
    assert (payment.bank_entry_external_id, payment.hints) == ("812", ("py_3NabcDEF12",))
    assert flows(payload) == [("payment", "500", "invoice", "70", 10000), ("payment", "500", "invoice", "71", 5000)]


def test_an_allocation_has_the_payments_date_as_derived_and_a_stable_id() -> None:
    [allocation] = all_of(mapped("Payment", paid(10, 0, link(10, "Invoice", "70"))), Allocation)

    assert (allocation.applied_on, allocation.basis) == (date(2026, 5, 2), Basis.DERIVED)
    assert allocation.external_id == "500/cash/Invoice-70"


def test_two_lines_of_one_invoice_are_one_allocation() -> None:
    assert flows(paid(10, 0, link(4, "Invoice", "70"), link(6, "Invoice", "70"))) == [
        ("payment", "500", "invoice", "70", 1000)
    ]


def test_a_payment_of_nothing_applies_a_credit() -> None:
    payload = paid(0, 0, link(30, "CreditMemo", "60"), link(30, "Invoice", "70"))

    assert flows(payload) == [("credit_note", "60", "invoice", "70", 3000)]
    assert one(mapped("Payment", payload), Payment).amount == Money(0, "USD")


def test_credits_and_cash_pay_the_oldest_first() -> None:
    payload = paid(
        50,
        0,
        link(60, "Invoice", "100"),
        link(45, "Invoice", "99"),
        link(40, "CreditMemo", "98"),
        link(15, "CreditMemo", "101"),
    )

    assert flows(payload) == [
        ("credit_note", "98", "invoice", "99", 4000),
        ("credit_note", "101", "invoice", "99", 500),
        ("credit_note", "101", "invoice", "100", 1000),
        ("payment", "500", "invoice", "100", 5000),
    ]
    ids = [one.external_id for one in all_of(mapped("Payment", payload), Allocation)]
    assert len(set(ids)) == 4


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        (paid(25, 0, link(25, "JournalEntry", "66", "1")), [("payment", "500", "journal", "JournalEntry/66/1", 2500)]),
        (
            paid(75, 0, link(100, "Invoice", "70"), link(25, "JournalEntry", "66", "0")),
            [("journal", "JournalEntry/66/0", "invoice", "70", 2500), ("payment", "500", "invoice", "70", 7500)],
        ),
        (
            paid(0, 0, link(20, "JournalEntry", "66", "0"), link(20, "JournalEntry", "67", "3")),
            [("journal", "JournalEntry/67/3", "journal", "JournalEntry/66/0", 2000)],
        ),
        (
            paid(0, 0, link(21, "CreditMemo", "60"), link(21, "Expense", "61", "1")),
            [("credit_note", "60", "journal", "Purchase/61/1", 2100)],
        ),
        (paid(60, 0, link(60, "Check", "61", "2")), [("payment", "500", "journal", "Purchase/61/2", 6000)]),
        (
            paid(0, 0, link(9, "Deposit", "62", "3"), link(9, "Invoice", "70")),
            [("journal", "Deposit/62/3", "invoice", "70", 900)],
        ),
    ],
)
def test_journals_pay_and_are_paid(payload: dict[str, Any], expected: list[tuple[str, str, str, str, int]]) -> None:
    assert flows(payload) == expected
    assert codes(mapped("Payment", payload)) == []


def test_a_void_payment_holds_nothing() -> None:
    payload = paid(0, 0, link(5, "Invoice", "70"), PrivateNote="Voided bounced")

    payment = one(mapped("Payment", payload), Payment)
    assert (payment.status, payment.unapplied) == ("void", Money(0, "USD"))
    assert flows(payload) == []


def test_without_an_unapplied_amount_it_is_what_the_lines_leave() -> None:
    payload = {"TotalAmt": 90, "Line": [link(60, "Invoice", "70")]}

    assert one(mapped("Payment", payload), Payment).unapplied == Money(3000, "USD")


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (link(10, "Estimate", "4"), "unknown_link"),
        ({"Amount": 10, "LinkedTxn": None}, "link_missing"),
        (link(8, "Invoice", "70"), "uneven_application"),
        ({"LinkedTxn": [{"TxnId": "70", "TxnType": "Invoice"}]}, "uneven_application"),
    ],
)
def test_odd_lines_are_told(line: dict[str, Any], code: str) -> None:
    came = mapped("Payment", paid(10, 0, line))

    assert code in codes(came)
    assert one(came, Payment).amount == Money(1000, "USD")


def links(amount: float, *named: tuple[str, str]) -> dict[str, Any]:
    return {"Amount": amount, "LinkedTxn": [{"TxnId": txn_id, "TxnType": kind} for kind, txn_id in named]}


MEMO, SALE = ("CreditMemo", "60"), ("Invoice", "70")


@pytest.mark.parametrize("named", [(MEMO, SALE), (SALE, MEMO)])
@pytest.mark.parametrize(
    ("total", "unapplied", "more", "expected"),
    [
        (0, 0, [], [("credit_note", "60", "invoice", "70", 3000)]),
        (20, 5, [link(15, "Invoice", "71")], [
            ("credit_note", "60", "invoice", "70", 3000), ("payment", "500", "invoice", "71", 1500)]),
        (25, 0, [links(25, ("Invoice", "71"), ("CreditMemo", "61")), link(25, "Invoice", "72")], [
            ("credit_note", "60", "invoice", "70", 3000), ("credit_note", "61", "invoice", "71", 2500),
            ("payment", "500", "invoice", "72", 2500)]),
    ],
)  # fmt: skip
def test_a_line_that_names_a_credit_and_what_is_owed_applies_the_one_to_the_other(
    named: tuple[tuple[str, str], ...],
    total: float,
    unapplied: float,
    more: list[dict[str, Any]],
    expected: list[tuple[str, str, str, str, int]],
) -> None:
    payload = paid(total, unapplied, links(30, *named), *more)

    assert flows(payload) == expected
    assert codes(mapped("Payment", payload)) == []


def test_a_line_that_names_several_of_which_one_takes_part_is_told() -> None:
    for named in ((MEMO, SALE), (SALE, MEMO)):
        for payload in (paid(30, 0, links(30, *named)), {"TotalAmt": 30, "Line": [links(30, *named)]}):
            assert flows(payload) == [("payment", "500", "invoice", "70", 3000)]
            assert codes(mapped("Payment", payload)) == ["many_links"]
    assert codes(mapped("Payment", paid(10, 0, links(10, SALE, ("Invoice", "71"))))) == ["many_links"]
    assert flows(paid(10, 0, links(10, ("Estimate", "9"), SALE))) == [("payment", "500", "invoice", "70", 1000)]


def test_lines_that_name_one_journal_and_no_line_of_it_stay_apart() -> None:
    assert flows(paid(140, 0, link(80, "JournalEntry", "66"), link(60, "JournalEntry", "66"))) == [
        ("payment", "500", "journal", "JournalEntry/66/?", 8000),
        ("payment", "500", "journal", "JournalEntry/66/?", 6000),
    ]
    both_sides = paid(70, 0, link(100, "JournalEntry", "66"), link(30, "JournalEntry", "66"))
    assert flows(both_sides) == [
        ("journal", "JournalEntry/66/?", "journal", "JournalEntry/66/?", 3000),
        ("payment", "500", "journal", "JournalEntry/66/?", 7000),
    ]
    for payload in (both_sides, paid(9, 0, *[link(3, "JournalEntry", "66")] * 3)):
        ids = [one.external_id for one in all_of(mapped("Payment", payload), Allocation)]
        assert len(set(ids)) == len(ids)
    assert ids[0] == "500/cash/JournalEntry-66"  # as one alone is called
    assert flows(paid(10, 0, link(4, "JournalEntry", "66", "1"), link(6, "JournalEntry", "66", "1"))) == [
        ("payment", "500", "journal", "JournalEntry/66/1", 1000)
    ]


def test_a_refund_receipt_is_a_refund_and_touches_a_credit_only_where_it_says_so() -> None:
    alone = {"TotalAmt": 40, "TxnDate": "2026-05-03", "DepositToAccountRef": {"value": "35"}, "PaymentRefNum": "R1"}
    refund = one(mapped("RefundReceipt", alone), Payment)

    assert (refund.kind, refund.amount, refund.deposit_account) == ("refund", Money(4000, "USD"), "35")
    assert all_of(mapped("RefundReceipt", alone), Allocation) == []
    linked = {**alone, "LinkedTxn": [{"TxnId": "60", "TxnType": "CreditMemo"}]}
    allocation = one(mapped("RefundReceipt", linked), Allocation)
    assert (allocation.source_kind.value, allocation.source_external_id) == ("credit_note", "60")
    assert (allocation.target_kind.value, allocation.target_external_id) == ("refund", "500")
    assert allocation.amount == Money(4000, "USD")


def test_a_refund_of_several_credits_says_how_much_of_each() -> None:
    payload = {"TotalAmt": 40, "Line": [link(25, "CreditMemo", "60"), link(15, "CreditMemo", "61")]}

    amounts = {one.source_external_id: one.amount.minor for one in all_of(mapped("RefundReceipt", payload), Allocation)}
    assert amounts == {"60": 2500, "61": 1500}
