"""A new company's own records: accounts, items, terms, tax, methods of payment, currencies, preferences, company info."""

from __future__ import annotations

from decimal import Decimal

from sandbox.quickbooks.books import Books
from sandbox.quickbooks.wire import ZERO, Record, currency_ref, ref

_ASSET, _LIABILITY, _EQUITY, _REVENUE, _EXPENSE = "Asset", "Liability", "Equity", "Revenue", "Expense"

# role, name, type, subtype, classification
_ACCOUNTS = (
    ("bank", "Checking", "Bank", "Checking", _ASSET),
    ("undeposited", "Undeposited Funds", "Other Current Asset", "UndepositedFunds", _ASSET),
    ("clearing", "Stripe Clearing", "Bank", "CashOnHand", _ASSET),
    ("withheld", "Tax Withheld By Customers", "Other Current Asset", "OtherCurrentAssets", _ASSET),
    ("disputed", "Disputed Funds", "Other Current Asset", "OtherCurrentAssets", _ASSET),
    ("reserve", "Stripe Reserve", "Other Current Asset", "OtherCurrentAssets", _ASSET),
    ("tax", "Sales Tax Payable", "Other Current Liability", "SalesTaxPayable", _LIABILITY),
    ("opening", "Opening Balance Equity", "Equity", "OpeningBalanceEquity", _EQUITY),
    ("income", "Sales of Product Income", "Income", "SalesOfProductIncome", _REVENUE),
    ("other_income", "Other Income", "Other Income", "OtherMiscellaneousIncome", _REVENUE),
    ("fees", "Stripe Fees", "Expense", "BankCharges", _EXPENSE),
    ("expense", "Office Expenses", "Expense", "OfficeGeneralAdministrativeExpenses", _EXPENSE),
    ("bad_debt", "Bad Debts", "Expense", "BadDebts", _EXPENSE),
    ("exchange", "Exchange Gain or Loss", "Other Expense", "ExchangeGainOrLoss", _EXPENSE),
)
_TERMS = (("Due on receipt", 0), ("Net 15", 15), ("Net 30", 30), ("Net 60", 60))
_METHODS = (
    ("Cash", "NON_CREDIT_CARD"),
    ("Check", "NON_CREDIT_CARD"),
    ("Visa", "CREDIT_CARD"),
    ("MasterCard", "CREDIT_CARD"),
    ("American Express", "CREDIT_CARD"),
    ("Bank transfer", "NON_CREDIT_CARD"),
    ("Stripe", "NON_CREDIT_CARD"),
)
TAX_PERCENT = {"GB": Decimal(20), "IE": Decimal(23), "AU": Decimal(10), "NZ": Decimal(15), "CA": Decimal(5)}
TAX_PERCENT_ELSEWHERE = Decimal(8)


def found_company(books: Books, at: int) -> None:
    """Writes what every company has on its first day, stamped `at`."""
    _accounts(books, at)
    _lists(books, at)
    _tax(books, at)
    for code in books.company.currencies:
        if code != books.home:
            name = currency_ref(code)["name"]
            books.add("CompanyCurrency", {"Code": code, "Name": name, "Active": True}, at)
    _about(books, at)


def tax_percent(books: Books) -> Decimal:
    return TAX_PERCENT.get(books.company.country, TAX_PERCENT_ELSEWHERE)


def account(books: Books, role: str) -> Record:
    """A reference to the account of a role."""
    record = books.need("Account", books.roles[role])
    return ref(record["Id"], record["Name"])


def receivable_account(books: Books, currency: str) -> Record:
    return account(books, f"ar:{currency}")


def _accounts(books: Books, at: int) -> None:
    for code in dict.fromkeys((books.home, *books.company.currencies)):
        name = "Accounts Receivable (A/R)" if code == books.home else f"Accounts Receivable (A/R) - {code}"
        _account(books, at, (f"ar:{code}", name, "Accounts Receivable", "AccountsReceivable", _ASSET), code)
    for row in _ACCOUNTS:
        _account(books, at, row, books.home)
    for code in books.company.settles:
        _account(books, at, (f"bank:{code}", f"{code} Account", "Bank", "Checking", _ASSET), code)
        _account(books, at, (f"clearing:{code}", f"Stripe Clearing {code}", "Bank", "CashOnHand", _ASSET), code)


def _account(books: Books, at: int, row: tuple[str, str, str, str, str], code: str) -> None:
    role, name, kind, subtype, classification = row
    record = {
        "Name": name,
        "SubAccount": False,
        "FullyQualifiedName": name,
        "Active": True,
        "Classification": classification,
        "AccountType": kind,
        "AccountSubType": subtype,
        "CurrentBalance": ZERO,
        "CurrentBalanceWithSubAccounts": ZERO,
        "CurrencyRef": currency_ref(code),
    }
    books.roles[role] = books.add("Account", record, at)["Id"]


def _lists(books: Books, at: int) -> None:
    for name in ("Services", "Goods"):
        item = {
            "Name": name,
            "FullyQualifiedName": name,
            "Active": True,
            "Taxable": True,
            "UnitPrice": ZERO,
            "Type": "Service" if name == "Services" else "NonInventory",
            "IncomeAccountRef": account(books, "income"),
        }
        books.roles.setdefault("item", books.add("Item", item, at)["Id"])
    for name, days in _TERMS:
        books.roles[f"term:{days}"] = books.add(
            "Term", {"Name": name, "Active": True, "Type": "STANDARD", "DueDays": days}, at
        )["Id"]
    for name, shape in _METHODS:
        method = books.add("PaymentMethod", {"Name": name, "Active": True, "Type": shape}, at)
        books.roles[f"method:{name.lower()}"] = method["Id"]


def _tax(books: Books, at: int) -> None:
    percent = tax_percent(books)
    rate: Record = {
        "Name": "Sales tax" if books.company.country == "US" else "Standard rate",
        "Description": "Sales tax on what we sell",
        "Active": True,
        "RateValue": percent,
        "AgencyRef": ref("1"),
        "SpecialTaxType": "NONE",
        "DisplayType": "ReadOnly",
    }
    books.roles["tax_rate"] = rate_id = books.add("TaxRate", rate, at)["Id"]
    detail = {"TaxRateRef": ref(rate_id, rate["Name"]), "TaxTypeApplicable": "TaxOnAmount", "TaxOrder": 0}
    codes = ("TAX", "NON") if books.company.country == "US" else (None, None)
    for code, (name, taxable) in zip(codes, (("TAX", True), ("NON", False)), strict=True):
        record = {
            "Name": name if code else (f"{percent.normalize():f}% S" if taxable else "No tax"),
            "Description": name if code else "",
            "Active": True,
            "Taxable": taxable,
            "TaxGroup": not code,
            "SalesTaxRateList": {"TaxRateDetail": [detail] if taxable and not code else []},
            "PurchaseTaxRateList": {"TaxRateDetail": []},
        }
        written = books.add("TaxCode", record, at, record_id=code)
        books.roles["tax_code" if taxable else "tax_free_code"] = written["Id"]


def _about(books: Books, at: int) -> None:
    company = books.company
    info = {
        "CompanyName": company.name,
        "LegalName": company.name,
        "CompanyAddr": {"Id": "1", "Line1": "1 High Street", "Country": company.country},
        "CompanyStartDate": "2020-01-01",
        "FiscalYearStartMonth": "January",
        "Country": company.country,
        "SupportedLanguages": "en",
        "NameValue": [
            {"Name": "SubscriptionStatus", "Value": "SUBSCRIBED"},
            {"Name": "OfferingSku", "Value": "QuickBooks Online Plus"},
            {"Name": "CompanyType", "Value": "Other"},
        ],
    }
    books.add("CompanyInfo", info, at, record_id="1")
    accounting = {
        "UseAccountNumbers": False,
        "TrackDepartments": False,
        "ClassTrackingPerTxn": False,
        "ClassTrackingPerTxnLine": False,
        "FirstMonthOfFiscalYear": "January",
        "TaxYearMonth": "January",
        "CustomerTerminology": "Customers",
        **({"BookCloseDate": company.lock_date.isoformat()} if company.lock_date else {}),
    }
    preferences = {
        "AccountingInfoPrefs": accounting,
        "SalesFormsPrefs": {
            "CustomTxnNumbers": True,
            "AllowDeposit": True,
            "AllowDiscount": False,
            "AutoApplyCredit": False,
            "AutoApplyPayments": False,
        },
        "TaxPrefs": {"UsingSalesTax": True, "PartnerTaxEnabled": False},
        "CurrencyPrefs": {
            "MultiCurrencyEnabled": books.multicurrency,
            "HomeCurrency": {"value": books.home},
        },
        "ReportPrefs": {"ReportBasis": "Accrual", "CalcAgingReportFromTxnDate": False},
    }
    books.add("Preferences", preferences, at, record_id="1")
