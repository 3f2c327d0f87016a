"""What each of Xero's records means here."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.port import Record
from connectors.xero.mapping import MAPPERS, hints, map_record, rate
from ledger.allocation import Allocation, Basis, SourceKind, TargetKind
from ledger.bank_entry import BankEntry
from ledger.company import Company
from ledger.credit import CreditNote
from ledger.customer import Customer
from ledger.finding import Severity
from ledger.invoice import Invoice
from ledger.money import Money
from ledger.payment import Payment
from tests.connectors.xero.payloads import (
    BOB,
    CONTEXT,
    DAY,
    INVOICE,
    MOVED,
    NOTE,
    NOW,
    PAYMENT,
    PREPAID,
    codes,
    mapped,
)


def gbp(minor: int) -> Money:
    return Money(minor, "GBP")


def test_an_invoice() -> None:
    found = mapped("Invoices", INVOICE)
    [invoice] = found.values
    assert isinstance(invoice, Invoice)
    assert (invoice.number, invoice.customer_external_id, invoice.status) == ("INV-1", "c-bob", "open")
    assert (invoice.total, invoice.tax_total, invoice.open_amount) == (gbp(12000), gbp(2000), gbp(7050))
    assert (invoice.issued_on, invoice.due_on) == (date(2026, 3, 2), date(2026, 4, 1))
    assert invoice.home_total == gbp(12000)
    assert invoice.updated_at == datetime(2026, 3, 2, 10, 0, 0, 123000, tzinfo=UTC)
    assert found.findings == ()


@pytest.mark.parametrize(("status", "ours", "left"), [
    ("DRAFT", "draft", 7050), ("SUBMITTED", "draft", 7050), ("AUTHORISED", "open", 7050), ("PAID", "paid", 7050),
    ("VOIDED", "void", 0), ("DELETED", "void", 0),
])  # fmt: skip
def test_an_invoices_status(status: str, ours: str, left: int) -> None:
    [invoice] = mapped("Invoices", INVOICE, Status=status).values
    assert isinstance(invoice, Invoice)
    assert (invoice.status, invoice.open_amount) == (ours, gbp(left))


def test_the_rate_is_turned_over() -> None:
    [invoice] = mapped("Invoices", INVOICE, CurrencyCode="USD", CurrencyRate=1.25).values
    assert isinstance(invoice, Invoice)
    assert invoice.exchange_rate == Decimal("0.8")
    assert invoice.total == Money(12000, "USD")
    assert rate(Decimal("1.5"), "GBP", CONTEXT) == 1
    assert rate(None, "USD", CONTEXT) is None
    assert rate(Decimal(0), "USD", CONTEXT) is None


@given(st.decimals("0.0001", "20000", places=6))
def test_turned_over_twice_it_is_itself(theirs: Decimal) -> None:
    ours = rate(theirs, "USD", CONTEXT)
    assert ours is not None
    assert abs(1 / ours - theirs) < Decimal("1e-12") * max(theirs, Decimal(1))


def test_a_credit_note_with_its_allocations_less_those_taken_back() -> None:
    note, *allocations = mapped("CreditNotes", NOTE).values
    assert isinstance(note, CreditNote)
    assert (note.total, note.open_amount, note.status) == (gbp(5000), gbp(2000), "open")
    [allocation] = allocations
    assert isinstance(allocation, Allocation)
    assert (allocation.source_kind, allocation.source_external_id) == (SourceKind.CREDIT_NOTE, "x-1")
    assert (allocation.target_kind, allocation.target_external_id) == (TargetKind.INVOICE, "i-1")
    assert (allocation.amount, allocation.applied_on, allocation.basis) == (gbp(3000), date(2026, 3, 2), Basis.STATED)


def test_a_void_credit_note_allocates_nothing() -> None:
    [note] = mapped("CreditNotes", NOTE, Status="VOIDED").values
    assert isinstance(note, CreditNote)
    assert (note.status, note.open_amount) == ("void", gbp(0))


def test_an_allocation_without_a_date_counts_from_its_source_on() -> None:
    items = [{"AllocationID": "a", "Amount": 5, "Invoice": {"InvoiceID": "i-1"}}]
    note, allocation = mapped("CreditNotes", NOTE, Allocations=items).values
    assert isinstance(note, CreditNote)
    assert isinstance(allocation, Allocation)
    assert (allocation.applied_on, allocation.basis) == (note.issued_on, Basis.DERIVED)
    assert note.issued_on is not None


def test_an_allocation_that_names_no_invoice_is_a_finding() -> None:
    found = mapped("CreditNotes", NOTE, Allocations=[{"AllocationID": "a", "Amount": 5}])
    assert len(found.values) == 1
    assert codes(found) == ["target_missing"]


def test_an_allocation_by_its_older_name_and_one_without_an_amount() -> None:
    to = {"AllocationID": "a", "Invoice": {"InvoiceID": "i-1"}}
    _, allocation = mapped("CreditNotes", NOTE, Allocations=[{**to, "AppliedAmount": 6}]).values
    assert isinstance(allocation, Allocation)
    assert allocation.amount == gbp(600)

    found = mapped("CreditNotes", NOTE, Allocations=[to, {**to, "Amount": 0}])
    assert len(found.values) == 1
    assert codes(found) == ["amount_missing"]


@pytest.mark.parametrize(("kind", "content"), [("Invoices", INVOICE), ("CreditNotes", NOTE), ("Overpayments", PREPAID)])
@pytest.mark.parametrize("contact", [None, {}, {"ContactID": ""}])
def test_a_document_of_nobody_is_told(kind: str, content: dict[str, Any], contact: dict[str, str] | None) -> None:
    found = mapped(kind, content, Contact=contact)
    assert codes(found) == ["customer_missing"]
    assert getattr(found.values[0], "customer_external_id", "") is None


def test_a_payment_and_its_allocation() -> None:
    payment, allocation = mapped("Payments", PAYMENT).values
    assert isinstance(payment, Payment)
    assert isinstance(allocation, Allocation)
    assert (payment.amount, payment.unapplied, payment.kind, payment.reconciled) == (
        gbp(4950),
        gbp(0),
        "payment",
        "yes",
    )
    assert (payment.deposit_account, payment.customer_external_id) == ("bank", "c-bob")
    assert payment.hints == ("ch_abcdefgh12",)
    assert (allocation.source_kind, allocation.target_external_id, allocation.amount) == (
        SourceKind.PAYMENT, "i-1", gbp(4950),
    )  # fmt: skip


def test_a_deleted_payment_applies_nothing() -> None:
    [payment] = mapped("Payments", PAYMENT, Status="DELETED").values
    assert isinstance(payment, Payment)
    assert payment.status == "deleted"


@pytest.mark.parametrize(("kind", "field", "own", "source"), [
    ("ARCREDITPAYMENT", "CreditNote", "CreditNoteID", SourceKind.CREDIT_NOTE),
    ("AROVERPAYMENTPAYMENT", "Overpayment", "OverpaymentID", SourceKind.OVERPAYMENT),
    ("ARPREPAYMENTPAYMENT", "Prepayment", "PrepaymentID", SourceKind.PREPAYMENT),
    ("ARCREDITPAYMENT", "Invoice", "InvoiceID", SourceKind.CREDIT_NOTE),
])  # fmt: skip
def test_cash_that_goes_back_is_a_refund(kind: str, field: str, own: str, source: SourceKind) -> None:
    document = {own: "d-1", "CurrencyCode": "GBP", "Contact": BOB, "Type": "ACCRECCREDIT"}
    payment, allocation = mapped("Payments", {**PAYMENT, "Invoice": None, "PaymentType": kind, field: document}).values
    assert isinstance(payment, Payment)
    assert isinstance(allocation, Allocation)
    assert payment.kind == "refund"
    assert (allocation.source_kind, allocation.source_external_id) == (source, "d-1")
    assert (allocation.target_kind, allocation.target_external_id) == (TargetKind.REFUND, "x-1")


@pytest.mark.parametrize(("kind", "own"), [("Overpayments", "OVERPAYMENT"), ("Prepayments", "PREPAYMENT")])
def test_money_ahead_of_its_invoice_is_a_payment_of_its_kind(kind: str, own: str) -> None:
    payment, allocation = mapped(kind, PREPAID, Type=f"RECEIVE-{own}").values
    assert isinstance(payment, Payment)
    assert isinstance(allocation, Allocation)
    assert (payment.kind, payment.amount, payment.unapplied) == (own.lower(), gbp(8000), gbp(3000))
    assert (allocation.source_kind, allocation.amount) == (SourceKind(own.lower()), gbp(5000))


@pytest.mark.parametrize(("kind", "content", "changed"), [
    ("Invoices", INVOICE, {"Type": "ACCPAY"}), ("CreditNotes", NOTE, {"Type": "ACCPAYCREDIT"}),
    ("Payments", PAYMENT, {"PaymentType": "ACCPAYPAYMENT"}), ("Payments", PAYMENT, {"PaymentType": "APCREDITPAYMENT"}),
    ("Overpayments", PREPAID, {"Type": "SPEND-OVERPAYMENT"}), ("BatchPayments", {}, {"Type": "PAYBATCH"}),
    ("BankTransactions", MOVED, {"Type": "SPEND-PREPAYMENT"}), ("BankTransactions", MOVED, {"Type": "RECEIVE-OVERPAYMENT"}),
    ("BankTransactions", MOVED, {"Type": "RECEIVE-TRANSFER"}),
], ids=["bill", "credit", "payment", "refund", "overpaid", "batch", "prepaid", "overpayment", "transfer"])  # fmt: skip
def test_what_is_none_of_ours_means_nothing(kind: str, content: dict[str, Any], changed: dict[str, Any]) -> None:
    found = mapped(kind, content, **changed)
    assert (found.values, found.findings) == ((), ())


@pytest.mark.parametrize(("kind", "content", "field"), [
    ("Invoices", INVOICE, "Type"), ("CreditNotes", NOTE, "Type"), ("Payments", PAYMENT, "PaymentType"),
    ("Overpayments", PREPAID, "Type"), ("BatchPayments", {}, "Type"), ("BankTransactions", MOVED, "Type"),
], ids=["invoice", "note", "payment", "overpayment", "batch", "moved"])  # fmt: skip
def test_a_type_that_is_new_is_said(kind: str, content: dict[str, Any], field: str) -> None:
    found = mapped(kind, content, **{field: "NEWFANGLED"})
    assert found.values == ()
    assert codes(found) == ["unknown_type"]
    assert "NEWFANGLED" in found.findings[0].sentence


def test_a_status_that_is_new_is_said_and_read_as_open() -> None:
    found = mapped("Invoices", INVOICE, Status="ODD")
    [invoice] = found.values
    assert isinstance(invoice, Invoice)
    assert invoice.status == "open"
    assert codes(found) == ["unknown_status"]


def test_money_in_and_money_out() -> None:
    [came] = mapped("BankTransactions", MOVED).values
    [went] = mapped("BankTransactions", MOVED, Type="SPEND").values
    assert isinstance(came, BankEntry)
    assert isinstance(went, BankEntry)
    assert (came.kind, came.amount, came.account, came.reconciled) == ("receive", gbp(1250), "bank", "no")
    assert (went.kind, went.amount) == ("spend", gbp(-1250))


def test_a_batch_gathers_its_payments() -> None:
    batch = {
        "BatchPaymentID": "bp", "Type": "RECBATCH", "Date": DAY, "TotalAmount": "99.50", "Account": {"AccountID": "bank"},
        "Payments": [{"PaymentID": "p-1"}, {"PaymentID": "p-2"}, {}], "Reference": "po_abcdefgh12",
    }  # fmt: skip
    [entry] = mapped("BatchPayments", batch).values
    assert isinstance(entry, BankEntry)
    assert (entry.kind, entry.amount, entry.groups, entry.hints) == (
        "deposit", gbp(9950), ("p-1", "p-2"), ("po_abcdefgh12",),
    )  # fmt: skip


def test_a_transfer_leaves_one_account_for_another() -> None:
    moved = {"FromBankAccount": {"AccountID": "clearing"}, "ToBankAccount": {"AccountID": "bank"}, "Amount": 5, "Date": DAY,
             "FromIsReconciled": "false", "ToIsReconciled": "true"}  # fmt: skip
    [entry] = mapped("BankTransfers", moved).values
    assert isinstance(entry, BankEntry)
    assert (entry.amount, entry.account, entry.other_account, entry.reconciled) == (
        gbp(-500),
        "clearing",
        "bank",
        "yes",
    )


def test_a_customer_billed_in_dollars_and_owing_in_pounds() -> None:
    contact = {**BOB, "DefaultCurrency": "USD", "Balances": {"AccountsReceivable": {"Outstanding": 12.34}},
               "ContactStatus": "ARCHIVED", "EmailAddress": ""}  # fmt: skip
    [customer] = mapped("Contacts", contact).values
    assert isinstance(customer, Customer)
    assert (customer.currency, customer.balance, customer.status, customer.email) == (
        "USD",
        gbp(1234),
        "archived",
        None,
    )
    [merged] = mapped("Contacts", contact, MergedToContactID="c-2").values
    assert isinstance(merged, Customer)
    assert (merged.status, merged.merged_into) == ("merged", "c-2")


def test_the_organisation_locks_at_the_later_date() -> None:
    own = {"Name": "Acme", "BaseCurrency": "NZD", "CountryCode": "NZ", "Timezone": "NEWZEALANDSTANDARDTIME",
           "PeriodLockDate": "/Date(1767139200000+0000)/", "EndOfYearLockDate": DAY, "IsDemoCompany": True}  # fmt: skip
    [company] = mapped("Organisation", own).values
    assert isinstance(company, Company)
    assert (company.home_currency, company.time_zone, company.lock_date, company.live) == (
        "NZD", "Pacific/Auckland", date(2026, 3, 2), False,
    )  # fmt: skip


def test_an_amount_finer_than_the_currency_is_an_error_of_that_record() -> None:
    found = mapped("Invoices", INVOICE, Total=1.005)
    assert found.values == ()
    [finding] = found.findings
    assert (finding.code, finding.severity) == ("unmappable", Severity.ERROR)
    assert "x-1" in finding.sentence


@pytest.mark.parametrize(("kind", "what"), [("Invoices", INVOICE), ("CreditNotes", NOTE)])
def test_a_home_amount_beyond_all_money_is_left_empty_and_told(kind: str, what: dict[str, Any]) -> None:
    found = mapped(kind, what, CurrencyCode="USD", CurrencyRate=1e-20)
    value = found.values[0]
    assert isinstance(value, Invoice | CreditNote)
    assert (value.total.currency, value.home_total) == ("USD", None)
    assert [(one.code, one.severity, one.external_id) for one in found.findings] == [
        ("home_amount_too_large", Severity.WARNING, "x-1")
    ]


def test_a_rate_beyond_all_arithmetic_is_an_error_of_that_record() -> None:
    found = mapped(
        "Invoices", json.dumps({**INVOICE, "CurrencyCode": "USD"})[:-1].encode() + b', "CurrencyRate": 1e-1000001}'
    )
    assert found.values == ()
    assert [(one.code, one.severity) for one in found.findings] == [("unmappable", Severity.ERROR)]


@pytest.mark.parametrize("kind", sorted(MAPPERS))
def test_nothing_but_nulls_never_raises(kind: str) -> None:
    struct = MAPPERS[kind][0]
    import msgspec

    nulls = {field.encode_name: None for field in msgspec.structs.fields(struct)}
    mapped(kind, nulls)
    mapped(kind, {})
    for odd in (b"[]", b"{", b"7", b'{"Total": "x", "Amount": {}}', b"\xff"):
        found = mapped(kind, odd)
        assert found.findings or found.values


def test_a_kind_that_we_do_not_read_means_nothing() -> None:
    assert mapped("Journals", {}).values == ()


def test_ids_of_processors_are_found_in_words() -> None:
    assert hints("see ch_1234567890 and pi_abcdefgh", None, "ch_1234567890") == ("ch_1234567890", "pi_abcdefgh")
    assert hints("branch_manager, ch_short") == ()


def test_a_transfer_is_in_the_currency_of_its_accounts() -> None:
    moved = {
        "BankTransferID": "t-1", "Amount": 9.5, "Date": DAY, "FromBankAccount": {"AccountID": "eur-1"},
        "ToBankAccount": {"AccountID": "eur-2"}, "Status": "AUTHORISED",
    }  # fmt: skip
    record = Record(kind="BankTransfers", external_id="t-1", raw=json.dumps(moved).encode(), seen_at=NOW)
    plain = map_record(record, CONTEXT).values[0]
    known = map_record(record, replace(CONTEXT, account_currencies={"eur-1": "EUR"})).values[0]
    assert isinstance(plain, BankEntry)
    assert isinstance(known, BankEntry)
    assert (plain.amount, known.amount) == (Money(-950, "GBP"), Money(-950, "EUR"))
