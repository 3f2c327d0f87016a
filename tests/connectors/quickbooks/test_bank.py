"""Deposits, sales, purchases, transfers, and lines on receivable wherever they stand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ledger.bank_entry import BankEntry
from ledger.journal import JournalLine
from ledger.money import Money
from tests.connectors.quickbooks.mapped import CONTEXT, all_of, codes, mapped, one


def posting(number: str, side: str, amount: float, account: str, customer: str | None = None) -> dict[str, Any]:
    entity = {"Type": "Customer", "EntityRef": {"value": customer}} if customer else None
    detail = {"PostingType": side, "AccountRef": {"value": account, "name": "x"}, "Entity": entity}
    return {"Id": number, "Amount": amount, "DetailType": "JournalEntryLineDetail", "JournalEntryLineDetail": detail}


def test_journal_lines_on_receivable_raise_and_lower_what_is_owed() -> None:
    lines = [
        posting("0", "Debit", 640, "84", "9"),
        posting("1", "Credit", 600, "20"),
        posting("2", "Credit", 40, "85", "8"),
    ]
    came = mapped("JournalEntry", {"TxnDate": "2026-01-05", "DocNumber": "J1", "Line": lines})

    found = [(one.external_id, one.customer_external_id, one.amount.minor) for one in all_of(came, JournalLine)]
    assert found == [("JournalEntry/500/0", "9", 64000), ("JournalEntry/500/2", "8", -4000)]
    assert came.findings == ()


def test_a_line_on_receivable_without_a_customer_is_told() -> None:
    came = mapped("JournalEntry", {"Line": [posting("0", "Debit", 5, "84")]})

    assert one(came, JournalLine).customer_external_id is None
    assert codes(came) == ["customer_missing"]


def test_before_the_accounts_are_known_a_customer_and_the_accounts_name_decide() -> None:
    unknown = replace(CONTEXT, ar_accounts=frozenset())
    line = posting("0", "Debit", 5, "84", "9")
    line["JournalEntryLineDetail"]["AccountRef"]["name"] = "Accounts Receivable (A/R)"
    came = mapped("JournalEntry", {"Line": [line, posting("1", "Credit", 5, "20", "9")]}, unknown)

    assert one(came, JournalLine).external_id == "JournalEntry/500/0"
    assert codes(came) == ["receivable_guessed"]


def test_a_journal_that_cannot_be_told_from_one_on_receivable_says_so() -> None:
    unknown = replace(CONTEXT, ar_accounts=frozenset())
    lines = [posting("0", "Debit", 5, "20"), posting("1", "Credit", 5, "21")]

    assert codes(mapped("JournalEntry", {"Line": lines}, unknown)) == ["receivable_unknown"]
    assert mapped("JournalEntry", {"Line": lines}).findings == ()


def test_a_posting_that_is_neither_debit_nor_credit_is_an_error() -> None:
    came = mapped("JournalEntry", {"Line": [posting("0", "Sideways", 5, "84", "9")]})

    assert came.values == ()
    assert codes(came) == ["unknown_posting"]


def test_a_deposit_gathers_payments_and_may_credit_receivable() -> None:
    lines = [
        {"Amount": 100, "LinkedTxn": [{"TxnId": "130", "TxnType": "Payment"}]},
        {"Amount": 50, "LinkedTxn": [{"TxnId": "131", "TxnType": "SalesReceipt"}]},
        {
            "Id": "3",
            "Amount": 189,
            "DepositLineDetail": {"AccountRef": {"value": "84"}, "Entity": {"value": "9", "type": "CUSTOMER"}},
        },
        {
            "Id": "4",
            "Amount": -12.5,
            "Description": "po_1QabcDEFgh",
            "DepositLineDetail": {"AccountRef": {"value": "13"}},
        },
    ]
    payload = {"TotalAmt": 326.5, "DepositToAccountRef": {"value": "35"}, "Line": lines}
    came = mapped("Deposit", payload)

    entry = one(came, BankEntry)
    assert (entry.kind, entry.amount, entry.account) == ("deposit", Money(32650, "USD"), "35")
    assert (entry.groups, entry.hints) == (("130", "131"), ("po_1QabcDEFgh",))
    line = one(came, JournalLine)
    assert (line.external_id, line.customer_external_id, line.amount) == ("Deposit/500/3", "9", Money(-18900, "USD"))


@pytest.mark.parametrize(
    ("credit", "owed", "moved"), [(False, 21000, -21000), (True, -21000, 21000), (None, 21000, -21000)]
)
def test_a_purchase_on_receivable_is_money_back_to_a_customer(credit: bool | None, owed: int, moved: int) -> None:
    line = {
        "Id": "1",
        "Amount": 210,
        "AccountBasedExpenseLineDetail": {"AccountRef": {"value": "84"}, "CustomerRef": {"value": "31"}},
    }
    came = mapped("Purchase", {"TotalAmt": 210, "Credit": credit, "AccountRef": {"value": "35"}, "Line": [line]})

    journal, entry = one(came, JournalLine), one(came, BankEntry)
    assert (journal.external_id, journal.customer_external_id, journal.amount.minor) == ("Purchase/500/1", "31", owed)
    assert (entry.kind, entry.amount.minor, entry.account) == ("spend", moved, "35")


def test_a_purchase_from_a_vendor_names_no_customer() -> None:
    came = mapped("Purchase", {"TotalAmt": 7, "EntityRef": {"value": "4", "type": "Vendor"}, "Line": None})

    assert one(came, BankEntry).customer_external_id is None
    assert len(came.values) == 1


def test_a_sales_receipt_is_a_sale_and_never_receivable() -> None:
    payload = {
        "TotalAmt": 18.7,
        "CustomerRef": {"value": "9"},
        "DepositToAccountRef": {"value": "35"},
        "PaymentRefNum": "Till",
    }
    entry = one(mapped("SalesReceipt", payload), BankEntry)

    assert (entry.kind, entry.amount, entry.customer_external_id, entry.reference) == (
        "sale",
        Money(1870, "USD"),
        "9",
        "Till",
    )


def test_a_transfer_leaves_one_account_for_another() -> None:
    payload = {
        "Amount": 250,
        "FromAccountRef": {"value": "6"},
        "ToAccountRef": {"value": "4"},
        "PrivateNote": "po_1QabcDEFgh",
    }
    entry = one(mapped("Transfer", payload), BankEntry)

    assert (entry.kind, entry.amount, entry.account, entry.other_account) == (
        "transfer",
        Money(-25000, "USD"),
        "6",
        "4",
    )
    assert (entry.hints, entry.status) == (("po_1QabcDEFgh",), "open")


def test_a_journal_on_a_bank_account_is_cash_of_the_customer_it_names() -> None:
    known = replace(CONTEXT, bank_accounts=frozenset({"35"}))
    lines = [posting("0", "Debit", 640, "35"), posting("1", "Credit", 640, "84", "9")]
    came = mapped("JournalEntry", {"TxnDate": "2026-01-05", "DocNumber": "J1", "Line": lines}, known)
    entry = one(came, BankEntry)
    assert (entry.kind, entry.amount, entry.account) == ("journal", Money(64000, "USD"), "35")
    assert (entry.customer_external_id, entry.reference) == ("9", "J1")
    assert one(came, JournalLine).amount == Money(-64000, "USD")
    lines = [posting("0", "Credit", 25, "35"), posting("1", "Debit", 25, "60")]
    assert one(mapped("JournalEntry", {"Line": lines}, known), BankEntry).amount == Money(-2500, "USD")
