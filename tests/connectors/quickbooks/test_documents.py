"""Invoices and credit memos."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from ledger.allocation import Allocation, SourceKind
from ledger.credit import CreditNote
from ledger.finding import Severity
from ledger.invoice import Invoice
from ledger.money import Money
from tests.connectors.quickbooks.mapped import all_of, codes, mapped, one

INVOICE = """{
  "Id": "500", "SyncToken": "3", "DocNumber": "A-77", "TxnDate": "2026-03-09", "DueDate": "2026-04-08",
  "MetaData": {"CreateTime": "2026-03-09T08:00:00-07:00", "LastUpdatedTime": "2026-03-10T09:30:00-06:00"},
  "CurrencyRef": {"value": "EUR", "name": "Euro"}, "ExchangeRate": 1.0825, "CustomerRef": {"value": "9", "name": "Dorn"},
  "CustomerMemo": {"value": "Paid link in_1QabcDEF2345"}, "PrivateNote": "Second delivery",
  "CustomField": [{"DefinitionId": "2", "Name": "P.O. Number", "Type": "StringType", "StringValue": "PO-4411"},
                  {"DefinitionId": "3", "Name": "Crew", "Type": "StringType"}],
  "SalesTermRef": {"value": "3", "name": "Net 30"}, "EmailStatus": "EmailSent", "PrintStatus": "NotSet",
  "TxnTaxDetail": {"TotalTax": 19.10}, "TotalAmt": 1209.10, "Balance": 809.1, "HomeTotalAmt": 1308.85, "Deposit": 300,
  "Line": [
    {"Id": "1", "LineNum": 1, "Description": "Beams", "Amount": 1000.00, "DetailType": "SalesItemLineDetail",
     "SalesItemLineDetail": {"ItemRef": {"value": "4", "name": "Timber"}, "UnitPrice": 12.345678, "Qty": 81,
                             "TaxCodeRef": {"value": "TAX"}}},
    {"Id": "2", "LineNum": 2, "DetailType": "GroupLineDetail", "Amount": 0, "GroupLineDetail": {"Line": [
      {"Id": "3", "Description": "Nails", "Amount": 240, "DetailType": "SalesItemLineDetail", "SalesItemLineDetail": {}}]}},
    {"Id": "4", "DetailType": "DescriptionOnly", "Description": "As agreed"},
    {"Amount": 50, "DetailType": "DiscountLineDetail", "DiscountLineDetail": {"PercentBased": false}},
    {"Amount": 1190, "DetailType": "SubTotalLineDetail", "SubTotalLineDetail": {}}]
}"""


def test_an_invoice_is_read_whole_and_exactly() -> None:
    came = mapped("Invoice", INVOICE)
    invoice = one(came, Invoice)

    assert came.findings == ()
    assert (invoice.number, invoice.customer_external_id) == ("A-77", "9")
    assert (invoice.issued_on, invoice.due_on) == (date(2026, 3, 9), date(2026, 4, 8))
    assert (invoice.total, invoice.tax_total) == (Money(120910, "EUR"), Money(1910, "EUR"))
    assert (invoice.open_amount, invoice.status) == (Money(80910, "EUR"), "open")
    assert (invoice.exchange_rate, invoice.home_total) == (Decimal("1.0825"), Money(130885, "USD"))
    assert (invoice.po_number, invoice.terms, invoice.sent) == ("PO-4411", "Net 30", True)
    assert invoice.memo == "Second delivery"
    assert invoice.hints == ("in_1QabcDEF2345",)
    assert [line.amount.minor for line in invoice.lines] == [100000, 24000, 0, -5000]
    assert invoice.lines[0].unit_price == Decimal("12.345678")
    assert invoice.updated_at is not None
    assert invoice.updated_at.isoformat() == "2026-03-10T15:30:00+00:00"


@pytest.mark.parametrize(("stated", "code"), [("1308.855", "home_amount_too_fine"), ("1e30", "home_amount_too_large")])
def test_a_home_amount_that_is_none_leaves_the_invoice(stated: str, code: str) -> None:
    came = mapped("Invoice", INVOICE.replace("1308.85", stated))
    assert (one(came, Invoice).total, one(came, Invoice).home_total) == (Money(120910, "EUR"), None)
    assert codes(came) == [code]


@pytest.mark.parametrize(
    ("kind", "more", "minor"),
    [
        ("Invoice", {"Balance": 10.03}, 1249),
        ("CreditMemo", {"RemainingCredit": 10.03}, 1249),
        ("Payment", {}, 1249),
        ("Deposit", {}, 1249),
        ("Purchase", {}, -1249),
    ],
)
def test_a_home_amount_that_is_not_stated_follows_from_the_rate(kind: str, more: dict[str, Any], minor: int) -> None:
    foreign = {"TotalAmt": 10.03, "CurrencyRef": {"value": "EUR"}, "ExchangeRate": 1.2455, **more}
    value = mapped(kind, foreign).values[0]
    assert (getattr(value, "home_total", None) or getattr(value, "home_amount", None)) == Money(minor, "USD")
    for rate in (None, 0, -1):
        value = mapped(kind, {**foreign, "ExchangeRate": rate}).values[0]
        assert getattr(value, "exchange_rate", 1) is None
        assert getattr(value, "home_total", None) is getattr(value, "home_amount", None) is None


@pytest.mark.parametrize("kind", ["Invoice", "CreditMemo", "Payment", "SalesReceipt"])
@pytest.mark.parametrize("day", [None, ""])
def test_a_date_that_is_missing_is_told(kind: str, day: str | None) -> None:
    came = mapped(kind, {"TotalAmt": 5, "Balance": 5, "UnappliedAmt": 5, "TxnDate": day})
    assert codes(came) == ["date_missing"]
    assert came.values


@pytest.mark.parametrize("kind", ["Invoice", "CreditMemo", "Payment", "Deposit", "JournalEntry"])
def test_a_currency_that_is_missing_though_there_is_a_rate_is_told(kind: str) -> None:
    line = {"Amount": 5, "JournalEntryLineDetail": {"PostingType": "Debit", "AccountRef": {"value": "84"}}}
    foreign = {"TotalAmt": 5, "Balance": 5, "UnappliedAmt": 5, "ExchangeRate": 1.25, "Line": [line]}
    assert codes(mapped(kind, foreign)).count("currency_missing") == 1
    assert "currency_missing" not in codes(mapped(kind, {**foreign, "ExchangeRate": 1}))


def test_a_deposit_on_the_invoice_is_an_allocation_of_its_own_date() -> None:
    allocation = one(mapped("Invoice", INVOICE), Allocation)

    assert allocation.source_kind is SourceKind.INVOICE_DEPOSIT
    assert (allocation.source_external_id, allocation.target_external_id) == ("500", "500")
    assert (allocation.amount, allocation.applied_on) == (Money(30000, "EUR"), date(2026, 3, 9))


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"TotalAmt": 10, "Balance": 10}, "open"),
        ({"TotalAmt": 10, "Balance": 4.5}, "open"),
        ({"TotalAmt": 10, "Balance": 0}, "paid"),
        ({"TotalAmt": 0, "Balance": 0, "PrivateNote": "Voided - wrong customer"}, "void"),
        ({"TotalAmt": 0, "Balance": 0, "PrivateNote": "a sample"}, "paid"),
        ({"TotalAmt": 0, "Balance": 0, "PrivateNote": "Voids and holes"}, "paid"),
        ({"TotalAmt": 10, "Balance": 10, "PrivateNote": "Voided the old one"}, "open"),
    ],
)
def test_the_status_follows_from_total_balance_and_note(fields: dict[str, Any], status: str) -> None:
    assert one(mapped("Invoice", fields), Invoice).status == status


def test_nulls_for_references_and_lists_are_no_matter() -> None:
    names = ("CustomerRef", "Line", "CurrencyRef", "MetaData", "TxnTaxDetail", "CustomField", "LinkedTxn", "TxnDate")
    came = mapped("Invoice", {"TotalAmt": "10.10", "Balance": 10.1, **dict.fromkeys(names)})

    assert one(came, Invoice).total == Money(1010, "USD")
    assert one(came, Invoice).customer_external_id is None


def test_an_unknown_line_and_a_missing_rate_are_told_and_kept() -> None:
    line = {"Amount": 7, "DetailType": "HologramLineDetail"}
    came = mapped("Invoice", {"TotalAmt": 7, "Balance": 7, "CurrencyRef": {"value": "CAD"}, "Line": [line]})

    assert codes(came) == ["rate_missing", "unknown_line"]
    assert one(came, Invoice).home_total is None


@pytest.mark.parametrize(
    "payload",
    [
        {"TotalAmt": 10.005, "Balance": 0},
        {"TotalAmt": 10, "Balance": 1, "CurrencyRef": {"value": "XXX"}},
        {"TotalAmt": {"value": 1}},
        "not json",
    ],
)
def test_what_cannot_be_mapped_is_an_error_and_no_exception(payload: Any) -> None:
    came = mapped("Invoice", payload)

    assert came.values == ()
    assert [finding.severity for finding in came.findings] == [Severity.ERROR]


def test_a_yen_invoice_has_no_decimals() -> None:
    came = mapped("Invoice", {"TotalAmt": 1200, "Balance": 0, "CurrencyRef": {"value": "JPY"}, "ExchangeRate": 0.0066})

    assert one(came, Invoice).total == Money(1200, "JPY")


def test_a_credit_memo_is_open_by_what_remains() -> None:
    fields = {"TotalAmt": 80, "RemainingCredit": 30, "Balance": 99, "DocNumber": "C-1", "CustomerRef": {"value": "9"}}
    note = one(mapped("CreditMemo", fields), CreditNote)

    assert (note.total, note.open_amount, note.status, note.number) == (
        Money(8000, "USD"),
        Money(3000, "USD"),
        "open",
        "C-1",
    )
    assert one(mapped("CreditMemo", {"TotalAmt": 80, "Balance": 0}), CreditNote).status == "applied"
    assert (
        one(mapped("CreditMemo", {"TotalAmt": 0, "Balance": 0, "PrivateNote": "Voided"}), CreditNote).status == "void"
    )


@pytest.mark.parametrize(("balance", "deposit", "left"), [({}, 0, 1000), ({"Balance": None}, 4, 600)])
def test_a_balance_that_is_missing_leaves_the_debt_open(balance: dict[str, Any], deposit: int, left: int) -> None:
    came = mapped("Invoice", {"TotalAmt": 10, "Deposit": deposit, **balance})
    invoice = one(came, Invoice)

    assert (invoice.open_amount, invoice.status) == (Money(left, "USD"), "open")
    assert [(found.code, found.severity, found.field) for found in came.findings] == [
        ("amount_missing", Severity.WARNING, "Balance")
    ]


def test_a_credit_memo_without_balances_is_not_applied() -> None:
    came = mapped("CreditMemo", {"TotalAmt": 80})
    note = one(came, CreditNote)

    assert (note.open_amount, note.status) == (Money(8000, "USD"), "open")
    assert codes(came) == ["amount_missing"]


def test_no_allocation_of_a_void_invoice() -> None:
    void = {"TotalAmt": 0, "Balance": 0, "Deposit": 5, "PrivateNote": "Voided"}

    assert all_of(mapped("Invoice", void), Allocation) == []


@pytest.mark.parametrize("kind", ["Invoice", "CreditMemo", "Payment"])
@pytest.mark.parametrize("whose", [None, {}, {"value": ""}])
def test_a_document_of_nobody_is_told(kind: str, whose: dict[str, str] | None) -> None:
    came = mapped(kind, {"TotalAmt": 8, "Balance": 8, "RemainingCredit": 8, "UnappliedAmt": 8, "CustomerRef": whose})

    assert codes(came) == ["customer_missing"]
    assert [getattr(value, "customer_external_id", "") for value in came.values] == [None]
