"""The resources of the Accounting API that stand here, and what differs between them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """`name` is the resource in paths and answers.

    paged: takes page and pageSize. modified: knows If-Modified-Since. stamp_text: has UpdatedDateUTCString. scope: the
    words between "accounting." and ".read". category: what its webhooks are called.
    """

    name: str
    id_field: str
    scope: str
    paged: bool = True
    modified: bool = True
    stamp_text: bool = False
    has_lines: bool = False
    number_field: str | None = None
    category: str | None = None


KINDS = {
    kind.name: kind
    for kind in (
        Kind("Organisation", "OrganisationID", "settings", paged=False, modified=False),
        Kind("Accounts", "AccountID", "settings", paged=False, number_field="Code"),
        Kind("TaxRates", "TaxType", "settings", paged=False, modified=False),
        Kind("Currencies", "Code", "settings", paged=False, modified=False),
        Kind("Contacts", "ContactID", "contacts", category="CONTACT"),
        Kind(
            "Invoices",
            "InvoiceID",
            "invoices",
            stamp_text=True,
            has_lines=True,
            number_field="InvoiceNumber",
            category="INVOICE",
        ),
        Kind(
            "CreditNotes",
            "CreditNoteID",
            "invoices",
            stamp_text=True,
            has_lines=True,
            number_field="CreditNoteNumber",
            category="CREDITNOTE",
        ),
        Kind("Payments", "PaymentID", "payments", stamp_text=True),
        Kind("BatchPayments", "BatchPaymentID", "payments", paged=False),
        Kind("Overpayments", "OverpaymentID", "payments", stamp_text=True, has_lines=True, category="OVERPAYMENT"),
        Kind("Prepayments", "PrepaymentID", "payments", stamp_text=True, has_lines=True, category="PREPAYMENT"),
        Kind("BankTransactions", "BankTransactionID", "banktransactions", has_lines=True),
        Kind("BankTransfers", "BankTransferID", "banktransactions", paged=False),
        Kind("Items", "ItemID", "settings", paged=False, number_field="Code"),
        Kind("ManualJournals", "ManualJournalID", "manualjournals"),
    )
}
SOURCES = ("CreditNotes", "Overpayments", "Prepayments")  # what can be allocated to invoices
BY_PATH = {name.lower(): kind for name, kind in KINDS.items()} | {"organisations": KINDS["Organisation"]}
