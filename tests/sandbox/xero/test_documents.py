"""Invoices, credit notes, contacts and bank entries written over HTTP."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.sandbox.xero.office import TODAY, Answer, Office


def _invoice(office: Office, **more: object) -> dict[str, object]:
    line = {"Description": "Beech", "Quantity": 3, "UnitAmount": Decimal("33.33"), "AccountCode": "200"}
    return {
        "Type": "ACCREC",
        "Contact": {"ContactID": office.id("ash")},
        "Date": TODAY.isoformat(),
        "DueDate": "2026-12-20",
        "Status": "AUTHORISED",
        "LineItems": [line],
        **more,
    }


def _put(office: Office, **more: object) -> Answer:
    return office.put("Invoices", {"Invoices": [_invoice(office, **more)]})


def test_totals_follow_from_the_lines(office: Office) -> None:
    made = _put(office, InvoiceNumber="NEW-1").body["Invoices"][0]
    assert (made["SubTotal"], made["TotalTax"], made["Total"]) == (Decimal("99.99"), 20, Decimal("119.99"))
    assert (made["AmountDue"], made["InvoiceNumber"]) == (Decimal("119.99"), "NEW-1")
    inclusive = _put(office, LineAmountTypes="Inclusive").body["Invoices"][0]
    assert (inclusive["Total"], inclusive["TotalTax"]) == (Decimal("99.99"), Decimal("16.67"))
    assert _put(office, LineAmountTypes="NoTax").body["Invoices"][0]["Total"] == Decimal("99.99")


def test_unit_amounts_are_cut_to_two_digits_unless_asked(office: Office) -> None:
    line = {
        "Description": "Screws",
        "Quantity": 1000,
        "UnitAmount": Decimal("0.0125"),
        "AccountCode": "200",
        "TaxType": "NONE",
    }
    body = {"Invoices": [_invoice(office, LineItems=[line])]}
    assert office.put("Invoices", body).body["Invoices"][0]["Total"] == 10
    fine = office.put("Invoices", body, unitdp=4).body["Invoices"][0]
    assert (fine["Total"], fine["LineItems"][0]["UnitAmount"]) == (Decimal("12.50"), Decimal("0.0125"))


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"InvoiceNumber": "INV-1"}, "must be unique"),
        ({"Contact": None}, "A Contact must be specified"),
        ({"Contact": {"Name": ""}}, "name must be specified"),
        ({"LineItems": []}, "line items"),
        ({"Type": "SALE"}, "Type must be"),
        ({"Status": "PAID"}, "status PAID"),
        ({"DueDate": None}, "DueDate"),
        ({"Date": "2026-06-30"}, "lock date"),
        ({"CurrencyCode": "JPY"}, "not subscribed"),
        ({"LineItems": [{"UnitAmount": 5, "LineAmount": 6}]}, "does not match"),
        ({"LineItems": [{"UnitAmount": 5, "AccountCode": "nope"}]}, "Account could not be found"),
        ({"LineItems": [{"UnitAmount": 5, "TaxType": "GUESS"}]}, "TaxType"),
    ],
)
def test_what_is_refused(office: Office, more: dict[str, object], sentence: str) -> None:
    answer = _put(office, **more)
    assert answer.status == 400
    assert sentence in answer.messages[0]


def test_an_archived_contact_takes_no_documents(office: Office) -> None:
    assert "archived" in _put(office, Contact={"ContactID": office.id("elm")}).messages[0]


def test_a_number_of_a_void_invoice_is_free(office: Office) -> None:
    assert _put(office, InvoiceNumber="INV-4").status == 200


def test_a_draft_is_approved_edited_and_voided(office: Office) -> None:
    made = _put(office, Status="DRAFT").body["Invoices"][0]
    path = f"Invoices/{made['InvoiceID']}"
    assert office.post(path, {"Status": "AUTHORISED"}).body["Invoices"][0]["Status"] == "AUTHORISED"
    line = {"Description": "Ash", "UnitAmount": 10, "TaxType": "NONE"}
    edited = office.post(path, {"LineItems": [line], "DueDate": "2027-01-05"}).body["Invoices"][0]
    assert (edited["AmountDue"], edited["DueDateString"]) == (10, "2027-01-05T00:00:00")
    gone = office.post(path, {"Status": "VOIDED"}).body["Invoices"][0]
    assert (gone["Status"], gone["AmountDue"]) == ("VOIDED", 0)
    assert office.post(path, {"Reference": "late"}).status == 400


def test_a_paid_invoice_keeps_its_money(office: Office) -> None:
    path = f"Invoices/{office.id('inv-1')}"
    line = {"Description": "Ash", "UnitAmount": 10}
    assert "not of valid status" in office.post(path, {"LineItems": [line]}).messages[0]
    assert office.post(path, {"Reference": "seen"}).body["Invoices"][0]["Reference"] == "seen"
    assert office.post(path, {"Status": "DRAFT"}).status == 400


def test_an_invoice_in_a_locked_period_stays_as_it_is(office: Office) -> None:
    office.change("set_lock_date", on="2026-08-31")
    assert "lock date" in office.post(f"Invoices/{office.id('inv-1')}", {"Reference": "x"}).messages[0]
    office.change("set_lock_date", on=None)
    office.change("set_lock_date", on="2026-08-31", end_of_year=True)
    assert "lock date" in office.post(f"Payments/{office.id('pay-1')}", {"Status": "DELETED"}).messages[0]


def test_contacts_are_made_found_by_name_and_changed(office: Office) -> None:
    made = office.put("Contacts", {"Contacts": [{"Name": "Fir & Sons", "EmailAddress": "fir@example.test"}]})
    contact = made.body["Contacts"][0]
    again = office.put("Contacts", {"Contacts": [{"Name": "fir & sons"}]})
    assert "already assigned" in again.messages[0]
    found = office.post("Contacts", {"Contacts": [{"Name": "Fir & Sons", "AccountNumber": "77"}]}).body["Contacts"][0]
    assert (found["ContactID"], found["AccountNumber"]) == (contact["ContactID"], "77")
    _put(office, Contact={"Name": "Fir & Sons"})
    office.post(f"Contacts/{contact['ContactID']}", {"Name": "Fir Ltd"})
    assert "Fir Ltd" in {row["Contact"]["Name"] for row in office.rows("Invoices")}
    assert "Fir & Sons" not in {row["Contact"]["Name"] for row in office.rows("Invoices")}


def test_a_contact_made_for_a_refused_document_does_not_stand(office: Office) -> None:
    before = office.stand.counts(office.tenant)
    assert _put(office, Contact={"Name": "Nobody yet"}, LineItems=[]).status == 400
    assert office.stand.counts(office.tenant) == before
    assert office.put("Contacts", {"Name": "Nobody yet"}).status == 200


def test_money_is_spent_and_moved(office: Office) -> None:
    line = {"Description": "Stripe fees", "UnitAmount": Decimal("1.23"), "AccountCode": "404"}
    spend = {
        "Type": "SPEND",
        "Contact": {"Name": "Stripe"},
        "BankAccount": {"Code": "091"},
        "Date": TODAY.isoformat(),
        "Reference": "fee-1",
        "LineItems": [line],
    }
    made = office.put("BankTransactions", {"BankTransactions": [spend]}).body["BankTransactions"][0]
    assert (made["Total"], made["BankAccount"]["Name"]) == (Decimal("1.23"), "Stripe Clearing")
    moved = {"FromBankAccount": {"Code": "091"}, "ToBankAccount": {"Code": "090"}, "Amount": 5, "Reference": "po_1"}
    transfer = office.put("BankTransfers", {"BankTransfers": [moved]}).body["BankTransfers"][0]
    legs = {row["BankTransactionID"]: row["Type"] for row in office.rows("BankTransactions")}
    assert legs[transfer["FromBankTransactionID"]] == "SPEND-TRANSFER"
    assert legs[transfer["ToBankTransactionID"]] == "RECEIVE-TRANSFER"
    gone = {"BankTransfers": [{"BankTransferID": transfer["BankTransferID"], "Status": "DELETED"}]}
    assert office.post("BankTransfers", gone).body["BankTransfers"][0]["Status"] == "DELETED"
    listed = {row["BankTransferID"] for row in office.get("BankTransfers").body["BankTransfers"]}
    assert transfer["BankTransferID"] not in listed
    every = office.get("BankTransfers", includeDeleted="true").body["BankTransfers"]
    assert transfer["BankTransferID"] in {row["BankTransferID"] for row in every}


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"ToBankAccount": {"Code": "091"}}, "must differ"),
        ({"ToBankAccount": {"Code": "092"}}, "different currencies"),
        ({"ToBankAccount": {"Code": "200"}}, "type BANK"),
        ({"Amount": -1}, "greater than 0"),
    ],
)
def test_what_a_transfer_may_not_be(office: Office, more: dict[str, object], sentence: str) -> None:
    body = {"FromBankAccount": {"Code": "091"}, "ToBankAccount": {"Code": "090"}, "Amount": 5, **more}
    assert sentence in office.put("BankTransfers", body).messages[0]


def test_a_reconciled_bank_entry_cannot_be_edited(office: Office) -> None:
    path = f"BankTransactions/{office.id('fees')}"
    assert office.post(path, {"Reference": "other"}).body["BankTransactions"][0]["Reference"] == "other"
    office.change("reconcile", payment="fees")
    assert "reconciled" in office.post(path, {"Reference": "again"}).messages[0]


@pytest.mark.parametrize("raw", ["{", "[]", '{"Invoices": 5}', '{"Invoices": []}', '{"Invoices": [1]}', "null"])
def test_a_body_that_is_none(office: Office, raw: str) -> None:
    assert office.call("PUT", "Invoices", data=raw).status == 400
