"""The records as a caller sees them: dates and stamps in Xero's writing, with what stands on them and whom they name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sandbox.xero.desk.books import Allocation, Books
from sandbox.xero.desk.receivables import balances
from sandbox.xero.desk.settle import live_allocations, live_payments
from sandbox.xero.desk.wire import Record, stamp_text, wire_day, wire_stamp

_EMBEDDED: dict[str, Any] = {
    "Payments": [],
    "CreditNotes": [],
    "Prepayments": [],
    "Overpayments": [],
    "HasErrors": False,
    "IsDiscounted": False,
}
# As an invoice is typed where a payment or an allocation stands on something that is no invoice.
_AS_INVOICE = {
    "RECEIVE-OVERPAYMENT": "AROVERPAYMENT",
    "SPEND-OVERPAYMENT": "APOVERPAYMENT",
    "RECEIVE-PREPAYMENT": "ARPREPAYMENT",
    "SPEND-PREPAYMENT": "APPREPAYMENT",
}
_NUMBER = {"Invoices": "InvoiceNumber", "CreditNotes": "CreditNoteNumber"}
_ID = {
    "Invoices": "InvoiceID",
    "CreditNotes": "CreditNoteID",
    "Overpayments": "OverpaymentID",
    "Prepayments": "PrepaymentID",
}
_COMPUTED = frozenset(
    {"LineItems", "Payments", "CreditNotes", "Prepayments", "Overpayments"}
    | {"AmountDue", "AmountPaid", "AmountCredited", "FullyPaidOnDate"}
)


class Views:
    """`view(kind, record)` is a whole answer; `brief` the same without its lines, `summary` the light form."""

    def __init__(self, books: Books) -> None:
        self.books = books
        self._makers: dict[str, Callable[[Record], Record]] = {
            "Organisation": self._organisation,
            "Accounts": self._account,
            "TaxRates": self._tax_rate,
            "Currencies": lambda held: {"Code": held["Code"], "Description": held["Description"]},
            "Items": self._item,
            "Contacts": self._contact,
            "Invoices": self._invoice,
            "CreditNotes": self._credit_note,
            "Payments": self._payment,
            "BatchPayments": self._batch,
            "Overpayments": lambda held: self._prepaid("Overpayments", held),
            "Prepayments": lambda held: self._prepaid("Prepayments", held),
            "BankTransactions": self._bank_transaction,
            "BankTransfers": self._transfer,
        }

    def view(self, kind: str, record: Record) -> Record:
        return self._makers[kind](record)

    def brief(self, kind: str, record: Record) -> Record:
        seen = self.view(kind, record)
        return {**seen, "LineItems": []} if "LineItems" in seen else seen

    def summary(self, kind: str, record: Record) -> Record:
        """Without lines, payments and whatever else Xero must work out."""
        seen = self.view(kind, record)
        if kind == "Contacts":
            return {name: value for name, value in seen.items() if name != "Balances"}
        return {name: value for name, value in seen.items() if name not in _COMPUTED}

    def allocation(self, one: Allocation) -> Record:
        return {
            "AllocationID": one.id,
            "Amount": one.amount,
            "Date": wire_day(one.on),
            "Invoice": self._target("Invoices", one.invoice),
            "IsDeleted": one.deleted,
        }

    # -- settings and names -------------------------------------------------------------------------------------------

    def _organisation(self, held: Record) -> Record:
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

    def _account(self, held: Record) -> Record:
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

    @staticmethod
    def _tax_rate(held: Record) -> Record:
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

    @staticmethod
    def _item(held: Record) -> Record:
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

    def _contact(self, held: Record) -> Record:
        seen = {
            "ContactID": held["ContactID"],
            "ContactStatus": held["ContactStatus"],
            "Name": held["Name"],
            "EmailAddress": held.get("EmailAddress") or "",
            "BankAccountDetails": "",
            "Addresses": [{"AddressType": "STREET", "City": ""}, {"AddressType": "POBOX", "City": ""}],
            "Phones": [],
            "UpdatedDateUTC": wire_stamp(held["UpdatedDateUTC"]),
            "ContactGroups": [],
            "ContactPersons": [],
            **balances(self.books, held["ContactID"]),
            "HasAttachments": False,
            "HasValidationErrors": False,
        }
        for name in ("AccountNumber", "ContactNumber", "MergedToContactID", "DefaultCurrency"):
            if held.get(name):
                seen[name] = held[name]
        return seen

    # -- documents ----------------------------------------------------------------------------------------------------

    def _invoice(self, held: Record) -> Record:
        books, key = self.books, held["InvoiceID"]
        credits_ = live_allocations(books.allocations_on.get(key, []))
        seen = {
            "Type": held["Type"],
            "InvoiceID": key,
            "InvoiceNumber": held.get("InvoiceNumber") or "",
            "Reference": held.get("Reference") or "",
            "Payments": [self._payment_on(one) for one in live_payments(books, key)],
            "CreditNotes": [self._credit_on(one) for one in credits_ if one.kind == "CreditNotes"],
            "Prepayments": [self._credit_on(one) for one in credits_ if one.kind == "Prepayments"],
            "Overpayments": [self._credit_on(one) for one in credits_ if one.kind == "Overpayments"],
            "AmountDue": held["AmountDue"],
            "AmountPaid": held["AmountPaid"],
            "AmountCredited": held["AmountCredited"],
            "SentToContact": held.get("SentToContact", False),
            "HasErrors": False,
            "IsDiscounted": False,
            "HasAttachments": False,
            **self._common(held),
        }
        if held.get("DueDate"):
            seen["DueDate"] = wire_day(held["DueDate"])
        if held.get("Url"):
            seen["Url"] = held["Url"]
        if held.get("FullyPaidOnDate"):
            seen["FullyPaidOnDate"] = wire_day(held["FullyPaidOnDate"])
        return seen

    def _credit_note(self, held: Record) -> Record:
        seen = {
            "CreditNoteID": held["CreditNoteID"],
            "CreditNoteNumber": held.get("CreditNoteNumber") or "",
            "HasErrors": False,
            "SentToContact": False,
            **self._credit("CreditNotes", held),
        }
        if held.get("FullyPaidOnDate"):
            seen["FullyPaidOnDate"] = wire_day(held["FullyPaidOnDate"])
        return seen

    def _prepaid(self, kind: str, held: Record) -> Record:
        return {_ID[kind]: held[_ID[kind]], **self._credit(kind, held)}

    def _credit(self, kind: str, held: Record) -> Record:
        books, key = self.books, held[_ID[kind]]
        allocations = live_allocations(books.allocations_of.get(key, []))
        return {
            "Type": held["Type"],
            "Reference": held.get("Reference") or "",
            "RemainingCredit": held["RemainingCredit"],
            "Allocations": [self.allocation(one) for one in allocations],
            "Payments": [self._payment_on(one) for one in live_payments(books, key)],
            "HasAttachments": False,
            **self._common(held),
        }

    def _common(self, held: Record) -> Record:
        return {
            "Contact": self.contact_ref(held["ContactID"]),
            "Date": wire_day(held["Date"]),
            "Status": held["Status"],
            "LineAmountTypes": held["LineAmountTypes"],
            "LineItems": held["LineItems"],
            "SubTotal": held["SubTotal"],
            "TotalTax": held["TotalTax"],
            "Total": held["Total"],
            "UpdatedDateUTC": wire_stamp(held["UpdatedDateUTC"]),
            "UpdatedDateUTCString": stamp_text(held["UpdatedDateUTC"]),
            "CurrencyCode": held["CurrencyCode"],
            "CurrencyRate": held["CurrencyRate"],
        }

    @staticmethod
    def _payment_on(payment: Record) -> Record:
        seen = {
            "PaymentID": payment["PaymentID"],
            "Date": wire_day(payment["Date"]),
            "Amount": payment["Amount"],
            "CurrencyRate": payment["CurrencyRate"],
            "HasAccount": False,
            "HasValidationErrors": False,
        }
        if payment["Reference"]:
            seen["Reference"] = payment["Reference"]
        if payment["BatchPaymentID"]:
            seen["BatchPaymentID"] = payment["BatchPaymentID"]
        return seen

    def _credit_on(self, one: Allocation) -> Record:
        credit = self.books.need(one.kind, one.source)
        seen = {
            _ID[one.kind]: one.source,
            "AppliedAmount": one.amount,
            "Date": wire_day(credit["Date"]),
            "Total": credit["Total"],
            "CurrencyRate": credit["CurrencyRate"],
            "LineItems": [],
        }
        if one.kind == "CreditNotes":
            seen |= {"CreditNoteNumber": credit.get("CreditNoteNumber") or "", "HasErrors": False}
        return seen

    # -- money --------------------------------------------------------------------------------------------------------

    def _payment(self, held: Record) -> Record:
        account = self.books.need("Accounts", held["AccountID"])
        target = self._target(held["TargetKind"], held["TargetID"])
        document = self.books.need(held["TargetKind"], held["TargetID"])
        contact = {**self.contact_ref(document["ContactID"]), "ContactNumber": ""}
        seen: Record = {
            "PaymentID": held["PaymentID"],
            "Date": wire_day(held["Date"]),
            "BankAmount": held["BankAmount"],
            "Amount": held["Amount"],
            "Reference": held["Reference"] or "",
            "CurrencyRate": held["CurrencyRate"],
            "PaymentType": held["PaymentType"],
            "Status": held["Status"],
            "UpdatedDateUTC": wire_stamp(held["UpdatedDateUTC"]),
            "UpdatedDateUTCString": stamp_text(held["UpdatedDateUTC"]),
            "HasAccount": True,
            "IsReconciled": held["IsReconciled"],
            "Account": {"AccountID": account["AccountID"], "Code": account["Code"]},
            "Invoice": {**target, "Contact": contact, "LineItems": []},
            "HasValidationErrors": False,
        }
        batch = self.books.get("BatchPayments", held["BatchPaymentID"]) if held["BatchPaymentID"] else None
        if batch is not None:
            seen["BatchPaymentID"] = held["BatchPaymentID"]
            seen["BatchPayment"] = {
                "Account": {"AccountID": account["AccountID"]},
                "BatchPaymentID": batch["BatchPaymentID"],
                "Date": wire_day(batch["Date"]),
                "Type": batch["Type"],
                "Status": batch["Status"],
                "TotalAmount": batch["TotalAmount"],
                "UpdatedDateUTC": wire_stamp(batch["UpdatedDateUTC"]),
                "IsReconciled": batch["IsReconciled"],
            }
        return seen

    def _batch(self, held: Record) -> Record:
        account = self.books.need("Accounts", held["AccountID"])
        seen = {
            "Account": {"AccountID": account["AccountID"], "CurrencyCode": account.get("CurrencyCode", "")},
            "BatchPaymentID": held["BatchPaymentID"],
            "DateString": f"{held['Date']}T00:00:00",
            "Date": wire_day(held["Date"]),
            "Payments": [self._batched(key) for key in held["PaymentIDs"]],
            "Type": held["Type"],
            "Status": held["Status"],
            "TotalAmount": held["TotalAmount"],
            "UpdatedDateUTC": wire_stamp(held["UpdatedDateUTC"]),
            "IsReconciled": held["IsReconciled"],
        }
        for name in ("Reference", "Details", "Narrative"):
            if held.get(name):
                seen[name] = held[name]
        return seen

    def _batched(self, payment_id: str) -> Record:
        payment = self.books.need("Payments", payment_id)
        invoice = self.books.need("Invoices", payment["TargetID"])
        named = {"InvoiceID": invoice["InvoiceID"], "CurrencyCode": invoice["CurrencyCode"]}
        return {
            "Invoice": {**named, **_EMBEDDED, "LineItems": []},
            "PaymentID": payment_id,
            "Amount": payment["Amount"],
            "BankAmount": payment["BankAmount"],
        }

    def _bank_transaction(self, held: Record) -> Record:
        account = self.books.need("Accounts", held["BankAccountID"])
        seen = {
            "BankTransactionID": held["BankTransactionID"],
            "BankAccount": {"AccountID": account["AccountID"], "Code": account["Code"], "Name": account["Name"]},
            "Type": held["Type"],
            "Reference": held.get("Reference") or "",
            "IsReconciled": held["IsReconciled"],
            "HasAttachments": False,
            "Date": wire_day(held["Date"]),
            "Status": held["Status"],
            "LineAmountTypes": held["LineAmountTypes"],
            "LineItems": held["LineItems"],
            "SubTotal": held["SubTotal"],
            "TotalTax": held["TotalTax"],
            "Total": held["Total"],
            "UpdatedDateUTC": wire_stamp(held["UpdatedDateUTC"]),
            "CurrencyCode": held["CurrencyCode"],
        }
        if held["CurrencyCode"] != self.books.home:
            seen["CurrencyRate"] = held["CurrencyRate"]
        if held.get("ContactID"):
            seen["Contact"] = self.contact_ref(held["ContactID"])
        for name in ("PrepaymentID", "OverpaymentID", "Url"):
            if held.get(name):
                seen[name] = held[name]
        return seen

    def _transfer(self, held: Record) -> Record:
        sides = {name: self.books.need("Accounts", held[f"{name}ID"]) for name in ("FromBankAccount", "ToBankAccount")}
        seen: Record = {
            name: {"AccountID": account["AccountID"], "Code": account["Code"], "Name": account["Name"]}
            for name, account in sides.items()
        }
        copied: tuple[str, ...] = (
            "BankTransferID",
            "Amount",
            "CurrencyRate",
            "FromBankTransactionID",
            "ToBankTransactionID",
        )
        copied += ("FromIsReconciled", "ToIsReconciled", "Status")
        seen |= {name: held[name] for name in copied}
        return seen | {
            "Date": wire_day(held["Date"]),
            "Reference": held["Reference"] or "",
            "HasAttachments": False,
            "CreatedDateUTC": wire_stamp(held["CreatedDateUTC"]),
            "FromTracking": [],
            "ToTracking": [],
        }

    # -- names in other records ---------------------------------------------------------------------------------------

    def contact_ref(self, contact_id: str) -> Record:
        return {
            "ContactID": contact_id,
            "Name": self.books.need("Contacts", contact_id)["Name"],
            "Addresses": [],
            "Phones": [],
            "ContactGroups": [],
            "ContactPersons": [],
            "HasValidationErrors": False,
        }

    def _target(self, kind: str, record_id: str) -> Record:
        """What a payment or an allocation stands on, as an Invoice."""
        record = self.books.need(kind, record_id)
        return {
            "Type": _AS_INVOICE.get(record["Type"], record["Type"]),
            "InvoiceID": record_id,
            "InvoiceNumber": record.get(_NUMBER.get(kind, ""), "") or "",
            **_EMBEDDED,
            "CurrencyCode": record["CurrencyCode"],
        }
