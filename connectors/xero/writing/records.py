"""Which of Xero's records a shaped entry becomes, and how our marker is found in one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ledger.entry import Entry, EntryKind, LineRole

PAYMENTS = "Payments"
BATCHES = "BatchPayments"
MOVED = "BankTransactions"
TRANSFERS = "BankTransfers"
NOTES = "CreditNotes"
INVOICES = "Invoices"
OVERPAYMENTS = "Overpayments"
PREPAYMENTS = "Prepayments"
ALLOCATIONS = "Allocations"

ID_FIELDS = {
    PAYMENTS: "PaymentID", BATCHES: "BatchPaymentID", MOVED: "BankTransactionID", TRANSFERS: "BankTransferID",
    NOTES: "CreditNoteID", INVOICES: "InvoiceID", OVERPAYMENTS: "OverpaymentID", PREPAYMENTS: "PrepaymentID",
    ALLOCATIONS: "AllocationID",
}  # fmt: skip
SOURCES = {"credit_note": NOTES, "overpayment": OVERPAYMENTS, "prepayment": PREPAYMENTS}
"""What can be allocated or paid back, in the ledger's words and in Xero's."""

_MARKER = re.compile(r"\bT[0-9A-HJKMNP-TV-Z]{15}\b")
_KINDS = {
    EntryKind.SPEND: MOVED, EntryKind.RECEIVE: MOVED, EntryKind.TRANSFER: TRANSFERS, EntryKind.ALLOCATION: ALLOCATIONS,
    EntryKind.CREDIT_NOTE: NOTES, EntryKind.REFUND: PAYMENTS, EntryKind.INVOICE: INVOICES,
}  # fmt: skip


def written_as(entry: Entry) -> str:
    """The resource that a shaped entry is written to. KeyError for an entry that was never shaped."""
    if entry.kind is not EntryKind.RECEIPT:
        return _KINDS[entry.kind]
    if is_overpayment(entry):
        return MOVED
    return PAYMENTS if len(entry.lines) == 1 else BATCHES


def is_overpayment(entry: Entry) -> bool:
    """A shaped receipt whose whole amount is the customer's credit."""
    return entry.kind is EntryKind.RECEIPT and any(line.role is LineRole.UNAPPLIED for line in entry.lines)


def markers(record: Mapping[str, Any]) -> Iterator[str]:
    """Write ids in the texts of a record that can carry one, the surest place first."""
    lines = record.get("LineItems") or ()
    texts = [record.get("Reference"), record.get("Details"), *(line.get("Description") for line in lines)]
    for text in texts:
        if isinstance(text, str):
            yield from _MARKER.findall(text)
