"""What a new organisation has before anything happens: itself, its chart of accounts, tax rates and currencies."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sandbox.world import plan
from sandbox.xero.books import Books, Place
from sandbox.xero.faults import Invalid
from sandbox.xero.wire import Record, wire_day, wire_instant

BANK, CLEARING = "090", "091"
SALES, OTHER_INCOME, BANK_FEES, PURCHASES = "200", "260", "404", "310"
RECEIVABLE, PAYABLE, TAX = "610", "800", "820"
RETAINED, REALISED, UNREALISED, BANK_GAIN = "960", "499", "498", "497"
CURRENCY_NAMES = {
    "AUD": "Australian Dollar",
    "CAD": "Canadian Dollar",
    "EUR": "Euro",
    "GBP": "British Pound",
    "JPY": "Japanese Yen",
    "KWD": "Kuwaiti Dinar",
    "NZD": "New Zealand Dollar",
    "USD": "United States Dollar",
}
_ZONES = {
    "Europe/London": "GMTSTANDARDTIME",
    "America/Chicago": "CENTRALSTANDARDTIME",
    "America/New_York": "EASTERNSTANDARDTIME",
    "America/Los_Angeles": "PACIFICSTANDARDTIME",
    "Europe/Berlin": "WEUROPESTANDARDTIME",
    "Pacific/Auckland": "NEWZEALANDSTANDARDTIME",
    "Australia/Sydney": "AUSEASTERNSTANDARDTIME",
    "UTC": "UTC",
}
_VERSIONS = {"GB": "UK", "US": "US", "AU": "AU", "NZ": "NZ"}
_CLASSES = {
    "BANK": "ASSET",
    "CURRENT": "ASSET",
    "FIXED": "ASSET",
    "CURRLIAB": "LIABILITY",
    "EQUITY": "EQUITY",
    "REVENUE": "REVENUE",
    "OTHERINCOME": "REVENUE",
    "DIRECTCOSTS": "EXPENSE",
    "EXPENSE": "EXPENSE",
    "OVERHEADS": "EXPENSE",
}


@dataclass(frozen=True)
class _Row:
    code: str
    name: str
    type: str
    tax: str = "NONE"
    system: str = ""
    payments: bool = False


_CHART = (
    _Row(SALES, "Sales", "REVENUE", "OUTPUT2"),
    _Row(OTHER_INCOME, "Other Revenue", "OTHERINCOME"),
    _Row(PURCHASES, "Cost of Goods Sold", "DIRECTCOSTS", "INPUT2"),
    _Row(BANK_FEES, "Bank Fees", "OVERHEADS"),
    _Row("405", "Card Processing Fees", "OVERHEADS", payments=True),
    _Row("429", "General Expenses", "OVERHEADS", "INPUT2"),
    _Row(BANK_GAIN, "Bank Revaluations", "EXPENSE", system="BANKCURRENCYGAIN"),
    _Row(UNREALISED, "Unrealised Currency Gains", "EXPENSE", system="UNREALISEDCURRENCYGAIN"),
    _Row(REALISED, "Realised Currency Gains", "EXPENSE", system="REALISEDCURRENCYGAIN"),
    _Row(RECEIVABLE, "Accounts Receivable", "CURRENT", system="DEBTORS"),
    _Row("611", "Withheld by Customers", "CURRENT", payments=True),
    _Row("612", "Disputed Funds", "CURRENT"),
    _Row("613", "Stripe Reserve", "CURRENT"),
    _Row("710", "Office Equipment", "FIXED", "INPUT2"),
    _Row(PAYABLE, "Accounts Payable", "CURRLIAB", system="CREDITORS"),
    _Row(TAX, "VAT", "CURRLIAB", system="GST"),
    _Row("840", "Historical Adjustment", "CURRLIAB", system="HISTORICAL"),
    _Row("850", "Suspense", "CURRLIAB"),
    _Row("860", "Rounding", "CURRLIAB", system="ROUNDING"),
    _Row(RETAINED, "Retained Earnings", "EQUITY", system="RETAINEDEARNINGS"),
    _Row("970", "Owner A Funds Introduced", "EQUITY", payments=True),
)
_TAXES = (
    ("20% (VAT on Income)", "OUTPUT2", "OUTPUT", "20.00"),
    ("20% (VAT on Expenses)", "INPUT2", "INPUT", "20.00"),
    ("Zero Rated Income", "ZERORATEDOUTPUT", "OUTPUT", "0.00"),
    ("No VAT", "NONE", "NONE", "0.00"),
)


def found_organisation(books: Books, opened: datetime) -> None:
    """Call it inside of the books' history."""
    company = books.company
    books.add(Place("Organisation", books.tenant), _organisation(books, company, opened))
    for code in dict.fromkeys((company.home_currency, *company.currencies)):
        books.add(Place("Currencies", code), {"Code": code, "Description": CURRENCY_NAMES.get(code, code)})
    for name, tax_type, report, rate in _TAXES:
        books.add(Place("TaxRates", tax_type), _tax_rate(name, tax_type, report, Decimal(rate)))
    _bank_account(books, BANK, "Business Current Account", company.home_currency)
    _bank_account(books, CLEARING, "Stripe Clearing", company.home_currency)
    foreign = [code for code in company.currencies if code != company.home_currency]
    for number, code in enumerate(foreign):
        _bank_account(books, f"{92 + number:03d}", f"{code} Account", code)
    for number, code in enumerate(company.settles):
        _bank_account(books, f"{CLEARING}{number + 1}", f"Stripe Clearing {code}", code)
    for row in _CHART:
        _account(books, row)


def account(books: Books, wanted: object) -> Record:
    """The account of a body's {"AccountID"} or {"Code"}. Invalid when there is none."""
    given = wanted if isinstance(wanted, dict) else {}
    found = books.get("Accounts", given["AccountID"]) if given.get("AccountID") else None
    if found is None and given.get("Code"):
        found = books.get("Accounts", books.keys.get(f"account/{given['Code']}", Place("", "")).id)
    if found is None:
        raise Invalid("Account could not be found")
    if found["Status"] != "ACTIVE":
        raise Invalid(f"The account code '{found['Code']}' has been archived, or deleted")
    return found


def by_code(books: Books, code: str) -> Record:
    return account(books, {"Code": code})


def tax_rate(books: Books, tax_type: str) -> Decimal:
    found = books.store.get("TaxRates", tax_type)
    if found is None:
        raise Invalid(f"The TaxType code '{tax_type}' does not exist or cannot be used for this type of transaction.")
    rate: Decimal = found["EffectiveRate"]
    return rate


def lock_date(books: Books) -> date | None:
    """The later of the two dates up to which nothing may be written."""
    held = books.store.get("Organisation", books.tenant) or {}
    days = [date.fromisoformat(held[name]) for name in ("_Period", "_EndOfYear") if held.get(name)]
    return max(days, default=None)


def set_lock_date(books: Books, on: date | None, *, end_of_year: bool = False) -> Record:
    field, plain = ("EndOfYearLockDate", "_EndOfYear") if end_of_year else ("PeriodLockDate", "_Period")
    held = books.edit(Place("Organisation", books.tenant))
    held.pop(field, None)
    held.pop(plain, None)
    if on is not None:
        held[field], held[plain] = wire_day(on), on.isoformat()
    return held


def check_open(books: Books, on: date) -> None:
    """Invalid when the day lies in a locked period."""
    locked = lock_date(books)
    if not books.silent and locked is not None and on <= locked:
        raise Invalid(f"The document date cannot be before the period lock date, currently {locked:%d %B %Y}.")


def _organisation(books: Books, company: plan.Company, opened: datetime) -> Record:
    record: Record = {
        "OrganisationID": books.tenant,
        "Name": company.name,
        "LegalName": company.name,
        "PaysTax": True,
        "Version": _VERSIONS.get(company.country, "GLOBAL"),
        "OrganisationType": "COMPANY",
        "BaseCurrency": company.home_currency,
        "CountryCode": company.country,
        "IsDemoCompany": False,
        "OrganisationStatus": "ACTIVE",
        "FinancialYearEndDay": 31,
        "FinancialYearEndMonth": 12 if company.country == "US" else 3,
        "SalesTaxBasis": "ACCRUALS",
        "SalesTaxPeriod": "QUARTERLY",
        "DefaultSalesTax": "Tax Exclusive",
        "DefaultPurchasesTax": "Tax Exclusive",
        "CreatedDateUTC": wire_instant(opened),
        "OrganisationEntityType": "COMPANY",
        "Timezone": _ZONES.get(company.time_zone, "UTC"),
        "ShortCode": f"!{books.tenant[:5]}",
        "Edition": "BUSINESS",
        "Class": "PREMIUM",
        "Addresses": [],
        "Phones": [],
        "ExternalLinks": [],
        "PaymentTerms": {},
    }
    if company.lock_date is not None:
        record |= {"PeriodLockDate": wire_day(company.lock_date), "_Period": company.lock_date.isoformat()}
    return record


def _tax_rate(name: str, tax_type: str, report: str, rate: Decimal) -> Record:
    return {
        "Name": name,
        "TaxType": tax_type,
        "ReportTaxType": report,
        "CanApplyToAssets": True,
        "CanApplyToEquity": True,
        "CanApplyToExpenses": report != "OUTPUT",
        "CanApplyToLiabilities": True,
        "CanApplyToRevenue": report != "INPUT",
        "DisplayTaxRate": rate,
        "EffectiveRate": rate,
        "Status": "ACTIVE",
        "TaxComponents": [{"Name": "VAT", "Rate": rate, "IsCompound": False, "IsNonRecoverable": False}],
    }


def _bank_account(books: Books, code: str, name: str, currency: str) -> None:
    more = {"BankAccountNumber": f"200000{int(code):08d}", "BankAccountType": "BANK", "CurrencyCode": currency}
    _account(books, _Row(code, name, "BANK"), more)


def _account(books: Books, row: _Row, more: Record | None = None) -> None:
    place = Place("Accounts", books.new_id())
    record: Record = {
        "AccountID": place.id,
        "Code": row.code,
        "Name": row.name,
        "Status": "ACTIVE",
        "Type": row.type,
        "TaxType": row.tax,
        "Class": _CLASSES[row.type],
        "EnablePaymentsToAccount": row.payments,
        "ShowInExpenseClaims": False,
        "ReportingCode": "",
        "HasAttachments": False,
        "AddToWatchlist": False,
        **(more or {}),
    }
    if row.system:
        record["SystemAccount"] = row.system
    books.add(place, record)
    books.keys[f"account/{row.code}"] = place
