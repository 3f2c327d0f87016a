"""The field names that a request may carry, by kind, as Intuit's schema spells them; any other name is refused (2010)."""

from __future__ import annotations

from sandbox.quickbooks.faults import Refusal
from sandbox.quickbooks.wire import Record

PROPERTY_UNKNOWN = "2010"


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_LISTS = _names("Line LinkedTxn TaxLine")
_OBJECTS = _names("Entity CashBack")
_PLAIN = _names(
    """Id SyncToken DocNumber TxnDate DueDate PrivateNote PaymentRefNum PaymentType DetailType PostingType DisplayName
    CompanyName TxnId TxnType TxnLineId Description Type"""
)
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
    """Refuse a name that the kind does not have, and a value of another shape than its name asks for."""
    for name in body:
        if name not in READ_ONLY and name not in _BY_KIND[kind]:
            raise _unsupported(name)
    _check_shapes(body)


def _check_shapes(body: Record) -> None:
    for name, value in body.items():
        if value is None:
            continue
        if name in _LISTS:
            if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
                raise _unsupported(name)
            for one in value:
                _check_shapes(one)
        elif name.endswith("Detail") or name in _OBJECTS:
            if not isinstance(value, dict):
                raise _unsupported(name)
            _check_shapes(value)
        elif name.endswith("Ref"):
            if not isinstance(value, str | dict):
                raise _unsupported(name)
        elif name in _PLAIN and isinstance(value, list | dict):
            raise _unsupported(name)


def _unsupported(name: str) -> Refusal:
    return Refusal(PROPERTY_UNKNOWN, f"Property Name:{name} specified is unsupported or invalid", name)
