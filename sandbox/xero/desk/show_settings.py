"""The organisation, its accounts, tax rates, currencies and items as a caller sees them."""

from __future__ import annotations

from sandbox.xero.desk.wire import Record, wire_day, wire_stamp


def organisation(held: Record) -> Record:
    seen = {
        "Name": held["Name"],
        "LegalName": held["LegalName"],
        "PaysTax": True,
        "Version": held["Version"],
        "OrganisationType": "COMPANY",
        "BaseCurrency": held["BaseCurrency"],
        "CountryCode": held["CountryCode"],
        "IsDemoCompany": False,
        "OrganisationStatus": "ACTIVE",
        "FinancialYearEndDay": 31,
        "FinancialYearEndMonth": 3,
        "SalesTaxBasis": "ACCRUALS",
        "SalesTaxPeriod": "QUARTERLY",
        "DefaultSalesTax": "Tax Exclusive",
        "DefaultPurchasesTax": "Tax Exclusive",
        "CreatedDateUTC": wire_stamp(held["CreatedDateUTC"]),
        "OrganisationEntityType": "COMPANY",
        "Timezone": held["Timezone"],
        "ShortCode": "!" + held["OrganisationID"].replace("-", "")[:5],
        "OrganisationID": held["OrganisationID"],
        "Edition": "BUSINESS",
        "Class": "PREMIUM",
        "Addresses": [],
        "Phones": [],
        "ExternalLinks": [],
        "PaymentTerms": {},
    }
    for name in ("PeriodLockDate", "EndOfYearLockDate"):
        if held[name]:
            seen[name] = wire_day(held[name])
    return seen


def account(held: Record) -> Record:
    names = ("AccountID", "Code", "Name", "Status", "Type", "TaxType", "Class", "EnablePaymentsToAccount")
    seen: Record = {name: held[name] for name in names}
    seen |= {
        "ShowInExpenseClaims": False,
        "BankAccountType": "",
        "ReportingCode": held["Class"][:3],
        "ReportingCodeName": held["Class"].title(),
        "HasAttachments": False,
        "AddToWatchlist": False,
        "UpdatedDateUTC": wire_stamp(held["UpdatedDateUTC"]),
    }
    if held["Type"] == "BANK":
        seen |= {"BankAccountType": "BANK"}
        seen |= {name: held[name] for name in ("BankAccountNumber", "CurrencyCode")}
    if held["SystemAccount"]:
        seen["SystemAccount"] = held["SystemAccount"]
    return seen


def tax_rate(held: Record) -> Record:
    sales = held["ReportTaxType"] != "INPUT"
    part = {"Name": "VAT", "Rate": held["Rate"], "IsCompound": False, "IsNonRecoverable": False}
    return {
        "Name": held["Name"],
        "TaxType": held["TaxType"],
        "ReportTaxType": held["ReportTaxType"],
        "CanApplyToAssets": True,
        "CanApplyToEquity": True,
        "CanApplyToExpenses": not sales,
        "CanApplyToLiabilities": True,
        "CanApplyToRevenue": sales,
        "DisplayTaxRate": held["Rate"],
        "EffectiveRate": held["Rate"],
        "Status": held["Status"],
        "TaxComponents": [part],
    }


def item(held: Record) -> Record:
    return {
        "ItemID": held["ItemID"],
        "Code": held["Code"],
        "Name": held["Name"],
        "IsSold": True,
        "IsPurchased": False,
        "IsTrackedAsInventory": False,
        "SalesDetails": {"UnitPrice": held["UnitPrice"], "AccountCode": "200", "TaxType": "OUTPUT2"},
        "UpdatedDateUTC": wire_stamp(held["UpdatedDateUTC"]),
    }


def currency(held: Record) -> Record:
    return {"Code": held["Code"], "Description": held["Description"]}
