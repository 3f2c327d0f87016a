"""Xero's organisation, accounts, tax rates and currencies."""

from __future__ import annotations

from connectors.port import Mapped
from connectors.xero import wire
from connectors.xero.dates import calendar, instant, zone
from connectors.xero.reading import Reading
from ledger.account import Account, TaxRate
from ledger.company import Company
from ledger.currency import is_currency

_ACCOUNT_KINDS = {
    "BANK": "bank", "CURRENT": "current_asset", "PREPAYMENT": "current_asset", "REVENUE": "income", "SALES": "income",
    "OTHERINCOME": "income", "EXPENSE": "expense", "OVERHEADS": "expense", "DIRECTCOSTS": "expense",
}  # fmt: skip


def account_of(reading: Reading, account: wire.Account) -> Mapped:
    debtors = account.system_account == "DEBTORS"
    return reading.done(
        Account(
            external_id=reading.record.external_id,
            name=account.name or account.code or "",
            kind="receivable" if debtors else _ACCOUNT_KINDS.get((account.type or "").upper(), "other"),
            provider_type=account.type or "",
            code=account.code or None,
            currency=account.currency_code if is_currency(account.currency_code or "") else None,
            status="active" if account.status in (None, "ACTIVE") else "archived",
            system_role="receivable" if debtors else None,
            payments_enabled=bool(account.enable_payments_to_account) or account.type == "BANK",
            updated_at=instant(account.updated_date_utc),
        )
    )


def tax_rate_of(reading: Reading, tax: wire.TaxRate) -> Mapped:
    return reading.done(
        TaxRate(
            external_id=reading.record.external_id,
            name=tax.name or "",
            rate=tax.effective_rate,
            status="active" if tax.status in (None, "ACTIVE") else "archived",
        )
    )


def currency_of(reading: Reading, currency: wire.Currency) -> Mapped:
    if not is_currency(currency.code or ""):
        reading.note("unknown_currency", f"{currency.code!r} is not an ISO 4217 code.", field_name="Code")
    return reading.done()


def company_of(organisation: wire.Organisation, external_id: str) -> Company:
    """locks: the later of the two that the books themselves have."""
    locks = [calendar(organisation.period_lock_date), calendar(organisation.end_of_year_lock_date)]
    currency = organisation.base_currency
    return Company(
        external_id=external_id,
        name=organisation.name or external_id,
        country=organisation.country_code,
        home_currency=currency if is_currency(currency or "") else None,
        time_zone=zone(organisation.timezone),
        lock_date=max((day for day in locks if day), default=None),
        multi_currency=True,
        live=not organisation.is_demo_company,
    )


def organisation_of(reading: Reading, organisation: wire.Organisation) -> Mapped:
    return reading.done(company_of(organisation, reading.record.external_id))
