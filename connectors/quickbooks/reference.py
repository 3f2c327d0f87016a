"""Customers, accounts, tax rates, exchange rates, and the company itself."""

from __future__ import annotations

from zoneinfo import available_timezones

import msgspec

from connectors.decode import loosely
from connectors.port import Mapped
from connectors.quickbooks import wire
from connectors.quickbooks.reading import Reading, own_currency, updated, value_of
from connectors.quickbooks.times import calendar
from ledger.account import Account, ExchangeRate, TaxRate
from ledger.company import Company
from ledger.currency import is_currency
from ledger.customer import Customer
from ledger.finding import Severity
from ledger.money import Money

_ACCOUNT_KINDS = {
    "Accounts Receivable": "receivable", "Bank": "bank", "Other Current Asset": "current_asset", "Income": "income",
    "Other Income": "income", "Expense": "expense", "Other Expense": "expense", "Cost of Goods Sold": "expense",
}  # fmt: skip
_PAYABLE_INTO = frozenset({"Bank", "Other Current Asset"})
_NOT_LIVE = ("RESTRICTED", "SUSPENDED", "EXPIRED", "CANCELLED")


def customer(reading: Reading, one: wire.Customer) -> Mapped:
    currency = own_currency(one.currency_ref)
    balance_currency = currency or reading.context.home_currency
    return reading.done(
        Customer(
            external_id=reading.own_id,
            name=one.display_name or one.fully_qualified_name or one.company_name or "",
            email=one.primary_email_addr.address or None if one.primary_email_addr else None,
            phone=one.primary_phone.free_form_number or None if one.primary_phone else None,
            country=one.bill_addr.country or None if one.bill_addr else None,
            tax_number=one.primary_tax_identifier or one.resale_num or None,
            account_number=one.acct_num or None,
            currency=currency,
            parent_external_id=value_of(one.parent_ref),
            status="archived" if one.active is False else "active",
            balance=None if one.balance is None else Money.of(one.balance, balance_currency),
            updated_at=updated(one.meta_data),
        )
    )


def account(reading: Reading, one: wire.Account) -> Mapped:
    kind = _ACCOUNT_KINDS.get(one.account_type or "", "other")
    undeposited = one.account_sub_type == "UndepositedFunds"
    role = "receivable" if kind == "receivable" else "undeposited" if undeposited else None
    currency = own_currency(one.currency_ref)
    balance_currency = currency or reading.context.home_currency
    return reading.done(
        Account(
            external_id=reading.own_id,
            name=one.name or one.fully_qualified_name or "",
            kind=kind,
            provider_type=one.account_type or "",
            code=one.acct_num or None,
            currency=currency,
            status="archived" if one.active is False else "active",
            system_role=role,
            payments_enabled=one.account_type in _PAYABLE_INTO,
            balance=None if one.current_balance is None else Money.of(one.current_balance, balance_currency),
            updated_at=updated(one.meta_data),
        )
    )


def tax_rate(reading: Reading, one: wire.TaxRate) -> Mapped:
    return reading.done(
        TaxRate(
            external_id=reading.own_id,
            name=one.name or "",
            rate=one.rate_value,
            status="archived" if one.active is False else "active",
            updated_at=updated(one.meta_data),
        )
    )


def exchange_rate(reading: Reading, one: wire.ExchangeRate) -> Mapped:
    source, target, day = one.source_currency_code or "", one.target_currency_code or "", calendar(one.as_of_date)
    target = target or reading.context.home_currency
    if day is None or not one.rate or not is_currency(source) or not is_currency(target):
        reading.note(
            "rate_unusable", "the rate lacks its day, its currencies or its figure.", severity=Severity.WARNING
        )
        return reading.done()
    if source == target:
        return reading.done()
    return reading.done(
        ExchangeRate(
            external_id=reading.own_id,
            currency=source,
            home_currency=target,
            on=day,
            rate=one.rate,
            updated_at=updated(one.meta_data),
        )
    )


def company(reading: Reading, info: wire.CompanyInfo) -> Mapped:
    """Only from the record that holds the preferences: half a company would drop the lock date."""
    if info.preferences is None:
        return reading.done()
    return reading.done(company_of(info, info.preferences, reading.context.company_id))


def company_of(info: wire.CompanyInfo, preferences: wire.Preferences, external_id: str) -> Company:
    currencies = preferences.currency_prefs or wire.CurrencyPrefs()
    home = currencies.home_currency
    code = value_of(home) if isinstance(home, wire.Ref) else home
    closed = preferences.accounting_info_prefs.book_close_date if preferences.accounting_info_prefs else None
    stamps = [moment for moment in (updated(info.meta_data), updated(preferences.meta_data)) if moment]
    return Company(
        external_id=external_id,
        name=info.company_name or info.legal_name or external_id,
        country=info.country or (info.company_addr.country if info.company_addr else None) or None,
        home_currency=code if code and is_currency(code) else None,
        time_zone=info.default_time_zone if info.default_time_zone in available_timezones() else None,
        lock_date=calendar(closed),
        multi_currency=bool(currencies.multi_currency_enabled),
        notes=tuple(_notes(info, preferences)),
        updated_at=max(stamps, default=None),
    )


def _notes(info: wire.CompanyInfo, preferences: wire.Preferences) -> list[str]:
    """What a person should know before we write: QuickBooks may use unapplied cash by itself."""
    sales = preferences.sales_forms_prefs or wire.SalesFormsPrefs()
    notes = []
    if sales.auto_apply_credit:
        notes.append("QuickBooks applies credits to invoices by itself (Account and settings, Advanced, Automation).")
    if sales.auto_apply_payments:
        notes.append("QuickBooks applies unapplied payments to invoices by itself (Account and settings, Advanced).")
    states = {item.value for item in info.name_value or [] if item.name == "SubscriptionStatus"}
    notes += [
        f"The QuickBooks subscription is {state}: writing may be refused." for state in _NOT_LIVE if state in states
    ]
    return notes


def multi_currency(raw: bytes) -> bool:
    """Whether a Preferences record turns several currencies on."""
    try:
        preferences = loosely(raw, wire.Preferences)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return False
    return bool(preferences.currency_prefs and preferences.currency_prefs.multi_currency_enabled)
