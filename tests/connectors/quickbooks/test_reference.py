"""Customers, accounts, rates and the company."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from ledger.account import Account, ExchangeRate, TaxRate
from ledger.company import Company
from ledger.customer import Customer
from ledger.money import Money
from tests.connectors.quickbooks.mapped import codes, mapped, one


def test_a_customer() -> None:
    payload = {
        "DisplayName": "Dorn & Co",
        "Active": False,
        "Balance": 12.5,
        "CurrencyRef": {"value": "EUR"},
        "ParentRef": {"value": "3"},
        "PrimaryEmailAddr": {"Address": "ap@dorn.example"},
        "PrimaryPhone": {"FreeFormNumber": "555-0101"},
        "BillAddr": {"Country": "DEU"},
    }
    customer = one(mapped("Customer", payload), Customer)

    assert (customer.name, customer.status, customer.balance) == ("Dorn & Co", "archived", Money(1250, "EUR"))
    assert (customer.email, customer.phone, customer.country) == ("ap@dorn.example", "555-0101", "DEU")
    assert customer.parent_external_id == "3"


@pytest.mark.parametrize(
    ("type_", "subtype", "kind", "role"),
    [
        ("Accounts Receivable", "AccountsReceivable", "receivable", "receivable"),
        ("Bank", "Checking", "bank", None),
        ("Other Current Asset", "UndepositedFunds", "current_asset", "undeposited"),
        ("Cost of Goods Sold", None, "expense", None),
        ("Crypto", None, "other", None),
    ],
)
def test_accounts_by_type(type_: str, subtype: str | None, kind: str, role: str | None) -> None:
    payload = {"Name": "x", "AccountType": type_, "AccountSubType": subtype, "CurrentBalance": 5.25}
    account = one(mapped("Account", payload), Account)

    assert (account.kind, account.system_role, account.balance) == (kind, role, Money(525, "USD"))


def test_rates() -> None:
    tax = one(mapped("TaxRate", {"Name": "State", "RateValue": 7.25, "Active": True}), TaxRate)
    payload = {"SourceCurrencyCode": "EUR", "TargetCurrencyCode": "USD", "Rate": 1.0825, "AsOfDate": "2026-05-01"}
    rate = one(mapped("ExchangeRate", payload), ExchangeRate)

    assert tax.rate == Decimal("7.25")
    assert (rate.currency, rate.rate, rate.on) == ("EUR", Decimal("1.0825"), date(2026, 5, 1))
    assert codes(mapped("ExchangeRate", {**payload, "Rate": None})) == ["rate_unusable"]
    assert mapped("ExchangeRate", {**payload, "SourceCurrencyCode": "USD"}).values == ()


def company(**preferences: Any) -> Company:
    info = {"CompanyName": "Alder", "Country": "US", "NameValue": [{"Name": "SubscriptionStatus", "Value": "EXPIRED"}]}
    return one(mapped("CompanyInfo", {**info, "Preferences": preferences}), Company)


def test_the_company_with_its_lock_date_and_what_quickbooks_does_by_itself() -> None:
    found = company(
        CurrencyPrefs={"HomeCurrency": {"value": "USD"}, "MultiCurrencyEnabled": True},
        AccountingInfoPrefs={"BookCloseDate": "2026-03-31"},
        SalesFormsPrefs={"AutoApplyCredit": True, "AutoApplyPayments": True},
    )

    assert (found.external_id, found.name, found.home_currency) == ("4620816365", "Alder", "USD")
    assert (found.lock_date, found.multi_currency, found.time_zone) == (date(2026, 3, 31), True, None)
    assert len(found.notes) == 3


def test_a_company_with_little_said() -> None:
    found = company(CurrencyPrefs={"HomeCurrency": "CAD"})

    assert (found.home_currency, found.lock_date, found.multi_currency) == ("CAD", None, False)


def test_half_a_company_is_none() -> None:
    assert mapped("CompanyInfo", {"CompanyName": "Alder"}).values == ()
    assert mapped("Preferences", {"AccountingInfoPrefs": None}).values == ()


def test_kinds_that_are_only_kept_mean_nothing() -> None:
    assert mapped("Item", {"Id": "1", "Name": "Timber"}).values == ()
