from __future__ import annotations

from decimal import Decimal

import pytest

from sandbox.core.server import Served
from sandbox.quickbooks.stand import QuickBooksStand
from sandbox.world import plan
from tests.sandbox.quickbooks.office import TODAY, WORLDLY, Office


def test_a_record_comes_in_an_envelope_with_the_services_time(office: Office) -> None:
    answer = office.get(f"invoice/{office.id('inv-1')}", minorversion="4")
    assert set(answer.body) == {"Invoice", "time"}
    assert answer.body["time"] == "2026-11-20T10:00:00.000-08:00"
    assert len(answer.headers["intuit_tid"]) == 36
    assert answer.body["Invoice"]["domain"] == "QBO"


def test_what_is_not_there_is_610(office: Office) -> None:
    answer = office.get("payment/99999")
    assert (answer.status, answer.code) == (400, "610")
    assert answer.body["Fault"]["Error"][0]["Message"] == "Object Not Found"


def test_the_company_and_its_preferences(office: Office) -> None:
    info = office.get(f"companyinfo/{office.realm}").body["CompanyInfo"]
    assert info["CompanyName"] == "Maple Street Supply"
    assert {"Name": "SubscriptionStatus", "Value": "SUBSCRIBED"} in info["NameValue"]
    preferences = office.get("preferences").body["Preferences"]
    assert preferences["CurrencyPrefs"] == {"MultiCurrencyEnabled": False, "HomeCurrency": {"value": "USD"}}
    assert preferences["ReportPrefs"]["ReportBasis"] == "Accrual"
    assert "BookCloseDate" not in preferences["AccountingInfoPrefs"]
    assert office.rows("CompanyInfo")[0]["CompanyName"] == "Maple Street Supply"


def test_accounts_carry_what_stands_on_them_today(office: Office) -> None:
    balances = {row["Name"]: row["CurrentBalance"] for row in office.rows("Account")}
    assert balances["Accounts Receivable (A/R)"] == Decimal("250.27")
    assert balances["Undeposited Funds"] == 0
    assert balances["Checking"] == Decimal(120) + Decimal("55.5") + 20 - 4 + 1
    assert balances["Sales of Product Income"] == 0
    (receivable,) = office.rows("Account", "WHERE AccountType = 'Accounts Receivable'")
    assert receivable["AccountSubType"] == "AccountsReceivable"


@pytest.mark.parametrize("kind", ["Item", "Term", "PaymentMethod", "TaxCode", "TaxRate"])
def test_the_lists_are_there(office: Office, kind: str) -> None:
    rows = office.rows(kind)
    assert rows
    assert all(row["Active"] for row in rows)


def test_a_company_of_several_currencies(stand: QuickBooksStand, served: Served) -> None:
    realm = stand.add_company(WORLDLY)
    rates = ((TODAY.replace(day=1), "EUR", "0.85"), (TODAY.replace(day=10), "EUR", "0.86"))
    stand.load(realm, plan.BooksPlan(WORLDLY, rates=rates))
    office = Office(stand, served, realm)
    assert office.get("preferences").body["Preferences"]["CurrencyPrefs"]["MultiCurrencyEnabled"] is True
    assert [row["Code"] for row in office.rows("CompanyCurrency")] == ["EUR"]
    names = {row["Name"]: row["CurrencyRef"]["value"] for row in office.rows("Account")}
    assert names["Accounts Receivable (A/R) - EUR"] == "EUR"
    asked = office.get("exchangerate", sourcecurrencycode="EUR", asofdate="2026-11-09").body["ExchangeRate"]
    assert (asked["Rate"], asked["TargetCurrencyCode"]) == (Decimal("0.85"), "GBP")
    (row,) = office.rows("ExchangeRate", "WHERE SourceCurrencyCode = 'EUR' AND AsOfDate = '2026-11-10'")
    assert row["Rate"] == Decimal("0.86")
    office.close()
