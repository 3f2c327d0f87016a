"""The records as a caller sees them: dates and stamps in Xero's writing, with what stands on them and whom they name."""

from __future__ import annotations

from collections.abc import Callable

from sandbox.xero.desk import show_settings
from sandbox.xero.desk.books import Allocation, Books
from sandbox.xero.desk.show_documents import DocumentViews
from sandbox.xero.desk.show_money import MoneyViews
from sandbox.xero.desk.wire import Record

_COMPUTED = frozenset(
    {"LineItems", "Payments", "CreditNotes", "Prepayments", "Overpayments"}
    | {"AmountDue", "AmountPaid", "AmountCredited", "FullyPaidOnDate"}
)


class Views:
    """`view(kind, record)` is a whole answer; `brief` the same without its lines, `summary` the light form."""

    def __init__(self, books: Books) -> None:
        documents, money = DocumentViews(books), MoneyViews(books)
        self._documents = documents
        self._makers: dict[str, Callable[[Record], Record]] = {
            "Organisation": show_settings.organisation,
            "Accounts": show_settings.account,
            "TaxRates": show_settings.tax_rate,
            "Currencies": show_settings.currency,
            "Items": show_settings.item,
            "Contacts": documents.contact,
            "Invoices": documents.invoice,
            "CreditNotes": documents.credit_note,
            "Overpayments": lambda held: documents.prepaid("Overpayments", held),
            "Prepayments": lambda held: documents.prepaid("Prepayments", held),
            "Payments": money.payment,
            "BatchPayments": money.batch,
            "BankTransactions": money.bank_transaction,
            "BankTransfers": money.transfer,
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
        return self._documents.allocation(one)
