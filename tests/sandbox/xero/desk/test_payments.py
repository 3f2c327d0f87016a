"""Payments, batches and allocations written over HTTP."""

from decimal import Decimal

import pytest

from tests.sandbox.xero.desk.office import Office


def test_a_payment_is_made_and_deleted(office: Office) -> None:
    made = office.pay("inv-2", "180.50", Reference="tieout 1").body["Payments"][0]
    assert made["PaymentType"] == "ACCRECPAYMENT"
    assert office.one("Invoices", "inv-2")["Status"] == "PAID"
    gone = office.post(f"Payments/{made['PaymentID']}", {"Status": "DELETED"})
    assert gone.body["Payments"][0]["Status"] == "DELETED"
    assert office.one("Invoices", "inv-2")["AmountDue"] == Decimal("180.50")
    again = office.post(f"Payments/{made['PaymentID']}", {"Status": "DELETED"})
    assert (again.status, again.body["Type"]) == (400, "ValidationException")


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"Amount": 180.51}, "exceeds the amount outstanding"),
        ({"Amount": 0}, "greater than zero"),
        ({"Amount": None}, "must be specified"),
        ({"Date": "2026-03-31"}, "lock date"),
        ({"Account": {"Code": "200"}}, "not a valid account for payments"),
        ({"Account": {"Code": "nowhere"}}, "could not be found"),
        ({"Invoice": {"InvoiceID": "11111111-1111-4111-8111-111111111111"}}, "could not be found"),
        ({"Invoice": {"InvoiceNumber": "INV-4"}}, "Authorised documents"),
    ],
)
def test_what_is_refused_changes_nothing(office: Office, fields: dict[str, object], reason: str) -> None:
    before = office.stand.counts(office.tenant)
    item = {"Invoice": {"InvoiceID": office.id("inv-2")}, "Account": office.account(), "Amount": 1, **fields}
    refused = office.put("Payments", {"Payments": [item]})
    assert refused.status == 400
    assert refused.body["ErrorNumber"] == 10
    assert reason in refused.messages[0]
    assert office.stand.counts(office.tenant) == before
    assert office.one("Invoices", "inv-2")["AmountDue"] == Decimal("180.50")


def test_accounts_and_invoices_may_be_named(office: Office) -> None:
    item = {"Invoice": {"InvoiceNumber": "INV-2"}, "Account": {"Code": "091"}, "Date": "2026-11-18", "Amount": 2}
    made = office.put("Payments", {"Payments": [item]}).body["Payments"][0]
    assert made["Account"]["AccountID"] == office.account("clearing")["AccountID"]


def test_one_bad_item_fails_all_unless_each_is_asked_for(office: Office) -> None:
    items = [
        {"Invoice": {"InvoiceID": office.id(key)}, "Account": office.account(), "Amount": amount}
        for key, amount in (("inv-2", 10), ("inv-9", 16))
    ]
    stamp = office.one("Invoices", "inv-2")["UpdatedDateUTC"]
    assert office.put("Payments", {"Payments": items}).status == 400
    kept = office.one("Invoices", "inv-2")
    assert (kept["AmountPaid"], kept["UpdatedDateUTC"]) == (0, stamp)
    answer = office.put("Payments", {"Payments": items}, summarizeErrors="false")
    assert answer.status == 200
    assert [row["StatusAttributeString"] for row in answer.body["Payments"]] == ["OK", "ERROR"]
    assert answer.messages == ["Payment amount exceeds the amount outstanding on this document"]
    assert office.one("Invoices", "inv-2")["AmountPaid"] == 10


def test_a_refund_of_a_credit_note(office: Office) -> None:
    item = {"CreditNote": {"CreditNoteID": office.id("cn-1")}, "Account": office.account(), "Amount": 10}
    made = office.put("Payments", {"Payments": [item]}).body["Payments"][0]
    assert made["PaymentType"] == "ARCREDITPAYMENT"
    assert office.one("CreditNotes", "cn-1")["Status"] == "PAID"


def test_a_batch_is_made_and_deleted_as_a_whole(office: Office) -> None:
    parts = [
        {"Invoice": {"InvoiceID": office.id(key)}, "Amount": amount} for key, amount in (("inv-2", 50), ("inv-9", 15))
    ]
    item = {
        "Account": office.account(),
        "Date": "2026-11-19",
        "Details": "tieout 5",
        "Reference": "r",
        "Payments": parts,
    }
    answer = office.put("BatchPayments", {"BatchPayments": [item]})
    assert answer.status == 200, answer.body
    batch = answer.body["BatchPayments"][0]
    assert (batch["Type"], batch["TotalAmount"], batch["Details"]) == ("RECBATCH", 65, "tieout 5")
    assert "Reference" not in batch  # New Zealand alone
    single = batch["Payments"][0]["PaymentID"]
    refused = office.post(f"Payments/{single}", {"Status": "DELETED"})
    assert refused.messages == ["Payments within a batch payment cannot be deleted"]
    key = batch["BatchPaymentID"]
    gone = office.post("BatchPayments", {"BatchPayments": [{"BatchPaymentID": key, "Status": "DELETED"}]})
    assert gone.body["BatchPayments"][0]["Status"] == "DELETED"
    assert office.one("Invoices", "inv-9")["AmountDue"] == 15
    item["Details"] = "nineteen characters"
    assert "maximum length" in office.put("BatchPayments", {"BatchPayments": [item]}).messages[0]


def test_a_batch_that_pays_one_invoice_twice_too_much(office: Office) -> None:
    parts = [{"Invoice": {"InvoiceID": office.id("inv-9")}, "Amount": 10}] * 2
    item = {"Account": office.account(), "Date": "2026-11-19", "Payments": parts}
    assert office.put("BatchPayments", {"BatchPayments": [item]}).status == 400
    assert office.one("Invoices", "inv-9")["AmountPaid"] == 0


def test_allocations_are_put_and_deleted(office: Office) -> None:
    path = f"Overpayments/{office.id('over-1')}/Allocations"
    item = {"Invoice": {"InvoiceID": office.id("inv-2")}, "Amount": 15, "Date": "2026-11-19"}
    answer = office.put(path, {"Allocations": [item]})
    assert answer.status == 200
    made = answer.body["Allocations"][0]
    assert office.one("Overpayments", "over-1")["RemainingCredit"] == 25
    gone = office.delete(f"{path}/{made['AllocationID']}")
    assert (gone.status, gone.body["IsDeleted"]) == (200, True)
    assert office.one("Overpayments", "over-1")["RemainingCredit"] == 40
    assert office.one("Invoices", "inv-2")["AmountDue"] == Decimal("180.50")
    assert office.delete(f"{path}/{made['AllocationID']}").status == 400


def test_too_much_allocation_takes_the_whole_call_back(office: Office) -> None:
    path = f"CreditNotes/{office.id('cn-1')}/Allocations"
    items = [
        {"Invoice": {"InvoiceID": office.id("inv-2")}, "Amount": amount, "Date": "2026-11-19"} for amount in (4, 7)
    ]
    refused = office.put(path, {"Allocations": items})
    assert refused.status == 400
    assert refused.messages == ["The amount being allocated is greater than the remaining credit"]
    assert office.one("CreditNotes", "cn-1")["RemainingCredit"] == 10
    assert office.one("Invoices", "inv-2")["AmountCredited"] == 70
    assert (
        office.put("CreditNotes/11111111-1111-4111-8111-111111111111/Allocations", {"Allocations": items}).status == 404
    )
