"""Documents, bank entries and contacts written over HTTP."""

from decimal import Decimal
from typing import Any

import pytest

from tests.sandbox.xero.desk.office import Answer, Office


def _invoice(office: Office, **more: object) -> dict[str, Any]:
    line = {"Description": "Oak", "Quantity": 2, "UnitAmount": 12.5, "AccountCode": "200", "TaxType": "OUTPUT2"}
    return {
        "Type": "ACCREC",
        "Contact": {"ContactID": office.id("ash")},
        "Date": "2026-11-18",
        "DueDate": "2026-12-18",
        "Status": "AUTHORISED",
        "LineItems": [line],
        **more,
    }


def _put(office: Office, kind: str, item: object) -> Answer:
    return office.put(kind, {kind: [item]})


def test_an_invoice_is_totalled_from_its_lines(office: Office) -> None:
    made = _put(office, "Invoices", _invoice(office)).body["Invoices"][0]
    assert (made["SubTotal"], made["TotalTax"], made["Total"], made["AmountDue"]) == (25, 5, 30, 30)
    assert made["InvoiceNumber"].startswith("INV-A")
    inclusive = _put(office, "Invoices", _invoice(office, LineAmountTypes="Inclusive")).body["Invoices"][0]
    assert (inclusive["SubTotal"], inclusive["TotalTax"]) == (Decimal("20.83"), Decimal("4.17"))


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"InvoiceNumber": "INV-1"}, "must be unique"),
        ({"Contact": {}}, "identify the contact"),
        ({"LineItems": []}, "line items"),
        ({"Type": "OTHER"}, "Type must be"),
        ({"Date": "2026-01-01"}, "lock date"),
        ({"CurrencyCode": "JPY"}, "not subscribed"),
        ({"LineItems": [{"UnitAmount": 1, "AccountCode": "999"}]}, "not a valid code"),
        ({"LineItems": [{"UnitAmount": 1, "TaxType": "MADEUP"}]}, "TaxType"),
        ({"Status": "PAID"}, "Status PAID"),
        ({"DueDate": None}, "DueDate"),
    ],
)
def test_invoices_that_are_refused(office: Office, fields: dict[str, object], reason: str) -> None:
    refused = _put(office, "Invoices", _invoice(office, **fields))
    assert refused.status == 400
    assert reason in refused.messages[0]


def test_an_invoice_is_changed_approved_and_voided_by_post(office: Office) -> None:
    key = office.id("inv-6")
    body = {"Invoices": [{"InvoiceID": key, "Status": "AUTHORISED", "Reference": "now"}]}
    approved = office.post("Invoices", body).body["Invoices"][0]
    assert (approved["Status"], approved["Reference"]) == ("AUTHORISED", "now")
    voided = office.post(f"Invoices/{key}", {"Invoices": [{"Status": "VOIDED"}]})
    assert voided.body["Invoices"][0]["Status"] == "VOIDED"
    assert office.post(f"Invoices/{key}", {"Reference": "later"}).status == 400


def test_a_credit_note_by_http(office: Office) -> None:
    item = {**_invoice(office), "Type": "ACCRECCREDIT"}
    made = _put(office, "CreditNotes", item).body["CreditNotes"][0]
    assert (made["RemainingCredit"], made["Status"]) == (30, "AUTHORISED")


def test_unapplied_cash_is_an_overpayment_with_its_bank_entry(office: Office) -> None:
    item = {
        "Type": "RECEIVE-OVERPAYMENT",
        "Contact": {"ContactID": office.id("ash")},
        "BankAccount": office.account(),
        "Date": "2026-11-18",
        "LineItems": [{"Description": "on account", "UnitAmount": 70}],
    }
    made = _put(office, "BankTransactions", item).body["BankTransactions"][0]
    over = office.one("Overpayments", made["OverpaymentID"])
    assert (over["RemainingCredit"], over["TotalTax"]) == (70, 0)
    two = {**item, "LineItems": item["LineItems"] * 2}  # type: ignore[operator]
    assert "one line" in _put(office, "BankTransactions", two).messages[0]
    gone = office.post(f"BankTransactions/{made['BankTransactionID']}", {"Status": "DELETED"})
    assert gone.body["BankTransactions"][0]["Status"] == "DELETED"
    assert office.one("Overpayments", made["OverpaymentID"])["Status"] == "VOIDED"


def test_fees_and_a_payout(office: Office) -> None:
    fee = {
        "Type": "SPEND",
        "Contact": {"Name": "Stripe"},
        "BankAccount": office.account("clearing"),
        "Date": "2026-11-18",
        "LineItems": [{"Description": "fees", "UnitAmount": 1.2, "AccountCode": "404"}],
    }
    made = _put(office, "BankTransactions", fee).body["BankTransactions"][0]
    assert made["Contact"]["Name"] == "Stripe"
    move = {"FromBankAccount": {"Code": "091"}, "ToBankAccount": {"Code": "090"}, "Amount": 9, "Date": "2026-11-18"}
    transfer = _put(office, "BankTransfers", move).body["BankTransfers"][0]
    assert transfer["Amount"] == 9
    assert _put(office, "BankTransfers", {**move, "ToBankAccount": {"Code": "091"}}).status == 400


def test_contacts_are_made_renamed_and_archived(office: Office) -> None:
    made = _put(office, "Contacts", {"Name": "Elm", "EmailAddress": "e@example.test"}).body["Contacts"][0]
    assert "already assigned" in _put(office, "Contacts", {"Name": "elm"}).messages[0]
    body = {"Contacts": [{"ContactID": made["ContactID"], "Name": "Elm & Sons"}]}
    assert office.post("Contacts", body).body["Contacts"][0]["Name"] == "Elm & Sons"
    archived = office.post(f"Contacts/{made['ContactID']}", {"ContactStatus": "ARCHIVED"})
    assert archived.body["Contacts"][0]["ContactStatus"] == "ARCHIVED"


def test_bodies_that_are_no_records(office: Office) -> None:
    assert office.call("PUT", "Payments", data="{").status == 400
    assert office.put("Payments", {"Payments": []}).status == 400
    assert office.put("Organisation", {"Name": "x"}).status == 404
    assert office.post("Payments/11111111-1111-4111-8111-111111111111", {"Status": "DELETED"}).status == 404
