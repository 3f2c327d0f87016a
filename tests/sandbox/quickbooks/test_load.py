from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from sandbox.core.clock import SandboxClock
from sandbox.core.server import Served
from sandbox.quickbooks.stand import QuickBooksStand
from sandbox.world import plan
from tests.sandbox.quickbooks.office import COMPANY, Office

SANDBOX_DAY = date(2026, 10, 1)


def test_a_partly_credited_invoice_shows_its_balance_and_who_paid(office: Office) -> None:
    record = office.one("Invoice", "inv-2")
    assert record["TotalAmt"] == Decimal("250.50")
    assert record["Balance"] == Decimal("230.50")
    assert [linked["TxnType"] for linked in record["LinkedTxn"]] == ["Payment"]
    assert record["DueDate"] == "2026-10-10"
    assert record["MetaData"]["CreateTime"].startswith("2026-09-10T")
    assert record["MetaData"]["LastUpdatedTime"].endswith("-04:00")
    assert record["MetaData"]["LastUpdatedTime"] > record["MetaData"]["CreateTime"]
    assert record["SyncToken"] == "1"


def test_an_overpayment_is_unapplied_and_a_credit_memo_keeps_its_rest(office: Office) -> None:
    assert office.one("Payment", "pay-1")["UnappliedAmt"] == 20
    memo = office.one("CreditMemo", "cn-1")
    assert (memo["RemainingCredit"], memo["Balance"]) == (10, 10)
    assert "LinkedTxn" not in memo


def test_a_credit_is_applied_by_a_payment_of_nothing(office: Office) -> None:
    (record,) = [row for row in office.rows("Payment") if row["TotalAmt"] == 0 and row["Line"]]
    assert {line["LinkedTxn"][0]["TxnType"] for line in record["Line"]} == {"Invoice", "CreditMemo"}
    assert {line["Amount"] for line in record["Line"]} == {Decimal(20)}
    assert record["UnappliedAmt"] == 0


def test_a_deposit_holds_its_payment_and_the_payment_names_it(office: Office) -> None:
    deposit = office.one("Deposit", "dep-1")
    assert deposit["TotalAmt"] == Decimal("55.50")
    assert [line["Amount"] for line in deposit["Line"]] == [50, Decimal("-1.5"), 7]
    assert deposit["Line"][0]["LinkedTxn"] == [{"TxnId": office.id("pay-2"), "TxnType": "Payment", "TxnLineId": "0"}]
    assert office.one("Payment", "pay-2")["LinkedTxn"] == [{"TxnId": deposit["Id"], "TxnType": "Deposit"}]


def test_what_was_voided_stays_at_zero_and_what_was_deleted_is_gone(office: Office) -> None:
    voided = office.one("Invoice", "inv-4")
    assert (voided["TotalAmt"], voided["Balance"], voided["PrivateNote"]) == (0, 0, "Voided")
    assert office.one("Payment", "pay-3")["TotalAmt"] == 0
    assert office.get(f"invoice/{office.id('inv-5')}").code == "610"


def test_counts_are_what_a_full_read_returns(office: Office) -> None:
    counts = office.stand.counts(office.realm)
    assert counts["Invoice"] == len(office.rows("Invoice")) == 5
    assert counts["Customer"] == len(office.rows("Customer", "WHERE Active IN (true, false)")) == 4
    assert len(office.rows("Customer")) == 3
    assert counts["Payment"] == len(office.rows("Payment")) == 4


def test_a_customer_carries_its_balance_and_its_sub_customers(office: Office) -> None:
    parent = office.one("Customer", "birch")
    assert (parent["Balance"], parent["BalanceWithJobs"]) == (8, Decimal("35.77"))
    child = office.one("Customer", "birch-north")
    assert child["FullyQualifiedName"] == "Birch Ltd:Birch North"
    assert child["ParentRef"] == {"value": parent["Id"]}
    assert child["Job"] is True
    assert office.one("Customer", "cedar")["DisplayName"] == "Cedar Inc (deleted)"


def test_a_customer_with_documents_in_two_currencies_gets_a_twin(stand: QuickBooksStand, served: Served) -> None:
    company = plan.Company("us", "Maple", "US", "USD", "America/New_York", currencies=("USD", "EUR"))
    realm = stand.add_company(company)
    invoices = tuple(
        plan.Invoice(f"i-{code}", code, "ash", SANDBOX_DAY, None, code, (plan.Line("x", 1000),), rate=rate)
        for code, rate in (("USD", "1"), ("EUR", "1.25"))
    )
    stand.load(realm, plan.BooksPlan(company, (plan.Customer("ash", "Ash"),), invoices))
    office = Office(stand, served, realm)
    record = office.one("Invoice", "i-EUR")
    assert record["CustomerRef"]["name"] == "Ash (EUR)"
    assert (record["ExchangeRate"], record["HomeTotalAmt"]) == (Decimal("1.25"), Decimal("12.5"))
    office.close()


def test_a_key_that_nobody_defines_is_named(clock: SandboxClock) -> None:
    stand = QuickBooksStand(clock)
    realm = stand.add_company(COMPANY)
    payment = plan.Payment("p", "ash", SANDBOX_DAY, "USD", 100, (plan.Applied("nowhere", 100),))
    with pytest.raises(ValueError, match="nowhere"):
        stand.load(realm, plan.BooksPlan(COMPANY, (plan.Customer("ash", "Ash"),), payments=(payment,)))
