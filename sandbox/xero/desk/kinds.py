"""The kinds of records that Xero serves: their paths, ids, paging, and the fields that a filter may name."""

from __future__ import annotations

from dataclasses import dataclass, field

_DOCUMENT = frozenset(
    {"Type", "Status", "Date", "Reference", "CurrencyCode", "CurrencyRate", "SubTotal", "TotalTax", "Total"}
    | {"UpdatedDateUTC", "Contact.ContactID", "Contact.Name"}
)
_CREDIT = _DOCUMENT | {"RemainingCredit"}


@dataclass(frozen=True)
class Kind:
    """`wrapper` is the name of the list in an answer; `scope` the part of a scope's name that opens the kind."""

    name: str
    id_field: str
    scope: str
    paged: bool = False
    wrapper: str = ""
    stamped: bool = True  # takes If-Modified-Since
    fields: frozenset[str] = field(default_factory=frozenset)

    @property
    def list_name(self) -> str:
        return self.wrapper or self.name


_ALL = (
    Kind("Organisation", "OrganisationID", "settings", wrapper="Organisations", stamped=False),
    Kind(
        "Accounts",
        "AccountID",
        "settings",
        fields=frozenset(
            {"AccountID", "Code", "Name", "Type", "Status", "Class", "SystemAccount", "TaxType", "CurrencyCode"}
            | {"EnablePaymentsToAccount", "UpdatedDateUTC"}
        ),
    ),
    Kind("TaxRates", "TaxType", "settings", stamped=False, fields=frozenset({"Name", "TaxType", "Status"})),
    Kind("Currencies", "Code", "settings", stamped=False, fields=frozenset({"Code", "Description"})),
    Kind("Items", "ItemID", "settings", fields=frozenset({"ItemID", "Code", "Name", "UpdatedDateUTC"})),
    Kind(
        "Contacts",
        "ContactID",
        "contacts",
        paged=True,
        fields=frozenset(
            {"ContactID", "Name", "EmailAddress", "ContactStatus", "AccountNumber", "ContactNumber", "UpdatedDateUTC"}
            | {"DefaultCurrency", "MergedToContactID"}
        ),
    ),
    Kind(
        "Invoices",
        "InvoiceID",
        "invoices",
        paged=True,
        fields=_DOCUMENT
        | {"InvoiceID", "InvoiceNumber", "DueDate", "AmountDue", "AmountPaid", "AmountCredited", "FullyPaidOnDate"},
    ),
    Kind("CreditNotes", "CreditNoteID", "invoices", paged=True, fields=_CREDIT | {"CreditNoteID", "CreditNoteNumber"}),
    Kind(
        "Payments",
        "PaymentID",
        "payments",
        paged=True,
        fields=frozenset(
            {"PaymentID", "Date", "Amount", "BankAmount", "Reference", "Status", "PaymentType", "IsReconciled"}
            | {"UpdatedDateUTC", "BatchPaymentID", "Invoice.InvoiceID", "Account.AccountID", "CurrencyRate"}
        ),
    ),
    Kind(
        "BatchPayments",
        "BatchPaymentID",
        "payments",
        fields=frozenset(
            {"BatchPaymentID", "Date", "Type", "Status", "TotalAmount", "Reference", "IsReconciled", "UpdatedDateUTC"}
            | {"Account.AccountID"}
        ),
    ),
    Kind("Overpayments", "OverpaymentID", "payments", paged=True, fields=_CREDIT | {"OverpaymentID"}),
    Kind("Prepayments", "PrepaymentID", "payments", paged=True, fields=_CREDIT | {"PrepaymentID"}),
    Kind(
        "BankTransactions",
        "BankTransactionID",
        "banktransactions",
        paged=True,
        fields=_DOCUMENT | {"BankTransactionID", "IsReconciled", "BankAccount.AccountID"},
    ),
    Kind(
        "BankTransfers",
        "BankTransferID",
        "banktransactions",
        fields=frozenset({"BankTransferID", "Date", "Amount", "Reference", "Status", "CreatedDateUTC"}),
    ),
)
KINDS: dict[str, Kind] = {kind.name: kind for kind in _ALL}
_BY_PATH = {name.lower(): kind for name, kind in KINDS.items()}


def kind_at(path: str) -> Kind | None:
    """The kind of a path segment; Xero does not mind its case."""
    return _BY_PATH.get(path.lower())


# What a full read of a reader's kinds counts.
COUNTED = tuple(name for name in KINDS if name != "Items")
CREDITS = ("CreditNotes", "Overpayments", "Prepayments")  # what can be allocated to an invoice
