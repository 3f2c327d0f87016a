"""The entities that this stand-in keeps: which are names, which are transactions, and what a query may filter on."""

from __future__ import annotations

from dataclasses import dataclass

_STAMPS = ("MetaData.CreateTime", "MetaData.LastUpdatedTime")
_FORM = ("DocNumber", "TxnDate", "CustomerRef", "TotalAmt")


@dataclass(frozen=True)
class Kind:
    """`numbered` kinds draw their ids from the one sequence of transactions. `filters` leaves out Id and the stamps."""

    name: str
    filters: tuple[str, ...] = ()
    transaction: bool = False
    listed: bool = False  # a name that is deactivated and never deleted
    writable: bool = False
    voidable: bool = False
    cdc: bool = True
    queried: bool = True

    @property
    def path(self) -> str:
        return self.name.lower()

    @property
    def filterable(self) -> frozenset[str]:
        extra = ("Active",) if self.listed else ()
        return frozenset((*self.filters, *extra, "Id", *_STAMPS))


def _txn(name: str, *filters: str, voidable: bool = False) -> Kind:
    return Kind(name, filters, transaction=True, writable=True, voidable=voidable)


def _name(name: str, *filters: str, writable: bool = False, cdc: bool = True) -> Kind:
    return Kind(name, ("Name", *filters), listed=True, writable=writable, cdc=cdc)


_ALL = (
    Kind(
        "Customer",
        ("DisplayName", "GivenName", "FamilyName", "CompanyName", "FullyQualifiedName", "Balance", "PrintOnCheckName"),
        listed=True,
        writable=True,
    ),
    _txn("Invoice", *_FORM, "DueDate", "Balance", "SalesTermRef", voidable=True),
    _txn("CreditMemo", *_FORM, "Balance", voidable=True),
    _txn(
        "Payment",
        "PaymentRefNum",
        "TxnDate",
        "CustomerRef",
        "TotalAmt",
        "UnappliedAmt",
        "DepositToAccountRef",
        "CurrencyRef",
        "PaymentMethodRef",
        voidable=True,
    ),
    _txn("Deposit", "DocNumber", "TxnDate", "TotalAmt", "DepositToAccountRef"),
    _txn("SalesReceipt", *_FORM, "Balance", "PaymentRefNum", "DepositToAccountRef", voidable=True),
    _txn("RefundReceipt", *_FORM, "Balance", "PaymentRefNum", "DepositToAccountRef", voidable=True),
    _txn("JournalEntry", "DocNumber", "TxnDate", "TotalAmt"),
    _txn("Purchase", "DocNumber", "TxnDate", "TotalAmt", "PaymentType", "AccountRef", "EntityRef", voidable=True),
    _txn("Transfer", "TxnDate", "Amount", "FromAccountRef", "ToAccountRef", voidable=True),
    _name("Account", "AccountType", "AccountSubType", "Classification", "FullyQualifiedName", "CurrentBalance"),
    _name("Item", "Type", "Sku", "FullyQualifiedName"),
    _name("Term", "Type"),
    _name("PaymentMethod", "Type"),
    _name("TaxCode", cdc=False),
    _name("TaxRate", cdc=False),
    _name("CompanyCurrency", "Code"),
    Kind("ExchangeRate", ("SourceCurrencyCode", "TargetCurrencyCode", "AsOfDate")),
    Kind("Preferences"),
    Kind("CompanyInfo", ("CompanyName", "LegalName")),
)
KINDS = {kind.name: kind for kind in _ALL}
BY_PATH = {kind.path: kind for kind in _ALL}
TRANSACTIONS = tuple(kind.name for kind in _ALL if kind.transaction)
