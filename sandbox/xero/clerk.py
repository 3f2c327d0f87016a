"""Enters what a plan holds, in Xero's terms: each method makes one thing of the plan, through the rules of a write."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from sandbox.world import plan
from sandbox.xero.allocations import allocate
from sandbox.xero.banking import delete_transaction, save_transaction, transfer
from sandbox.xero.batches import delete_batch, pay_batch
from sandbox.xero.books import Books, Place
from sandbox.xero.chart import BANK, BANK_FEES, CLEARING, OTHER_INCOME, SALES
from sandbox.xero.documents import save_document
from sandbox.xero.payments import delete_payment, pay
from sandbox.xero.people import save_contact
from sandbox.xero.wire import Record, foreign_per_home, from_minor

_ACCOUNTS = {"bank": BANK, "clearing": CLEARING, "undeposited": BANK}
_CASH_CUSTOMER = "Cash sales"
_BANKER = "High Street Bank plc"
_COUNTRIES = {"GB": "United Kingdom", "US": "United States"}


class Clerk:
    """Works inside of the books' history; the caller says what time it is."""

    def __init__(self, books: Books) -> None:
        self.books = books

    def customer(self, customer: plan.Customer) -> None:
        body: Record = {"Name": customer.name}
        if customer.email:
            body["EmailAddress"] = customer.email
        if customer.currency:
            body["DefaultCurrency"] = customer.currency
        if customer.currency in {None, self.books.home}:
            country = _COUNTRIES.get(self.books.company.country, "")
            body["Addresses"] = [{"AddressType": "POBOX", "Country": country}]
        self._key(customer.key, "Contacts", save_contact(self.books, body, create=True)["ContactID"])

    def archive(self, customer: plan.Customer) -> None:
        body = {"ContactID": self._id(customer.key), "ContactStatus": "ARCHIVED"}
        save_contact(self.books, body, create=False)

    def invoice(self, invoice: plan.Invoice) -> None:
        drafted = invoice.state in {"draft", "deleted"}
        body: Record = {
            "Type": "ACCREC",
            "InvoiceNumber": invoice.number,
            "Contact": {"ContactID": self._id(invoice.customer)},
            "Date": invoice.issued_on.isoformat(),
            "DueDate": (invoice.due_on or invoice.issued_on).isoformat(),
            "Reference": invoice.reference or invoice.po_number or "",
            "Status": "DRAFT" if drafted else "AUTHORISED",
            "SentToContact": not drafted,
            **self._money(invoice.currency, invoice.rate),
            "LineItems": self._lines(invoice.lines, invoice.currency),
        }
        made = save_document(self.books, "Invoices", body, create=True)
        self._key(invoice.key, "Invoices", made["InvoiceID"])

    def end_invoice(self, invoice: plan.Invoice) -> None:
        """Void it, or delete the draft."""
        status = "VOIDED" if invoice.state == "void" else "DELETED"
        body = {"InvoiceID": self._id(invoice.key), "Status": status}
        save_document(self.books, "Invoices", body, create=False)

    def credit(self, note: plan.CreditNote) -> None:
        body: Record = {
            "Type": "ACCRECCREDIT",
            "CreditNoteNumber": note.number,
            "Contact": {"ContactID": self._id(note.customer)},
            "Date": note.issued_on.isoformat(),
            "Status": "AUTHORISED",
            **self._money(note.currency, note.rate),
            "LineItems": self._lines(note.lines, note.currency),
        }
        made = save_document(self.books, "CreditNotes", body, create=True)
        self._key(note.key, "CreditNotes", made["CreditNoteID"])

    def end_credit(self, note: plan.CreditNote) -> None:
        body = {"CreditNoteID": self._id(note.key), "Status": "VOIDED"}
        save_document(self.books, "CreditNotes", body, create=False)

    def refund(self, note: plan.CreditNote) -> None:
        body: Record = {
            "CreditNote": {"CreditNoteID": self._id(note.key)},
            "Account": {"Code": BANK},
            "Date": note.issued_on.isoformat(),
            "Amount": from_minor(note.refunded, note.currency),
            "Reference": f"Refund of {note.number}",
            **self._money(note.currency, note.rate),
        }
        made = pay(self.books, body)
        self._key(f"{note.key}/refund", "Payments", made["PaymentID"])

    def payment(self, payment: plan.Payment) -> None:
        """One invoice: a Payment; several: a BatchPayment; money left over or none applied: an over- or prepayment."""
        left = payment.amount - sum(part.amount for part in payment.applied)
        if payment.kind != "payment" or left > 0:
            self._on_account(payment)
        elif len(payment.applied) == 1:
            made = pay(self.books, self._part(payment, payment.applied[0]))
            self._key(payment.key, "Payments", made["PaymentID"])
        else:
            self._batch(payment)

    def end_payment(self, payment: plan.Payment) -> None:
        place = self.books.keys[payment.key]
        if place.kind == "Payments":
            delete_payment(self.books, place.id)
        elif place.kind == "BatchPayments":
            delete_batch(self.books, {"BatchPaymentID": place.id, "Status": "DELETED"})
        else:
            delete_transaction(self.books, self.books.keys[f"{payment.key}/bank"])

    def allocation(self, key: str, part: plan.Applied, on: date) -> None:
        currency = self._need(self.books.keys[key])["CurrencyCode"]
        body: Record = {
            "Invoice": {"InvoiceID": self._id(part.target)},
            "Amount": from_minor(part.amount, currency),
            "Date": on.isoformat(),
        }
        allocate(self.books, self.books.keys[key], body)

    def move(self, move: plan.BankMove) -> None:
        contact = {"ContactID": self._id(move.customer)} if move.customer else {"Name": self._stranger(move)}
        line = {
            "Description": move.reference or "",
            "UnitAmount": from_minor(move.amount, move.currency),
            "AccountCode": {"sale": SALES, "receive": OTHER_INCOME, "spend": BANK_FEES}[move.kind],
            "TaxType": "NONE",
        }
        body: Record = {
            "Type": "SPEND" if move.kind == "spend" else "RECEIVE",
            "Contact": contact,
            "BankAccount": {"Code": self._bank(move.account, move.currency)},
            "Date": move.on.isoformat(),
            "Reference": move.reference or "",
            "LineAmountTypes": "NoTax",
            "LineItems": [line],
        }
        made = save_transaction(self.books, body, create=True)
        self._key(move.key, "BankTransactions", made["BankTransactionID"])

    def transfer(self, moved: plan.Transfer) -> None:
        body: Record = {
            "FromBankAccount": {"Code": self._bank(moved.source, moved.currency)},
            "ToBankAccount": {"Code": self._bank(moved.target, moved.currency)},
            "Date": moved.on.isoformat(),
            "Amount": from_minor(moved.amount, moved.currency),
            "Reference": moved.reference or "",
        }
        self._key(moved.key, "BankTransfers", transfer(self.books, body)["BankTransferID"])

    def bill(self, supplier: str, number: str, on: date, amount: Decimal, *, credit: bool = False) -> str:
        """A supplier's bill, or its credit note; returns the id."""
        kind, word = ("CreditNotes", "ACCPAYCREDIT") if credit else ("Invoices", "ACCPAY")
        body: Record = {
            "Type": word,
            "CreditNoteNumber" if credit else "InvoiceNumber": number,
            "Contact": {"Name": supplier},
            "Date": on.isoformat(),
            "DueDate": (on + timedelta(days=30)).isoformat(),
            "Status": "AUTHORISED",
            "LineItems": [{"Description": "Timber", "UnitAmount": amount, "AccountCode": "310", "TaxType": "INPUT2"}],
        }
        return str(save_document(self.books, kind, body, create=True)["CreditNoteID" if credit else "InvoiceID"])

    def _on_account(self, payment: plan.Payment) -> None:
        word = "PREPAYMENT" if payment.kind == "prepayment" else "OVERPAYMENT"
        foreign = payment.currency != self.books.home and word == "PREPAYMENT"
        line = {
            "Description": payment.reference or word.capitalize(),
            "UnitAmount": from_minor(payment.amount, payment.currency),
            "AccountCode": SALES,
            "TaxType": "NONE",
        }
        body: Record = {
            "Type": f"RECEIVE-{word}",
            "Contact": {"ContactID": self._id(payment.customer)},
            "BankAccount": {"Code": self._bank(payment.account, payment.currency, own=foreign)},
            "Date": payment.paid_on.isoformat(),
            "Reference": payment.reference or "",
            "LineAmountTypes": "NoTax",
            "LineItems": [line],
            "IsReconciled": payment.reconciled,
            **self._money(payment.currency, payment.rate),
        }
        made = save_transaction(self.books, body, create=True)
        self._key(f"{payment.key}/bank", "BankTransactions", made["BankTransactionID"])
        if word == "PREPAYMENT":
            self._key(payment.key, "Prepayments", made["PrepaymentID"])
        else:
            self._key(payment.key, "Overpayments", made["OverpaymentID"])

    def _batch(self, payment: plan.Payment) -> None:
        parts = [self._part(payment, part) for part in payment.applied]
        body = {**parts[0], "Payments": parts}
        made = pay_batch(self.books, body)
        self._key(payment.key, "BatchPayments", made["BatchPaymentID"])
        for number, one in enumerate(made["Payments"], start=1):
            self._key(f"{payment.key}/{number}", "Payments", one["PaymentID"])

    def _part(self, payment: plan.Payment, part: plan.Applied) -> Record:
        return {
            "Invoice": {"InvoiceID": self._id(part.target)},
            "Account": {"Code": self._bank(payment.account, payment.currency)},
            "Date": payment.paid_on.isoformat(),
            "Amount": from_minor(part.amount, payment.currency),
            "Reference": payment.reference or "",
            "IsReconciled": payment.reconciled,
            **self._money(payment.currency, payment.rate),
        }

    def _money(self, currency: str, rate: str) -> Record:
        return {"CurrencyCode": currency, "CurrencyRate": foreign_per_home(rate)}

    def _lines(self, lines: Sequence[plan.Line], currency: str) -> list[Record]:
        return [
            {
                "Description": line.description,
                "UnitAmount": from_minor(line.amount, currency),
                "AccountCode": SALES,
                "TaxType": "OUTPUT2" if line.tax else "NONE",
                "TaxAmount": from_minor(line.tax, currency),
            }
            for line in lines
        ]

    def _bank(self, name: str, currency: str, *, own: bool = False) -> str:
        """The account of that name; `own`: the one in the money's own currency."""
        if not own and currency == self.books.home:
            return _ACCOUNTS[name]
        if not own:
            return BANK
        held = self.books.all("Accounts")
        return str(next(one["Code"] for one in held if one.get("CurrencyCode") == currency))

    def _stranger(self, move: plan.BankMove) -> str:
        return _CASH_CUSTOMER if move.kind == "sale" else _BANKER

    def _key(self, key: str, kind: str, record_id: str) -> None:
        self.books.keys[key] = Place(kind, record_id)

    def _id(self, key: str) -> str:
        return self.books.keys[key].id

    def _need(self, place: Place) -> Record:
        record = self.books.store.get(place.kind, place.id)
        assert record is not None
        return record
