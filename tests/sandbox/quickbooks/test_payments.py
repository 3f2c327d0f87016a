from __future__ import annotations

from decimal import Decimal

import pytest

from sandbox.core.clock import SandboxClock
from tests.sandbox.quickbooks.office import Answer, Office


def _update(office: Office, key_or_id: str, **fields: object) -> Answer:
    record = office.get(f"payment/{key_or_id}").body["Payment"]
    return office.post("payment", {"Id": record["Id"], "SyncToken": record["SyncToken"], "sparse": True, **fields})


def _line(office: Office, amount: str, key: str, kind: str = "Invoice") -> dict[str, object]:
    return {"Amount": Decimal(amount), "LinkedTxn": [{"TxnId": office.id(key), "TxnType": kind}]}


def test_a_payment_lowers_the_invoice_and_moves_its_token_and_stamp(office: Office, clock: SandboxClock) -> None:
    before = office.one("Invoice", "inv-2")
    clock.advance(1800)
    answer = office.pay("ash", "100", ("80.25", "Invoice", "inv-2"), PaymentRefNum="W-1", PrivateNote="by wire")
    payment = answer.body["Payment"]
    assert (payment["TotalAmt"], payment["UnappliedAmt"], payment["SyncToken"]) == (100, Decimal("19.75"), "0")
    assert payment["DepositToAccountRef"]["name"] == "Undeposited Funds"
    assert payment["TxnDate"] == "2026-11-20"
    extra = {one["value"]["Name"]: one["value"]["Value"] for one in payment["Line"][0]["LineEx"]["any"]}
    assert extra == {"txnId": before["Id"], "txnOpenBalance": "230.50", "txnReferenceNumber": "INV-2"}
    after = office.one("Invoice", "inv-2")
    assert after["Balance"] == Decimal("150.25")
    assert {"TxnId": payment["Id"], "TxnType": "Payment"} in after["LinkedTxn"]
    assert int(after["SyncToken"]) == int(before["SyncToken"]) + 1
    assert after["MetaData"]["LastUpdatedTime"] > before["MetaData"]["LastUpdatedTime"]
    assert after["MetaData"]["CreateTime"] == before["MetaData"]["CreateTime"]


@pytest.mark.parametrize(
    ("customer", "total", "line", "code"),
    [
        ("ash", "900", ("300", "Invoice", "inv-2"), "6000"),  # more than is open
        ("ash", "10", ("20", "Invoice", "inv-2"), "6000"),  # more than the payment
        ("ash", "10", ("0", "Invoice", "inv-2"), "6000"),
        ("ash", "10", ("10", "Invoice", "inv-3"), "620"),  # another customer's
        ("birch", "10", ("10", "Invoice", "inv-4"), "620"),  # voided
        ("ash", "10", ("10", "Bill", "inv-2"), "620"),
        ("ash", "10", ("10", "CreditMemo", "cn-1"), "6000"),  # credit with nothing to pay
        ("ash", "10.005", ("10", "Invoice", "inv-2"), "2060"),
        ("cedar", "10", ("10", "Invoice", "inv-6"), "610"),  # made inactive
    ],
)
def test_what_a_payment_cannot_do(
    office: Office, customer: str, total: str, line: tuple[str, str, str], code: str
) -> None:
    before = office.one("Invoice", "inv-2")
    answer = office.pay(customer, total, line)
    assert (answer.status, answer.code) == (400, code)
    assert office.one("Invoice", "inv-2") == before


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"TotalAmt": 1}, "2020"),
        ({"CustomerRef": {"value": "1"}}, "2020"),
        ({"CustomerRef": {"value": "999"}, "TotalAmt": 1}, "2500"),
        ({"CustomerRef": {"value": "1"}, "TotalAmt": 1, "PaymentRefNum": "x" * 22}, "2050"),
        ({"CustomerRef": {"value": "1"}, "TotalAmt": 1, "TxnDate": "soon"}, "2040"),
        ({"CustomerRef": {"value": "1"}, "TotalAmt": 1, "Colour": "red"}, "2010"),
        ({"CustomerRef": {"value": "1"}, "TotalAmt": "1e99999999"}, "2060"),
        ({"CustomerRef": {"value": "1"}, "TotalAmt": 1, "CurrencyRef": {"value": "EUR"}}, "6000"),
        ({"CustomerRef": {"value": "1"}, "TotalAmt": 1, "DepositToAccountRef": {"value": "1"}}, "6000"),
    ],
)
def test_what_a_payment_must_carry(office: Office, fields: dict[str, object], code: str) -> None:
    answer = office.post("payment", fields)
    assert (answer.status, answer.code) == (400, code)


def test_a_parent_pays_for_its_sub_customer(office: Office) -> None:
    assert office.pay("birch", "27.77", ("27.77", "Invoice", "inv-3")).status == 200
    assert office.one("Invoice", "inv-3")["Balance"] == 0


def test_a_journal_on_receivables_can_be_paid(office: Office) -> None:
    answer = office.pay("birch", "15", ("15", "JournalEntry", "je-1"))
    assert answer.body["Payment"]["Line"][0]["LinkedTxn"][0]["TxnType"] == "JournalEntry"
    assert office.pay("birch", "1", ("1", "JournalEntry", "je-1")).code == "6000"


def test_money_out_on_receivables_can_be_paid_back(office: Office) -> None:
    assert office.pay("ash", "4", ("4", "Expense", "arp-1")).status == 200
    assert office.one("Customer", "ash")["Balance"] == Decimal("230.50") - 20 - 10


def test_a_payment_of_nothing_applies_a_credit(office: Office) -> None:
    answer = office.pay("ash", "0", ("10", "Invoice", "inv-2"), ("10", "CreditMemo", "cn-1"))
    assert answer.body["Payment"]["UnappliedAmt"] == 0
    assert office.one("CreditMemo", "cn-1")["RemainingCredit"] == 0
    assert office.one("Invoice", "inv-2")["Balance"] == Decimal("220.5")


def test_a_deposits_entry_on_receivables_is_a_credit(office: Office) -> None:
    answer = office.pay("birch", "0", ("7", "JournalEntry", "je-1"), ("7", "Deposit", "dep-1"))
    assert answer.status == 200, answer.body
    assert office.pay("birch", "9", ("9", "JournalEntry", "je-1")).code == "6000"
    assert office.pay("birch", "8", ("8", "JournalEntry", "je-1")).status == 200


def test_lines_go_all_or_none(office: Office) -> None:
    payment = office.id("pay-1")
    both = [_line(office, "90", "inv-1"), _line(office, "30", "inv-2")]
    assert _update(office, payment, Line=both).body["Payment"]["UnappliedAmt"] == 0
    assert (office.one("Invoice", "inv-1")["Balance"], office.one("Invoice", "inv-2")["Balance"]) == (
        10,
        Decimal("200.5"),
    )
    assert len(_update(office, payment, PrivateNote="noted").body["Payment"]["Line"]) == 2
    assert len(_update(office, payment, Line=both[1:]).body["Payment"]["Line"]) == 1
    invoice = office.one("Invoice", "inv-1")
    assert (invoice["Balance"], "LinkedTxn" in invoice) == (100, False)
    assert _update(office, payment, Line=[]).body["Payment"]["UnappliedAmt"] == 120
    full = office.get(f"payment/{payment}").body["Payment"]
    assert _update(office, payment, Line=both).status == 200
    full["SyncToken"] = office.get(f"payment/{payment}").body["Payment"]["SyncToken"]
    del full["Line"]
    assert office.post("payment", full).body["Payment"]["UnappliedAmt"] == 120


def test_a_deposited_payment_cannot_change_until_the_deposit_is_gone(office: Office) -> None:
    payment = office.one("Payment", "pay-2")
    identity = {"Id": payment["Id"], "SyncToken": payment["SyncToken"]}
    for params in ({"operation": "delete"}, {"operation": "update", "include": "void"}):
        assert office.post("payment", identity, **params).code == "6540"
    assert _update(office, payment["Id"], TotalAmt=60).code == "6540"
    assert _update(office, payment["Id"], PrivateNote="still fine").status == 200
    deposit = office.one("Deposit", "dep-1")
    gone = office.post("deposit", {"Id": deposit["Id"], "SyncToken": deposit["SyncToken"]}, operation="delete")
    assert gone.body["Deposit"] == {"status": "Deleted", "domain": "QBO", "Id": deposit["Id"]}
    assert "LinkedTxn" not in office.one("Payment", "pay-2")
    assert _update(office, payment["Id"], TotalAmt=60).body["Payment"]["UnappliedAmt"] == 10
