"""Payments, batches, bank transactions and transfers as a caller sees them."""

from __future__ import annotations

from sandbox.xero.desk.books import Books
from sandbox.xero.desk.names import EMBEDDED, Names
from sandbox.xero.desk.wire import Record, stamp_text, wire_day, wire_stamp


class MoneyViews:
    def __init__(self, books: Books) -> None:
        self.books = books
        self._names = Names(books)

    def payment(self, held: Record) -> Record:
        account = self.books.need("Accounts", held["AccountID"])
        target = self._names.target(held["TargetKind"], held["TargetID"])
        document = self.books.need(held["TargetKind"], held["TargetID"])
        contact = {**self._names.contact_ref(document["ContactID"]), "ContactNumber": ""}
        seen: Record = {
            "PaymentID": held["PaymentID"],
            "Date": wire_day(held["Date"]),
            "BankAmount": held["BankAmount"],
            "Amount": held["Amount"],
            "Reference": held["Reference"] or "",
            "CurrencyRate": held["CurrencyRate"],
            "PaymentType": held["PaymentType"],
            "Status": held["Status"],
            "UpdatedDateUTC": wire_stamp(held["UpdatedDateUTC"]),
            "UpdatedDateUTCString": stamp_text(held["UpdatedDateUTC"]),
            "HasAccount": True,
            "IsReconciled": held["IsReconciled"],
            "Account": {"AccountID": account["AccountID"], "Code": account["Code"]},
            "Invoice": {**target, "Contact": contact, "LineItems": []},
            "HasValidationErrors": False,
        }
        batch = self.books.get("BatchPayments", held["BatchPaymentID"]) if held["BatchPaymentID"] else None
        if batch is not None:
            seen["BatchPaymentID"] = held["BatchPaymentID"]
            seen["BatchPayment"] = {
                "Account": {"AccountID": account["AccountID"]},
                "BatchPaymentID": batch["BatchPaymentID"],
                "Date": wire_day(batch["Date"]),
                "Type": batch["Type"],
                "Status": batch["Status"],
                "TotalAmount": batch["TotalAmount"],
                "UpdatedDateUTC": wire_stamp(batch["UpdatedDateUTC"]),
                "IsReconciled": batch["IsReconciled"],
            }
        return seen

    def batch(self, held: Record) -> Record:
        account = self.books.need("Accounts", held["AccountID"])
        seen = {
            "Account": {"AccountID": account["AccountID"], "CurrencyCode": account.get("CurrencyCode", "")},
            "BatchPaymentID": held["BatchPaymentID"],
            "DateString": f"{held['Date']}T00:00:00",
            "Date": wire_day(held["Date"]),
            "Payments": [self._batched(key) for key in held["PaymentIDs"]],
            "Type": held["Type"],
            "Status": held["Status"],
            "TotalAmount": held["TotalAmount"],
            "UpdatedDateUTC": wire_stamp(held["UpdatedDateUTC"]),
            "IsReconciled": held["IsReconciled"],
        }
        for name in ("Reference", "Details", "Narrative"):
            if held.get(name):
                seen[name] = held[name]
        return seen

    def _batched(self, payment_id: str) -> Record:
        payment = self.books.need("Payments", payment_id)
        invoice = self.books.need("Invoices", payment["TargetID"])
        named = {"InvoiceID": invoice["InvoiceID"], "CurrencyCode": invoice["CurrencyCode"]}
        return {
            "Invoice": {**named, **EMBEDDED, "LineItems": []},
            "PaymentID": payment_id,
            "Amount": payment["Amount"],
            "BankAmount": payment["BankAmount"],
        }

    def bank_transaction(self, held: Record) -> Record:
        account = self.books.need("Accounts", held["BankAccountID"])
        seen = {
            "BankTransactionID": held["BankTransactionID"],
            "BankAccount": {"AccountID": account["AccountID"], "Code": account["Code"], "Name": account["Name"]},
            "Type": held["Type"],
            "Reference": held.get("Reference") or "",
            "IsReconciled": held["IsReconciled"],
            "HasAttachments": False,
            "Date": wire_day(held["Date"]),
            "Status": held["Status"],
            "LineAmountTypes": held["LineAmountTypes"],
            "LineItems": held["LineItems"],
            "SubTotal": held["SubTotal"],
            "TotalTax": held["TotalTax"],
            "Total": held["Total"],
            "UpdatedDateUTC": wire_stamp(held["UpdatedDateUTC"]),
            "CurrencyCode": held["CurrencyCode"],
        }
        if held["CurrencyCode"] != self.books.home:
            seen["CurrencyRate"] = held["CurrencyRate"]
        if held.get("ContactID"):
            seen["Contact"] = self._names.contact_ref(held["ContactID"])
        for name in ("PrepaymentID", "OverpaymentID", "Url"):
            if held.get(name):
                seen[name] = held[name]
        return seen

    def transfer(self, held: Record) -> Record:
        sides = {name: self.books.need("Accounts", held[f"{name}ID"]) for name in ("FromBankAccount", "ToBankAccount")}
        seen: Record = {
            name: {"AccountID": account["AccountID"], "Code": account["Code"], "Name": account["Name"]}
            for name, account in sides.items()
        }
        copied: tuple[str, ...] = (
            "BankTransferID",
            "Amount",
            "CurrencyRate",
            "FromBankTransactionID",
            "ToBankTransactionID",
        )
        copied += ("FromIsReconciled", "ToIsReconciled", "Status")
        seen |= {name: held[name] for name in copied}
        return seen | {
            "Date": wire_day(held["Date"]),
            "Reference": held["Reference"] or "",
            "HasAttachments": False,
            "CreatedDateUTC": wire_stamp(held["CreatedDateUTC"]),
            "FromTracking": [],
            "ToTracking": [],
        }
