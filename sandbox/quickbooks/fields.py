"""The field names that a request may carry, by kind, as Intuit's schema spells them; any other name is refused (2010)."""

from __future__ import annotations

from sandbox.quickbooks.faults import Refusal
from sandbox.quickbooks.wire import Record

PROPERTY_UNKNOWN = "2010"
READ_ONLY = frozenset({"Id", "SyncToken", "MetaData", "domain", "sparse", "status", "LinkedTxn"})
_TXN = frozenset(
    [
        "DocNumber",
        "TxnDate",
        "DepartmentRef",
        "CurrencyRef",
        "ExchangeRate",
        "PrivateNote",
        "TxnStatus",
        "Line",
        "TxnTaxDetail",
        "TxnSource",
        "TransactionLocationType",
        "CustomField",
        "Tag",
        "RecurDataRef",
        "ProjectRef",
        "HomeTotalAmt",
        "TotalAmt",
        "GlobalTaxCalculation",
    ]
)
_FORM = _TXN | frozenset(
    [
        "AutoDocNumber",
        "CustomerRef",
        "CustomerMemo",
        "BillAddr",
        "ShipAddr",
        "FreeFormAddress",
        "ShipFromAddr",
        "RemitToRef",
        "ClassRef",
        "SalesTermRef",
        "DueDate",
        "SalesRepRef",
        "PONumber",
        "FOB",
        "ShipMethodRef",
        "ShipDate",
        "TrackingNum",
        "ApplyTaxAfterDiscount",
        "TemplateRef",
        "PrintStatus",
        "EmailStatus",
        "BillEmail",
        "BillEmailCc",
        "BillEmailBcc",
        "ARAccountRef",
        "Balance",
        "HomeBalance",
        "FinanceCharge",
        "PaymentMethodRef",
        "PaymentRefNum",
        "PaymentType",
        "CheckPayment",
        "CreditCardPayment",
        "DepositToAccountRef",
        "DeliveryInfo",
        "DiscountRate",
        "DiscountAmt",
        "TaxExemptionRef",
    ]
)
_BY_KIND = {
    "Invoice": _FORM
    | frozenset(
        [
            "Deposit",
            "AllowIPNPayment",
            "AllowOnlinePayment",
            "AllowOnlineCreditCardPayment",
            "AllowOnlineACHPayment",
            "AllowOnlinePayPalPayment",
            "EInvoiceStatus",
            "InvoiceLink",
        ]
    ),
    "CreditMemo": _FORM | {"RemainingCredit", "InvoiceRef"},
    "SalesReceipt": _FORM,
    "RefundReceipt": _FORM | {"RemainingCredit"},
    "Payment": _TXN
    | frozenset(
        [
            "CustomerRef",
            "RemitToRef",
            "ARAccountRef",
            "DepositToAccountRef",
            "PaymentMethodRef",
            "PaymentRefNum",
            "PaymentType",
            "CheckPayment",
            "CreditCardPayment",
            "UnappliedAmt",
            "ProcessPayment",
        ]
    ),
    "Deposit": _TXN | {"DepositToAccountRef", "CashBack"},
    "JournalEntry": _TXN | {"Adjustment", "HomeCurrencyAdjustment", "EnteredInHomeCurrency"},
    "Purchase": _TXN
    | frozenset(
        [
            "AccountRef",
            "PaymentMethodRef",
            "PaymentRefNum",
            "PaymentType",
            "CheckPayment",
            "CreditCardPayment",
            "EntityRef",
            "Credit",
            "RemitToAddr",
            "Memo",
            "PrintStatus",
        ]
    ),
    "Transfer": _TXN | {"FromAccountRef", "ToAccountRef", "Amount", "ClassRef"},
    "Customer": frozenset(
        [
            "Title",
            "GivenName",
            "MiddleName",
            "FamilyName",
            "Suffix",
            "FullyQualifiedName",
            "CompanyName",
            "DisplayName",
            "PrintOnCheckName",
            "Active",
            "PrimaryPhone",
            "AlternatePhone",
            "Mobile",
            "Fax",
            "PrimaryEmailAddr",
            "WebAddr",
            "DefaultTaxCodeRef",
            "Taxable",
            "BillAddr",
            "ShipAddr",
            "Notes",
            "Job",
            "BillWithParent",
            "ParentRef",
            "Level",
            "SalesTermRef",
            "PaymentMethodRef",
            "Balance",
            "BalanceWithJobs",
            "CurrencyRef",
            "IsProject",
            "PreferredDeliveryMethod",
            "ResaleNum",
            "ARAccountRef",
            "CustomerTypeRef",
            "OpenBalanceDate",
            "CreditLimit",
            "AcctNum",
            "ClientEntityId",
        ]
    ),
}


def check_fields(kind: str, body: Record) -> None:
    for name in body:
        if name not in READ_ONLY and name not in _BY_KIND[kind]:
            detail = f"Property Name:{name} specified is unsupported or invalid"
            raise Refusal(PROPERTY_UNKNOWN, detail, name)
