"""Payments and batch payments: made, refused and undone."""

from __future__ import annotations

from decimal import Decimal

import pytest

from sandbox.xero.wire import read_instant
from tests.sandbox.xero.office import NOW, TODAY, Office


def test_a_payment_settles_its_invoice(office: Office) -> None:
    answer = office.pay("inv-2", "150.50", Reference="BACS 1")
    assert answer.status == 200
    made = answer.body["Payments"][0]
    assert (made["PaymentType"], made["Status"], made["Reference"]) == ("ACCRECPAYMENT", "AUTHORISED", "BACS 1")
    assert made["Invoice"]["Status"] == "PAID"
    held = office.one("Invoices", "inv-2")
    assert (held["Status"], held["AmountDue"], held["AmountPaid"]) == ("PAID", 0, Decimal("250.50"))
    assert read_instant(held["UpdatedDateUTC"]) == NOW


@pytest.mark.parametrize(
    ("key", "more", "sentence"),
    [
        ("inv-2", {"Amount": 150.51}, "exceeds the amount outstanding"),
        ("inv-2", {"Amount": 0}, "greater than 0"),
        ("inv-2", {"Amount": "ten"}, "a number"),
        ("inv-2", {"Amount": 1.005}, "2 decimal places"),
        ("inv-2", {"Account": {"Code": "200"}}, "not a valid payment account"),
        ("inv-2", {"Account": {"Code": "999"}}, "Account could not be found"),
        ("inv-2", {"Invoice": {"InvoiceID": "11111111-1111-4111-8111-111111111111"}}, "could not be found"),
        ("inv-2", {"Date": "2026-06-30"}, "period lock date"),
        ("inv-2", {"Date": "soon"}, "no date"),
        ("inv-4", {}, "Authorised"),
        ("inv-6", {}, "Authorised"),
        ("inv-1", {}, "exceeds the amount outstanding"),
    ],
)
def test_what_is_refused(office: Office, key: str, more: dict[str, object], sentence: str) -> None:
    before = office.stand.counts(office.tenant)
    answer = office.pay(key, "1.00", **more)
    assert answer.status == 400
    assert answer.body["Type"] == "ValidationException"
    assert sentence in answer.messages[0]
    assert office.stand.counts(office.tenant) == before


def test_an_account_with_payments_enabled_takes_one(office: Office) -> None:
    assert office.pay("inv-2", "10.00", Account={"Code": "405"}).status == 200


def test_one_bad_item_fails_all_of_a_call(office: Office) -> None:
    items = [_item(office, "inv-2", 10), _item(office, "inv-2", 1000), _item(office, "inv-8", 5)]
    answer = office.put("Payments", {"Payments": items})
    assert answer.status == 400
    assert len(answer.body["Elements"]) == 1
    assert office.one("Invoices", "inv-2")["AmountDue"] == Decimal("150.50")
    assert office.one("Invoices", "inv-8")["AmountDue"] == 210


def test_items_stand_alone_on_request(office: Office) -> None:
    items = [_item(office, "inv-2", 10), _item(office, "inv-2", 1000), _item(office, "inv-8", 5)]
    answer = office.put("Payments", {"Payments": items}, summarizeErrors="false")
    assert answer.status == 200
    assert [item["StatusAttributeString"] for item in answer.body["Payments"]] == ["OK", "ERROR", "OK"]
    assert "exceeds" in answer.body["Payments"][1]["ValidationErrors"][0]["Message"]
    assert office.one("Invoices", "inv-8")["AmountDue"] == 205


def test_two_items_cannot_both_take_what_is_left(office: Office) -> None:
    items = [_item(office, "inv-8", 210), _item(office, "inv-8", 1)]
    assert office.put("Payments", {"Payments": items}).status == 400
    assert office.one("Invoices", "inv-8")["Status"] == "AUTHORISED"


def test_a_payment_is_deleted_and_its_invoice_is_owed_again(office: Office) -> None:
    payment = office.id("pay-2")
    answer = office.post(f"Payments/{payment}", {"Status": "DELETED"})
    assert answer.status == 200
    assert answer.body["Payments"][0]["Status"] == "DELETED"
    held = office.one("Invoices", "inv-2")
    assert (held["AmountDue"], held["Payments"]) == (Decimal("250.50"), [])
    assert office.post(f"Payments/{payment}", {"Status": "DELETED"}).status == 400
    assert office.post(f"Payments/{payment}", {"Amount": 1}).status == 400


def test_a_paid_invoice_opens_again(office: Office) -> None:
    office.post(f"Payments/{office.id('pay-1')}", {"Status": "DELETED"})
    held = office.one("Invoices", "inv-1")
    assert held["Status"] == "AUTHORISED"
    assert "FullyPaidOnDate" not in held


def test_a_foreign_payment_says_what_the_bank_got(office: Office) -> None:
    made = office.pay("inv-7", "100.00", CurrencyRate=Decimal("1.25")).body["Payments"][0]
    assert (made["Amount"], made["BankAmount"], made["CurrencyRate"]) == (100, 80, Decimal("1.25"))
    stated = office.pay("inv-7", "100.00", BankAmount=Decimal("81.23")).body["Payments"][0]
    assert stated["BankAmount"] == Decimal("81.23")
    own = office.pay("inv-7", "100.00", Account={"Code": "092"}).body["Payments"][0]
    assert own["BankAmount"] == 100


def test_a_batch_pays_several_with_one_line(office: Office) -> None:
    parts = [
        {"Invoice": {"InvoiceID": office.id(key)}, "Amount": amount} for key, amount in (("inv-2", 50), ("inv-8", 20))
    ]
    body = {"Account": {"Code": "090"}, "Date": TODAY.isoformat(), "Details": "TWO AT ONCE", "Payments": parts}
    answer = office.put("BatchPayments", {"BatchPayments": [body]})
    assert answer.status == 200
    batch = answer.body["BatchPayments"][0]
    assert (batch["Type"], batch["TotalAmount"], len(batch["Payments"])) == ("RECBATCH", 70, 2)
    payment = office.get(f"Payments/{batch['Payments'][0]['PaymentID']}").body["Payments"][0]
    assert payment["BatchPaymentID"] == batch["BatchPaymentID"]
    assert payment["BatchPayment"]["TotalAmount"] == 70
    assert office.one("Invoices", "inv-2")["Payments"][-1]["BatchPaymentID"] == batch["BatchPaymentID"]


def test_a_payment_of_a_batch_goes_only_with_its_batch(office: Office) -> None:
    answer = office.post(f"Payments/{office.id('pay-3/1')}", {"Status": "DELETED"})
    assert answer.status == 400
    assert "batch payment" in answer.messages[0]
    body = {"BatchPayments": [{"BatchPaymentID": office.id("pay-3"), "Status": "DELETED"}]}
    gone = office.post("BatchPayments", body).body["BatchPayments"][0]
    assert (gone["Status"], gone["Payments"], gone["TotalAmount"]) == ("DELETED", [], Decimal("173.45"))
    assert office.one("Payments", "pay-3/2")["Status"] == "DELETED"
    assert office.one("Invoices", "inv-9")["AmountDue"] == Decimal("123.45")
    assert office.post("BatchPayments", body).status == 400


def test_a_batch_with_one_bad_payment_does_not_stand(office: Office) -> None:
    parts = [{"Invoice": {"InvoiceID": office.id(key)}, "Amount": 100} for key in ("inv-2", "inv-1")]
    body = {"Account": {"Code": "090"}, "Date": TODAY.isoformat(), "Payments": parts}
    assert office.put("BatchPayments", body).status == 400
    assert office.one("Invoices", "inv-2")["AmountDue"] == Decimal("150.50")


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"Details": "X" * 19}, "longer than 18"),
        ({"Payments": []}, "at least one payment"),
        ({"Account": {"Code": "405"}}, "bank account"),
    ],
)
def test_what_a_batch_may_not_be(office: Office, more: dict[str, object], sentence: str) -> None:
    parts = [{"Invoice": {"InvoiceID": office.id("inv-2")}, "Amount": 1}]
    body = {"Account": {"Code": "090"}, "Date": TODAY.isoformat(), "Payments": parts, **more}
    assert sentence in office.put("BatchPayments", body).messages[0]


def test_credit_is_paid_back(office: Office) -> None:
    body = {
        "CreditNote": {"CreditNoteID": office.id("cn-1")},
        "Account": {"Code": "091"},
        "Date": TODAY.isoformat(),
        "Amount": 20,
    }
    answer = office.put("Payments", body)
    assert answer.body["Payments"][0]["PaymentType"] == "ARCREDITPAYMENT"
    held = office.one("CreditNotes", "cn-1")
    assert (held["RemainingCredit"], held["Status"]) == (0, "PAID")
    over = {**body, "CreditNote": None, "Overpayment": {"OverpaymentID": office.id("pay-5")}, "Amount": 70}
    made = office.put("Payments", over).body["Payments"][0]
    assert (made["PaymentType"], made["Invoice"]["Type"]) == ("AROVERPAYMENTPAYMENT", "AROVERPAYMENT")
    assert office.one("Overpayments", "pay-5")["Status"] == "PAID"


def _item(office: Office, key: str, amount: int) -> dict[str, object]:
    return {
        "Invoice": {"InvoiceID": office.id(key)},
        "Account": {"Code": "090"},
        "Date": TODAY.isoformat(),
        "Amount": amount,
    }
