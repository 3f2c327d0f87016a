"""How one record names another: the contact of a document, what a payment or an allocation stands on."""

from __future__ import annotations

from typing import Any

from sandbox.xero.desk.books import Books
from sandbox.xero.desk.wire import Record

EMBEDDED: dict[str, Any] = {
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
ID = {
    "Invoices": "InvoiceID",
    "CreditNotes": "CreditNoteID",
    "Overpayments": "OverpaymentID",
    "Prepayments": "PrepaymentID",
}


class Names:
    def __init__(self, books: Books) -> None:
        self.books = books

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

    def target(self, kind: str, record_id: str) -> Record:
        """What a payment or an allocation stands on, as an Invoice."""
        record = self.books.need(kind, record_id)
        return {
            "Type": _AS_INVOICE.get(record["Type"], record["Type"]),
            "InvoiceID": record_id,
            "InvoiceNumber": record.get(_NUMBER.get(kind, ""), "") or "",
            **EMBEDDED,
            "CurrencyCode": record["CurrencyCode"],
        }
