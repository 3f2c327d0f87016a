"""Small rules of writing that an app which posts has to live with."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tests.sandbox.xero.office import TODAY, Office


def _transfer(source: str, target: str) -> dict[str, Any]:
    return {
        "FromBankAccount": {"Code": source}, "ToBankAccount": {"Code": target}, "Amount": 5, "Date": TODAY.isoformat()
    }  # fmt: skip


def test_transfers_of_one_call_stand_or_fall_together(office: Office) -> None:
    body = {"BankTransfers": [_transfer("091", "090"), _transfer("092", "090")]}
    answer = office.put("BankTransfers", body, summarizeErrors="false")
    assert answer.status == 400
    assert "different currencies" in answer.messages[0]
    assert len(office.rows("BankTransfers")) == 1
    assert office.put("BankTransfers", {"BankTransfers": [_transfer("091", "090")]}).status == 200


def test_an_archived_account_takes_nothing(office: Office) -> None:
    office.change("archive_account", code="091")
    answer = office.pay("inv-2", "1.00", Account={"Code": "091"})
    assert "archived" in answer.messages[0]


def test_an_odd_rate_is_taken_and_remarked_on(office: Office) -> None:
    odd = office.pay("inv-7", "1.00", CurrencyRate=Decimal("2.5")).body["Payments"][0]
    assert "rate of the day" in odd["Warnings"][0]["Message"]
    usual = office.pay("inv-7", "1.00", CurrencyRate=Decimal("1.15")).body["Payments"][0]
    assert "Warnings" not in usual
    assert "Warnings" not in office.rows("Payments", where=f'PaymentID==Guid("{odd["PaymentID"]}")')[0]


def test_any_money_is_ticked_against_the_bank(office: Office) -> None:
    office.change("reconcile", payment=office.id("pay-5/bank"))
    office.change("reconcile", payment=office.id("payout"))
    assert office.one("BankTransactions", "pay-5/bank")["IsReconciled"] is True
    transfer = office.one("BankTransfers", "payout")
    assert (transfer["FromIsReconciled"], transfer["ToIsReconciled"]) == (True, True)


def test_a_large_organisation_is_asked_in_pages_and_without_chains(office: Office) -> None:
    office.change("grow")
    chain = 'Reference=="A" OR Reference=="B"'
    assert office.get("Payments", page=1, where=chain).status == 400
    assert office.get("Payments").status == 400
    assert office.get("Payments", page=1, where='Reference=="PART"').status == 200
    assert office.get("BatchPayments").status == 200
