"""What a new organisation has before anybody writes in it: itself, its accounts, tax rates, currencies and one item."""

from __future__ import annotations

from decimal import Decimal

from sandbox.xero.desk.books import Books
from sandbox.xero.desk.wire import Record

_VERSIONS = {"GB": "UK", "AU": "AU", "NZ": "NZ", "US": "US"}
_ZONES = {
    "Europe/London": "GMTSTANDARDTIME",
    "America/New_York": "EASTERNSTANDARDTIME",
    "America/Chicago": "CENTRALSTANDARDTIME",
    "America/Los_Angeles": "PACIFICSTANDARDTIME",
    "Australia/Sydney": "AUSEASTERNSTANDARDTIME",
    "Pacific/Auckland": "NEWZEALANDSTANDARDTIME",
}
_CURRENCY_NAMES = {
    "AUD": "Australian Dollar",
    "CAD": "Canadian Dollar",
    "CHF": "Swiss Franc",
    "EUR": "Euro",
    "GBP": "British Pound",
    "JPY": "Japanese Yen",
    "NZD": "New Zealand Dollar",
    "USD": "United States Dollar",
}
# role, code, name, type, class, system account
_ACCOUNTS = (
    ("bank", "090", "Business Current Account", "BANK", "ASSET", None),
    ("clearing", "091", "Stripe Clearing", "BANK", "ASSET", None),
    ("sales", "200", "Sales", "REVENUE", "REVENUE", None),
    ("other_income", "260", "Other Revenue", "REVENUE", "REVENUE", None),
    ("purchases", "310", "Cost of Goods Sold", "DIRECTCOSTS", "EXPENSE", None),
    ("fees", "404", "Bank Fees", "EXPENSE", "EXPENSE", None),
    ("general", "429", "General Expenses", "EXPENSE", "EXPENSE", None),
    ("ar", "610", "Accounts Receivable", "CURRENT", "ASSET", "DEBTORS"),
    ("ap", "800", "Accounts Payable", "CURRLIAB", "LIABILITY", "CREDITORS"),
    ("tax", "820", "VAT", "CURRLIAB", "LIABILITY", "GST"),
    ("rounding", "860", "Rounding", "CURRLIAB", "LIABILITY", "ROUNDING"),
    ("retained", "960", "Retained Earnings", "EQUITY", "EQUITY", "RETAINEDEARNINGS"),
    ("unrealised", "497", "Unrealised Currency Gains", "EXPENSE", "EXPENSE", "UNREALISEDCURRENCYGAIN"),
    ("realised", "498", "Realised Currency Gains", "EXPENSE", "EXPENSE", "REALISEDCURRENCYGAIN"),
    ("bank_gain", "499", "Bank Revaluations", "EXPENSE", "EXPENSE", "BANKCURRENCYGAIN"),
)
# type, name, report type, rate
_TAX_RATES = (
    ("OUTPUT2", "20% (VAT on Income)", "OUTPUT", "20.0000"),
    ("INPUT2", "20% (VAT on Expenses)", "INPUT", "20.0000"),
    ("ZERORATEDOUTPUT", "Zero Rated Income", "OUTPUT", "0.0000"),
    ("NONE", "No VAT", "NONE", "0.0000"),
)
_CODES = {role: code for role, code, *_ in _ACCOUNTS}


def code(role: str) -> str:
    """The account code that a line is booked to."""
    return _CODES[role]


def found_company(books: Books) -> None:
    company = books.company
    books.add("Organisation", _organisation(books))
    for role, number, name, type_, class_, system in _ACCOUNTS:
        account: Record = {
            "Code": number,
            "Name": name,
            "Type": type_,
            "Class": class_,
            "Status": "ACTIVE",
            "TaxType": "NONE" if class_ != "REVENUE" else "OUTPUT2",
            "EnablePaymentsToAccount": False,
            "SystemAccount": system,
        }
        if type_ == "BANK":
            account["CurrencyCode"] = company.home_currency
            account["BankAccountNumber"] = f"0102033141592{number[1:]}"
        books.roles[role] = books.add("Accounts", account)["AccountID"]
    for tax_type, name, report, rate in _TAX_RATES:
        row = {"TaxType": tax_type, "Name": name, "ReportTaxType": report, "Rate": Decimal(rate), "Status": "ACTIVE"}
        books.add("TaxRates", row)
    for currency in dict.fromkeys((company.home_currency, *company.currencies)):
        books.add("Currencies", {"Code": currency, "Description": _CURRENCY_NAMES.get(currency, currency)})
    books.add("Items", {"Code": "FITTING", "Name": "Fitting, per hour", "UnitPrice": Decimal("42.50")})


def _organisation(books: Books) -> Record:
    company = books.company
    return {
        "OrganisationID": books.tenant,
        "Name": company.name,
        "LegalName": company.name,
        "Version": _VERSIONS.get(company.country, "GLOBAL"),
        "BaseCurrency": company.home_currency,
        "CountryCode": company.country,
        "Timezone": _ZONES.get(company.time_zone, "UTC"),
        "EndOfYearLockDate": company.lock_date.isoformat() if company.lock_date else None,
        "PeriodLockDate": None,
        "CreatedDateUTC": books.now(),
    }
