"""What Xero leaves out, or says finer than can be: it is told, and loses no payment and settles no debt."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from connectors.port import Mapped
from connectors.xero.mapping import rate
from ledger.allocation import Allocation
from ledger.bank_entry import BankEntry
from ledger.credit import CreditNote
from ledger.finding import Severity
from ledger.invoice import Invoice
from ledger.money import Money
from ledger.payment import Payment
from tests.connectors.xero.payloads import CONTEXT, INVOICE, MOVED, NOTE, PAYMENT, PREPAID, codes, mapped, mapped_in

KNOWING = replace(
    CONTEXT,
    account_currencies={"bank": "GBP", "yen": "JPY", "dollars": "USD"},
    bank_accounts=frozenset({"bank", "yen", "dollars", "plain"}),
)


def paid(currency: str | None, account: str, **changed: Any) -> Mapped:
    document = {"InvoiceID": "i-1", "CurrencyCode": currency}
    return mapped_in(
        KNOWING, "Payments", {**PAYMENT, "Invoice": document, "Account": {"AccountID": account}, **changed}
    )


def payment_of(found: Mapped) -> Payment:
    payment, allocation = found.values
    assert isinstance(payment, Payment)
    assert isinstance(allocation, Allocation)
    assert (allocation.amount, allocation.exchange_rate) == (payment.amount, payment.exchange_rate)
    return payment


@pytest.mark.parametrize(("currency", "account", "moved"), [
    ("GBP", "yen", 19230.77), ("GBP", "bank", 100.005), ("JPY", "yen", 100.5), ("EUR", "yen", 16200.55),
])  # fmt: skip
def test_a_bank_amount_too_fine_loses_no_payment(currency: str, account: str, moved: float) -> None:
    found = paid(currency, account, Amount=100, BankAmount=moved, CurrencyRate=1.5)
    payment = payment_of(found)
    assert (payment.amount, payment.bank_amount) == (Money.of(100, currency), None)
    [finding] = found.findings
    assert (finding.code, finding.severity, finding.field) == (
        "bank_amount_too_fine", Severity.WARNING, "BankAmount",
    )  # fmt: skip


@pytest.mark.parametrize(("currency", "account", "moved", "bank"), [
    ("GBP", "yen", 19230, "JPY"), ("JPY", "bank", 0.53, "GBP"), ("JPY", "plain", 0.53, "GBP"), ("USD", "dollars", 100, "USD"),
    ("USD", "unheard-of", 100, "USD"),
])  # fmt: skip
def test_a_bank_amount_is_in_its_accounts_currency(currency: str, account: str, moved: float, bank: str) -> None:
    found = paid(currency, account, Amount=100, BankAmount=moved, CurrencyRate=1.5)
    assert payment_of(found).bank_amount == Money.of(str(moved), bank)
    assert found.findings == ()


def test_of_an_account_that_is_not_known_no_currency_is_guessed() -> None:
    found = paid("JPY", "unheard-of", Amount=100, BankAmount=0.5, CurrencyRate=190)
    assert payment_of(found).bank_amount is None
    assert codes(found) == ["bank_amount_unknown"]


def test_a_payments_own_account_names_its_currency() -> None:
    account = {"AccountID": "unheard-of", "CurrencyCode": "JPY"}
    assert payment_of(paid("GBP", "", Account=account, Amount=100, BankAmount=19230)).bank_amount == Money(19230, "JPY")


@pytest.mark.parametrize(("account", "said", "read_as", "told"), [
    ("bank", {"CurrencyRate": 1}, "GBP", []),
    ("bank", {}, "GBP", ["currency_missing"]),
    ("bank", {"CurrencyRate": 1.25}, "GBP", ["currency_missing"]),
    ("dollars", {"CurrencyRate": 1.25}, "USD", []),
    ("dollars", {"CurrencyRate": 1.25, "BankAmount": 49.5}, "USD", []),
    ("dollars", {"CurrencyRate": 1.25, "BankAmount": 50.0}, "GBP", ["currency_missing"]),
    ("dollars", {"Invoice": {"InvoiceID": "i-1", "CurrencyRate": 1.25}}, "USD", []),
])  # fmt: skip
def test_a_payment_whose_invoice_names_no_currency(
    account: str, said: dict[str, Any], read_as: str, told: list[str]
) -> None:
    found = paid(None, account, **said)
    assert payment_of(found).amount == Money(4950, read_as)
    assert codes(found) == told


@pytest.mark.parametrize(("kind", "content"), [
    ("Invoices", INVOICE), ("CreditNotes", NOTE), ("Payments", PAYMENT), ("Overpayments", PREPAID), ("BankTransactions", MOVED),
])  # fmt: skip
def test_a_date_that_is_missing_is_told(kind: str, content: dict[str, Any]) -> None:
    told = mapped(kind, content, Date=None)
    assert "date_missing" in codes(told)
    assert told.values
    assert "date_missing" not in codes(mapped(kind, content))


def test_what_the_document_says_of_its_currency_goes_before_a_guess() -> None:
    for own in ({"Invoice": {"InvoiceID": "i-1"}}, {"Invoice": {"InvoiceID": "i-1"}, "CurrencyRate": 1.25}):
        knowing = replace(KNOWING, document_currencies={"i-1": "USD"})
        found = mapped_in(knowing, "Payments", {**PAYMENT, **own})
        assert payment_of(found).amount == Money(4950, "USD")
        assert codes(found) == []
    refund = {
        **PAYMENT,
        "PaymentType": "AROVERPAYMENTPAYMENT",
        "Invoice": None,
        "Overpayment": {"OverpaymentID": "o-1"},
    }
    knowing = replace(KNOWING, document_currencies={"o-1": "EUR"})
    assert payment_of(mapped_in(knowing, "Payments", refund)).amount == Money(4950, "EUR")


@pytest.mark.parametrize(("account", "read_as"), [("bank", "GBP"), ("dollars", "USD"), ("plain", "GBP")])
def test_money_in_an_account_is_in_its_currency(account: str, read_as: str) -> None:
    moved = {**MOVED, "CurrencyCode": None, "BankAccount": {"AccountID": account}}
    found = mapped_in(KNOWING, "BankTransactions", moved)
    [entry] = found.values
    assert isinstance(entry, BankEntry)
    assert (entry.amount, codes(found)) == (Money(1250, read_as), [])


@pytest.mark.parametrize(("kind", "content"), [("Invoices", INVOICE), ("CreditNotes", NOTE), ("Overpayments", PREPAID)])
def test_a_foreign_document_without_a_currency_is_told(kind: str, content: dict[str, Any]) -> None:
    assert codes(mapped(kind, content, CurrencyCode=None, CurrencyRate=1.3)) == ["currency_missing"]
    assert codes(mapped(kind, content, CurrencyCode=None, CurrencyRate=1)) == []


@pytest.mark.parametrize(("said", "status", "left", "told"), [
    ({}, "AUTHORISED", 12000, ["amount_missing"]),
    ({"AmountPaid": 30, "AmountCredited": 9.5}, "AUTHORISED", 8050, ["amount_missing"]),
    ({"AmountPaid": 120}, "AUTHORISED", 0, ["amount_missing"]),
    ({}, "PAID", 0, ["amount_missing"]),
    ({}, "DRAFT", 12000, []),
    ({}, "VOIDED", 0, []),
])  # fmt: skip
def test_an_amount_due_that_is_missing_settles_no_debt(
    said: dict[str, Any], status: str, left: int, told: list[str]
) -> None:
    found = mapped("Invoices", {**INVOICE, "AmountDue": None, **said}, Status=status)
    [invoice] = found.values
    assert isinstance(invoice, Invoice)
    assert invoice.open_amount == Money(left, "GBP")
    assert codes(found) == told


@pytest.mark.parametrize(("status", "credit", "ahead"), [("AUTHORISED", 2000, 3000), ("PAID", 0, 0)])
def test_what_is_left_of_a_credit_is_its_total_less_its_allocations(status: str, credit: int, ahead: int) -> None:
    note = mapped("CreditNotes", NOTE, RemainingCredit=None, Status=status)
    prepaid = mapped("Overpayments", PREPAID, RemainingCredit=None, Status=status)
    assert isinstance(note.values[0], CreditNote)
    assert isinstance(prepaid.values[0], Payment)
    assert (note.values[0].open_amount, prepaid.values[0].unapplied) == (Money(credit, "GBP"), Money(ahead, "GBP"))
    assert codes(note) == codes(prepaid) == ["amount_missing"]


def test_a_rate_below_nothing_is_none() -> None:
    found = mapped("Invoices", INVOICE, CurrencyCode="USD", CurrencyRate=-1)
    [invoice] = found.values
    assert isinstance(invoice, Invoice)
    assert (invoice.exchange_rate, invoice.home_total) == (None, None)
    assert codes(found) == ["rate_missing"]
    assert rate(Decimal(-1), "USD", CONTEXT) is None
    assert codes(paid("USD", "dollars", CurrencyRate=-1)) == ["rate_missing"]
