"""The field names that a request may carry, by kind, as Intuit's schema spells them; any other name is refused (2010)."""

from __future__ import annotations

from sandbox.quickbooks.faults import Refusal
from sandbox.quickbooks.wire import Record

PROPERTY_UNKNOWN = "2010"


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


READ_ONLY = _names("Id SyncToken MetaData domain sparse status LinkedTxn")
_TXN = _names(
    """DocNumber TxnDate DepartmentRef CurrencyRef ExchangeRate PrivateNote TxnStatus Line TxnTaxDetail TxnSource
    TransactionLocationType CustomField Tag RecurDataRef ProjectRef HomeTotalAmt TotalAmt GlobalTaxCalculation
    AttachableRef"""
)
_FORM = _TXN | _names(
    """AutoDocNumber CustomerRef CustomerMemo BillAddr ShipAddr FreeFormAddress ShipFromAddr RemitToRef ClassRef
    SalesTermRef DueDate SalesRepRef PONumber FOB ShipMethodRef ShipDate TrackingNum ApplyTaxAfterDiscount TemplateRef
    PrintStatus EmailStatus BillEmail BillEmailCc BillEmailBcc ARAccountRef Balance HomeBalance FinanceCharge
    PaymentMethodRef PaymentRefNum PaymentType CheckPayment CreditCardPayment DepositToAccountRef DeliveryInfo
    DiscountRate DiscountAmt TaxExemptionRef"""
)
_BY_KIND = {
    "Invoice": _FORM
    | _names(
        """Deposit AllowIPNPayment AllowOnlinePayment AllowOnlineCreditCardPayment AllowOnlineACHPayment
        AllowOnlinePayPalPayment EInvoiceStatus InvoiceLink"""
    ),
    "CreditMemo": _FORM | _names("RemainingCredit InvoiceRef"),
    "SalesReceipt": _FORM,
    "RefundReceipt": _FORM | _names("RemainingCredit"),
    "Payment": _TXN
    | _names(
        """CustomerRef RemitToRef ARAccountRef DepositToAccountRef PaymentMethodRef PaymentRefNum PaymentType
        CheckPayment CreditCardPayment UnappliedAmt ProcessPayment TaxExemptionRef"""
    ),
    "Deposit": _TXN | _names("DepositToAccountRef CashBack"),
    "JournalEntry": _TXN | _names("Adjustment HomeCurrencyAdjustment EnteredInHomeCurrency"),
    "Purchase": _TXN
    | _names(
        """AccountRef PaymentMethodRef PaymentRefNum PaymentType CheckPayment CreditCardPayment EntityRef Credit
        RemitToAddr Memo PrintStatus PurchaseEx"""
    ),
    "Transfer": _TXN | _names("FromAccountRef ToAccountRef Amount ClassRef"),
    "Customer": _names(
        """Title GivenName MiddleName FamilyName Suffix FullyQualifiedName CompanyName DisplayName PrintOnCheckName
        Active PrimaryPhone AlternatePhone Mobile Fax PrimaryEmailAddr WebAddr DefaultTaxCodeRef Taxable BillAddr
        ShipAddr Notes Job BillWithParent ParentRef Level SalesTermRef PaymentMethodRef Balance BalanceWithJobs
        CurrencyRef IsProject PreferredDeliveryMethod ResaleNum ARAccountRef CustomerTypeRef OpenBalanceDate
        CreditLimit AcctNum ClientEntityId PrimaryTaxIdentifier"""
    ),
}


def check_fields(kind: str, body: Record) -> None:
    for name in body:
        if name not in READ_ONLY and name not in _BY_KIND[kind]:
            detail = f"Property Name:{name} specified is unsupported or invalid"
            raise Refusal(PROPERTY_UNKNOWN, detail, name)
