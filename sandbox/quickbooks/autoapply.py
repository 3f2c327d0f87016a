"""What the product does by itself to a new invoice when a company lets it: use up the customer's credit and cash."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from sandbox.quickbooks.books import Books
from sandbox.quickbooks.wire import Record


class Writes(Protocol):
    """The part of the writer that this needs."""

    books: Books

    def create(self, kind: str, body: Record, at: int | None = None) -> Record: ...
    def update(self, kind: str, body: Record, at: int | None = None) -> Record: ...


def apply_by_itself(writer: Writes, invoice: Record) -> Record:
    """Oldest first, unapplied payments before credit memos, each only if its preference is on. The invoice as it ends."""
    wishes = writer.books.preferences()["SalesFormsPrefs"]
    if wishes.get("AutoApplyPayments"):
        for payment in _of_customer(writer.books, "Payment", "UnappliedAmt", invoice):
            _use_payment(writer, payment, invoice["Id"])
    if wishes.get("AutoApplyCredit"):
        for memo in _of_customer(writer.books, "CreditMemo", "RemainingCredit", invoice):
            _use_credit(writer, memo, invoice["Id"])
    return writer.books.need("Invoice", invoice["Id"])


def _of_customer(books: Books, kind: str, left: str, invoice: Record) -> Iterator[Record]:
    found = [row for row in books.all(kind) if row["CustomerRef"] == invoice["CustomerRef"] and row[left] > 0]
    yield from sorted(found, key=lambda row: (row["TxnDate"], len(row["Id"]), row["Id"]))


def _use_payment(writer: Writes, payment: Record, invoice: str) -> None:
    part = min(payment["UnappliedAmt"], writer.books.need("Invoice", invoice)["Balance"])
    if not part:
        return
    line = {"Amount": part, "LinkedTxn": [{"TxnId": invoice, "TxnType": "Invoice"}]}
    identity = {"Id": payment["Id"], "SyncToken": payment["SyncToken"], "sparse": True}
    writer.update("Payment", {**identity, "Line": [*payment["Line"], line]})


def _use_credit(writer: Writes, memo: Record, invoice: str) -> None:
    part = min(memo["RemainingCredit"], writer.books.need("Invoice", invoice)["Balance"])
    if not part:
        return
    pairs = ((invoice, "Invoice"), (memo["Id"], "CreditMemo"))
    body: Record = {
        "CustomerRef": memo["CustomerRef"],
        "CurrencyRef": memo["CurrencyRef"],
        "TotalAmt": 0,
        "PrivateNote": "Created by QB Online to link credits to charges.",
        "Line": [{"Amount": part, "LinkedTxn": [{"TxnId": txn, "TxnType": shape}]} for txn, shape in pairs],
    }
    writer.create("Payment", body)
