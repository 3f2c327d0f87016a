"""Money on a bank account that pays no invoice: receive and spend, over- and prepayments, transfers between accounts."""

from __future__ import annotations

from decimal import Decimal

from sandbox.xero.desk.books import Books
from sandbox.xero.desk.clerk import IN_USE, Clerk, Terms, total_lines
from sandbox.xero.desk.faults import Invalid
from sandbox.xero.desk.settle import LIVE, live_allocations, live_payments, settle_credit
from sandbox.xero.desk.wire import ONE_RATE, Record, cents

CREDIT_OF = {
    "RECEIVE-OVERPAYMENT": "Overpayments",
    "SPEND-OVERPAYMENT": "Overpayments",
    "RECEIVE-PREPAYMENT": "Prepayments",
    "SPEND-PREPAYMENT": "Prepayments",
}
ID_OF = {"Overpayments": "OverpaymentID", "Prepayments": "PrepaymentID"}


class Cashier:
    """Call under the books' lock."""

    def __init__(self, books: Books, clerk: Clerk) -> None:
        self.books = books
        self.clerk = clerk

    def record(self, record: Record) -> Record:
        """A bank transaction; an over- or prepayment gets its own record beside it."""
        self.clerk.check_day(record["Date"])
        account = self.books.get("Accounts", record["BankAccountID"])
        if account is None or account["Type"] != "BANK":
            raise Invalid("The bank account must be a valid bank account")
        total_lines(record)
        record.setdefault("CurrencyRate", self.clerk.rate(record["Date"], record["CurrencyCode"]))
        record.setdefault("Status", "AUTHORISED")
        record.setdefault("IsReconciled", False)
        kind = CREDIT_OF.get(record["Type"])
        if kind is not None:
            record[ID_OF[kind]] = self._credit(kind, record)
        return self.books.add("BankTransactions", record)

    def _credit(self, kind: str, record: Record) -> str:
        shared = ("Type", "ContactID", "Date", "LineAmountTypes", "SubTotal", "TotalTax", "Total")
        credit: Record = {name: record[name] for name in (*shared, "CurrencyCode", "CurrencyRate")}
        credit["LineItems"] = [dict(line) for line in record["LineItems"]]
        credit["Reference"] = record.get("Reference")
        credit["Status"] = "AUTHORISED"
        credit[ID_OF[kind]] = self.books.new_id()
        settle_credit(self.books, ID_OF[kind], credit)
        return str(self.books.add(kind, credit)[ID_OF[kind]])

    def delete(self, transaction_id: str) -> Record:
        """Take back a bank transaction; an over- or prepayment of which nothing is used yet is voided with it."""
        record = self.books.change("BankTransactions", transaction_id)
        self.clerk.check_day(record["Date"])
        if record["Status"] not in LIVE:
            raise Invalid("The bank transaction has already been deleted")
        kind = CREDIT_OF.get(record["Type"])
        if kind is not None:
            credit = record[ID_OF[kind]]
            if live_payments(self.books, credit) or live_allocations(self.books.allocations_of.get(credit, [])):
                raise Invalid(IN_USE)
            self.books.change(kind, credit)["Status"] = "VOIDED"
            self.clerk.resettle(kind, credit)
        record["Status"] = "DELETED"
        record["IsReconciled"] = False
        self.books.touch("BankTransactions", transaction_id)
        return record

    def transfer(self, source: str, target: str, amount: Decimal, terms: Terms) -> Record:
        """Between two bank accounts (`terms.account` is not used); each side has its bank transaction."""
        self.clerk.check_day(terms.on)
        for account in (source, target):
            held = self.books.get("Accounts", account)
            if held is None or held["Type"] != "BANK":
                raise Invalid("Both accounts of a transfer must be bank accounts")
        if source == target:
            raise Invalid("The accounts of a transfer cannot be the same")
        if amount <= 0:
            raise Invalid("The transfer amount must be greater than zero")
        transfer: Record = {
            "FromBankAccountID": source,
            "ToBankAccountID": target,
            "Amount": amount,
            "Date": terms.on,
            "CurrencyRate": terms.rate or ONE_RATE,
            "Reference": terms.reference,
            "Status": "AUTHORISED",
            "CreatedDateUTC": self.books.now(),
            "FromBankTransactionID": self._side("SPEND-TRANSFER", source, amount, terms),
            "ToBankTransactionID": self._side("RECEIVE-TRANSFER", target, amount, terms),
            "FromIsReconciled": terms.reconciled,
            "ToIsReconciled": terms.reconciled,
        }
        return self.books.add("BankTransfers", transfer)

    def _side(self, type_: str, account: str, amount: Decimal, terms: Terms) -> str:
        record: Record = {
            "Type": type_,
            "BankAccountID": account,
            "Date": terms.on,
            "CurrencyCode": self.books.need("Accounts", account).get("CurrencyCode", self.books.home),
            "CurrencyRate": terms.rate or ONE_RATE,
            "LineAmountTypes": "NoTax",
            "LineItems": [],
            "SubTotal": cents(amount),
            "TotalTax": cents(Decimal(0)),
            "Total": cents(amount),
            "Reference": terms.reference,
            "Status": "AUTHORISED",
            "IsReconciled": terms.reconciled,
        }
        return str(self.books.add("BankTransactions", record)["BankTransactionID"])

    def delete_transfer(self, transfer_id: str) -> Record:
        transfer = self.books.change("BankTransfers", transfer_id)
        self.clerk.check_day(transfer["Date"])
        if transfer["Status"] == "DELETED":
            raise Invalid("The bank transfer has already been deleted")
        for side in ("FromBankTransactionID", "ToBankTransactionID"):
            self.books.change("BankTransactions", transfer[side])["Status"] = "DELETED"
            self.books.touch("BankTransactions", transfer[side])
        transfer["Status"] = "DELETED"
        self.books.touch("BankTransfers", transfer_id)
        return transfer
