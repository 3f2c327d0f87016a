"""Contacts, invoices, credit notes, over- and prepayments as a caller sees them, with what stands on them."""

from __future__ import annotations

from sandbox.xero.desk.books import Allocation, Books
from sandbox.xero.desk.names import ID, Names
from sandbox.xero.desk.receivables import balances
from sandbox.xero.desk.settle import live_allocations, live_payments
from sandbox.xero.desk.wire import Record, stamp_text, wire_day, wire_stamp


class DocumentViews:
    def __init__(self, books: Books) -> None:
        self.books = books
        self._names = Names(books)

    def contact(self, held: Record) -> Record:
        seen = {
            "ContactID": held["ContactID"],
            "ContactStatus": held["ContactStatus"],
            "Name": held["Name"],
            "EmailAddress": held.get("EmailAddress") or "",
            "BankAccountDetails": "",
            "Addresses": [{"AddressType": "STREET", "City": ""}, {"AddressType": "POBOX", "City": ""}],
            "Phones": [],
            "UpdatedDateUTC": wire_stamp(held["UpdatedDateUTC"]),
            "ContactGroups": [],
            "ContactPersons": [],
            **balances(self.books, held["ContactID"]),
            "HasAttachments": False,
            "HasValidationErrors": False,
        }
        for name in ("AccountNumber", "ContactNumber", "MergedToContactID", "DefaultCurrency"):
            if held.get(name):
                seen[name] = held[name]
        return seen

    def invoice(self, held: Record) -> Record:
        books, key = self.books, held["InvoiceID"]
        credits_ = live_allocations(books.allocations_on.get(key, []))
        seen = {
            "Type": held["Type"],
            "InvoiceID": key,
            "InvoiceNumber": held.get("InvoiceNumber") or "",
            "Reference": held.get("Reference") or "",
            "Payments": [self._payment_on(one) for one in live_payments(books, key)],
            "CreditNotes": [self._credit_on(one) for one in credits_ if one.kind == "CreditNotes"],
            "Prepayments": [self._credit_on(one) for one in credits_ if one.kind == "Prepayments"],
            "Overpayments": [self._credit_on(one) for one in credits_ if one.kind == "Overpayments"],
            "AmountDue": held["AmountDue"],
            "AmountPaid": held["AmountPaid"],
            "AmountCredited": held["AmountCredited"],
            "SentToContact": held.get("SentToContact", False),
            "HasErrors": False,
            "IsDiscounted": False,
            "HasAttachments": False,
            **self._common(held),
        }
        if held.get("DueDate"):
            seen["DueDate"] = wire_day(held["DueDate"])
        if held.get("Url"):
            seen["Url"] = held["Url"]
        if held.get("FullyPaidOnDate"):
            seen["FullyPaidOnDate"] = wire_day(held["FullyPaidOnDate"])
        return seen

    def credit_note(self, held: Record) -> Record:
        seen = {
            "CreditNoteID": held["CreditNoteID"],
            "CreditNoteNumber": held.get("CreditNoteNumber") or "",
            "HasErrors": False,
            "SentToContact": False,
            **self._credit("CreditNotes", held),
        }
        if held.get("FullyPaidOnDate"):
            seen["FullyPaidOnDate"] = wire_day(held["FullyPaidOnDate"])
        return seen

    def prepaid(self, kind: str, held: Record) -> Record:
        return {ID[kind]: held[ID[kind]], **self._credit(kind, held)}

    def _credit(self, kind: str, held: Record) -> Record:
        books, key = self.books, held[ID[kind]]
        allocations = live_allocations(books.allocations_of.get(key, []))
        return {
            "Type": held["Type"],
            "Reference": held.get("Reference") or "",
            "RemainingCredit": held["RemainingCredit"],
            "Allocations": [self.allocation(one) for one in allocations],
            "Payments": [self._payment_on(one) for one in live_payments(books, key)],
            "HasAttachments": False,
            **self._common(held),
        }

    def _common(self, held: Record) -> Record:
        return {
            "Contact": self._names.contact_ref(held["ContactID"]),
            "Date": wire_day(held["Date"]),
            "Status": held["Status"],
            "LineAmountTypes": held["LineAmountTypes"],
            "LineItems": held["LineItems"],
            "SubTotal": held["SubTotal"],
            "TotalTax": held["TotalTax"],
            "Total": held["Total"],
            "UpdatedDateUTC": wire_stamp(held["UpdatedDateUTC"]),
            "UpdatedDateUTCString": stamp_text(held["UpdatedDateUTC"]),
            "CurrencyCode": held["CurrencyCode"],
            "CurrencyRate": held["CurrencyRate"],
        }

    @staticmethod
    def _payment_on(payment: Record) -> Record:
        seen = {
            "PaymentID": payment["PaymentID"],
            "Date": wire_day(payment["Date"]),
            "Amount": payment["Amount"],
            "CurrencyRate": payment["CurrencyRate"],
            "HasAccount": False,
            "HasValidationErrors": False,
        }
        if payment["Reference"]:
            seen["Reference"] = payment["Reference"]
        if payment["BatchPaymentID"]:
            seen["BatchPaymentID"] = payment["BatchPaymentID"]
        return seen

    def _credit_on(self, one: Allocation) -> Record:
        credit = self.books.need(one.kind, one.source)
        seen = {
            ID[one.kind]: one.source,
            "AppliedAmount": one.amount,
            "Date": wire_day(credit["Date"]),
            "Total": credit["Total"],
            "CurrencyRate": credit["CurrencyRate"],
            "LineItems": [],
        }
        if one.kind == "CreditNotes":
            seen |= {"CreditNoteNumber": credit.get("CreditNoteNumber") or "", "HasErrors": False}
        return seen

    def allocation(self, one: Allocation) -> Record:
        return {
            "AllocationID": one.id,
            "Amount": one.amount,
            "Date": wire_day(one.on),
            "Invoice": self._names.target("Invoices", one.invoice),
            "IsDeleted": one.deleted,
        }
