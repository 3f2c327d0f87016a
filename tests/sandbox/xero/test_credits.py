"""Overpayments, prepayments and credit notes, and what they are put to."""

from __future__ import annotations

from decimal import Decimal

import pytest

from sandbox.xero.wire import read_day, read_instant
from tests.sandbox.xero.office import NOW, TODAY, Answer, Office


def _receive(office: Office, word: str, amount: str, **more: object) -> Answer:
    line = {"Description": "on account", "UnitAmount": Decimal(amount), "AccountCode": "200", "TaxType": "NONE"}
    body = {
        "Type": f"RECEIVE-{word}",
        "Contact": {"ContactID": office.id("ash")},
        "BankAccount": {"Code": "090"},
        "Date": TODAY.isoformat(),
        "LineItems": [line],
        **more,
    }
    return office.put("BankTransactions", {"BankTransactions": [body]})


def _allocate(office: Office, path: str, key: str, amount: str, **more: object) -> Answer:
    body = {"Invoice": {"InvoiceID": office.id(key)}, "Amount": Decimal(amount), "Date": "2026-11-15", **more}
    return office.put(f"{path}/Allocations", {"Allocations": [body]})


def test_an_overpayment_is_a_bank_transaction_and_a_credit(office: Office) -> None:
    moved = _receive(office, "OVERPAYMENT", "200.00", Reference="too much").body["BankTransactions"][0]
    assert (moved["Type"], moved["Total"], moved["LineAmountTypes"]) == ("RECEIVE-OVERPAYMENT", 200, "NoTax")
    assert moved["LineItems"][0]["AccountCode"] == "610"  # the control account, whatever was asked for
    credit = office.get(f"Overpayments/{moved['OverpaymentID']}").body["Overpayments"][0]
    assert (credit["RemainingCredit"], credit["Status"], credit["Reference"]) == (200, "AUTHORISED", "too much")


def test_an_overpayment_has_one_line(office: Office) -> None:
    lines = [{"Description": "a", "UnitAmount": 1}, {"Description": "b", "UnitAmount": 1}]
    assert "one line" in _receive(office, "OVERPAYMENT", "1.00", LineItems=lines).messages[0]


def test_a_prepayment_may_have_tax_and_no_other_currency(office: Office) -> None:
    line = {"Description": "deposit", "UnitAmount": 100, "AccountCode": "200", "TaxType": "OUTPUT2"}
    moved = _receive(office, "PREPAYMENT", "1.00", LineItems=[line]).body["BankTransactions"][0]
    assert moved["Total"] == 120
    assert "PrepaymentID" in moved
    foreign = {"CurrencyCode": "EUR", "Contact": {"ContactID": office.id("chêne")}}
    assert "only supported on overpayments" in _receive(office, "PREPAYMENT", "1.00", **foreign).messages[0]
    assert _receive(office, "OVERPAYMENT", "1.00", **foreign).status == 200


def test_what_is_allocated_lowers_both(office: Office) -> None:
    moved = _receive(office, "OVERPAYMENT", "200.00").body["BankTransactions"][0]
    path = f"Overpayments/{moved['OverpaymentID']}"
    answer = _allocate(office, path, "inv-2", "150.50")
    assert answer.status == 200
    made = answer.body["Allocations"][0]
    assert str(read_day(made["Date"])) == "2026-11-15"
    assert made["Overpayment"]["OverpaymentID"] == moved["OverpaymentID"]
    credit = office.get(path).body["Overpayments"][0]
    assert credit["RemainingCredit"] == Decimal("49.50")
    assert credit["Allocations"][0]["AllocationID"] == made["AllocationID"]
    assert not [name for name in credit["Allocations"][0] if name.startswith("_")]
    held = office.one("Invoices", "inv-2")
    assert (held["AmountCredited"], held["AmountPaid"], held["Status"]) == (Decimal("150.50"), 100, "PAID")
    assert str(read_day(held["FullyPaidOnDate"])) == "2026-11-15"
    assert held["Overpayments"][0]["AppliedAmount"] == Decimal("150.50")
    assert read_instant(credit["UpdatedDateUTC"]) == read_instant(held["UpdatedDateUTC"]) == NOW


def test_an_allocation_is_taken_back(office: Office) -> None:
    path = f"CreditNotes/{office.id('cn-1')}"
    held = office.one("CreditNotes", "cn-1")["Allocations"][0]
    gone = office.delete(f"{path}/Allocations/{held['AllocationID']}")
    assert gone.status == 200
    assert gone.body["IsDeleted"] is True
    assert office.one("CreditNotes", "cn-1")["RemainingCredit"] == 50
    assert office.one("Invoices", "inv-8")["AmountDue"] == 240
    assert office.delete(f"{path}/Allocations/{held['AllocationID']}").status == 404


@pytest.mark.parametrize(
    ("key", "amount", "more", "sentence"),
    [
        ("inv-2", "20.01", {}, "remaining credit"),
        ("inv-3", "5.00", {}, "same contact"),
        ("inv-1", "5.00", {}, "authorised invoices"),
        ("inv-7", "5.00", {}, "same contact"),
        ("inv-2", "5.00", {"Date": None}, "Date must be specified"),
        ("inv-2", "5.00", {"Date": "2026-01-02"}, "lock date"),
    ],
)
def test_what_is_refused(office: Office, key: str, amount: str, more: dict[str, object], sentence: str) -> None:
    answer = _allocate(office, f"CreditNotes/{office.id('cn-1')}", key, amount, **more)
    assert answer.status == 400
    assert sentence in answer.messages[0]
    assert office.one("CreditNotes", "cn-1")["RemainingCredit"] == 20


def test_money_that_was_used_cannot_be_deleted(office: Office) -> None:
    path = f"BankTransactions/{office.id('pay-5/bank')}"
    assert "remove the allocations first" in office.post(path, {"Status": "DELETED"}).messages[0]
    free = office.post(f"BankTransactions/{office.id('pay-6/bank')}", {"Status": "DELETED"})
    assert free.body["BankTransactions"][0]["Status"] == "DELETED"
    credit = office.one("Prepayments", "pay-6")
    assert (credit["Status"], credit["RemainingCredit"]) == ("VOIDED", 0)


def test_a_voided_invoice_must_be_untouched(office: Office) -> None:
    touched = office.post(f"Invoices/{office.id('inv-8')}", {"Status": "VOIDED"})
    assert "payments or allocations" in touched.messages[0]


def test_there_are_no_allocations_elsewhere(office: Office) -> None:
    assert _allocate(office, f"Invoices/{office.id('inv-2')}", "inv-2", "1.00").status == 404
    assert _allocate(office, "Overpayments/11111111-1111-4111-8111-111111111111", "inv-2", "1.00").status == 404
