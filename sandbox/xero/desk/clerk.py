"""Every way to write in the books, with the rules that Xero keeps: history, a person's change and the API all come here.

Invalid says what Xero would refuse. Amounts are Decimal, days ISO text, rates foreign units for one unit at home.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from sandbox.xero.desk.books import Allocation, Books
from sandbox.xero.desk.faults import Invalid
from sandbox.xero.desk.kinds import CREDITS, KINDS
from sandbox.xero.desk.settle import LIVE, live_allocations, live_payments, settle_credit, settle_invoice
from sandbox.xero.desk.wire import ONE_RATE, ZERO, Record, cents

_PAYMENT_TYPES = {
    "ACCREC": "ACCRECPAYMENT",
    "ACCPAY": "ACCPAYPAYMENT",
    "ACCRECCREDIT": "ARCREDITPAYMENT",
    "ACCPAYCREDIT": "APCREDITPAYMENT",
    "RECEIVE-OVERPAYMENT": "AROVERPAYMENTPAYMENT",
    "SPEND-OVERPAYMENT": "APOVERPAYMENTPAYMENT",
    "RECEIVE-PREPAYMENT": "ARPREPAYMENTPAYMENT",
    "SPEND-PREPAYMENT": "APPREPAYMENTPAYMENT",
}
LOCKED = "The document date cannot be before the end of year lock date, currently {}"
IN_USE = "This document cannot be edited as it has a payment or credit note allocated to it."
_ALWAYS_OPEN = frozenset({"DueDate", "Reference", "SentToContact", "Url"})
TOO_MUCH = "Payment amount exceeds the amount outstanding on this document"


@dataclass(frozen=True)
class Terms:
    """When, to which account, at which rate and with which texts money moves."""

    on: str
    account: str
    rate: Decimal | None = None
    reference: str | None = None
    reconciled: bool = False


class Clerk:
    """Call under the books' lock. `free` writes history: the lock dates are not looked at."""

    def __init__(self, books: Books, *, free: bool = False) -> None:
        self.books = books
        self._free = free

    # -- documents ----------------------------------------------------------------------------------------------------

    def document(self, kind: str, record: Record) -> Record:
        """A new invoice or credit note; `record` names type, contact, number, days, currency, lines and status."""
        self._open_period(record["Date"])
        if record["Type"] == "ACCREC" and record.get("InvoiceNumber") in self.books.numbers:
            raise Invalid("Invoice # must be unique.")
        total_lines(record)
        record.setdefault("CurrencyRate", self.rate(record["Date"], record["CurrencyCode"]))
        record[KINDS[kind].id_field] = self.books.new_id()
        if kind == "Invoices":
            settle_invoice(self.books, record)
        else:
            settle_credit(self.books, "CreditNoteID", record)
        made = self.books.add(kind, record)
        if kind == "Invoices" and record["Type"] == "ACCREC" and record.get("InvoiceNumber"):
            self.books.name(self.books.numbers, record["InvoiceNumber"], made["InvoiceID"])
        return made

    def edit(self, kind: str, record_id: str, changes: Record) -> Record:
        """Other fields for an invoice or a credit note; amounts and days stay once something stands on it."""
        record = self.books.change(kind, record_id)
        self._open_period(record["Date"])
        self._open_period(str(changes.get("Date", record["Date"])))
        if record["Status"] in {"VOIDED", "DELETED"}:
            raise Invalid("Invoice not of valid status for modification")
        used = self._used(kind, record_id)
        if used and not changes.keys() <= _ALWAYS_OPEN:
            raise Invalid(IN_USE)
        number = changes.get("InvoiceNumber")
        if number and self.books.numbers.get(number, record_id) != record_id:
            raise Invalid("Invoice # must be unique.")
        if number and record["Type"] == "ACCREC":
            self.books.name(self.books.numbers, record.get("InvoiceNumber") or "", None)
            self.books.name(self.books.numbers, number, record_id)
        record.update(changes)
        total_lines(record)
        if used and changes.keys() == {"DueDate"}:  # Xero leaves the stamp of a part-paid one as it is
            self.books.shelves[kind].raw.pop(record_id, None)
        else:
            self.resettle(kind, record_id)
        return record

    def resettle(self, kind: str, record_id: str, *, tell: bool = True) -> None:
        """Work out again what follows from the links, and stamp the record."""
        record = self.books.change(kind, record_id)
        if kind == "Invoices":
            settle_invoice(self.books, record)
        else:
            settle_credit(self.books, KINDS[kind].id_field, record)
        if tell:
            self.books.touch(kind, record_id)

    def close(self, kind: str, record_id: str, status: str) -> Record:
        """Void or delete an invoice or a credit note on which nothing stands."""
        record = self.books.change(kind, record_id)
        self._open_period(record["Date"])
        if self._used(kind, record_id):
            raise Invalid(IN_USE)
        drafts = {"DRAFT", "SUBMITTED"}
        allowed = drafts if status == "DELETED" else {"AUTHORISED"}
        if record["Status"] not in allowed:
            raise Invalid(f"Invalid status change from {record['Status']} to {status}.")
        record["Status"] = status
        self.resettle(kind, record_id)
        return record

    # -- payments -----------------------------------------------------------------------------------------------------

    def pay(self, kind: str, document_id: str, amount: Decimal, terms: Terms, batch: str | None = None) -> Record:
        """A payment of an invoice, or a cash refund of a credit; amount in the document's currency."""
        document = self.books.need(kind, document_id)
        self._payable(kind, document, amount, terms)
        currency = document["CurrencyCode"]
        rate = terms.rate or self.rate(terms.on, currency)
        payment: Record = {
            "Date": terms.on,
            "Amount": amount,
            "BankAmount": self._at_bank(amount, currency, rate, terms.account),
            "CurrencyRate": rate,
            "Reference": terms.reference,
            "PaymentType": _PAYMENT_TYPES[document["Type"]],
            "Status": "AUTHORISED",
            "IsReconciled": terms.reconciled,
            "AccountID": terms.account,
            "TargetKind": kind,
            "TargetID": document_id,
            "BatchPaymentID": batch,
        }
        made = self.books.add("Payments", payment)
        self.books.link(self.books.payments_on[document_id], made["PaymentID"])
        self.resettle(kind, document_id)
        return made

    def pay_many(self, parts: Sequence[tuple[str, Decimal]], terms: Terms, details: str | None = None) -> Record:
        """One receipt (or one remittance) over many invoices: a batch with a payment for each."""
        if not parts:
            raise Invalid("Batch payments must contain at least one payment")
        first = self.books.need("Invoices", parts[0][0])
        batch: Record = {
            "Date": terms.on,
            "Type": "RECBATCH" if first["Type"] == "ACCREC" else "PAYBATCH",
            "Status": "AUTHORISED",
            "Reference": terms.reference,
            "Details": details,
            "AccountID": terms.account,
            "IsReconciled": terms.reconciled,
            "TotalAmount": ZERO,
            "PaymentIDs": [],
        }
        left: dict[str, Decimal] = {}
        for invoice, amount in parts:  # all or nothing
            document = self.books.need("Invoices", invoice)
            self._payable("Invoices", document, amount, terms)
            due: Decimal = document["AmountDue"]
            left[invoice] = left.get(invoice, due) - amount
            if left[invoice] < 0:
                raise Invalid(TOO_MUCH)
        batch["BatchPaymentID"] = self.books.new_id()
        for invoice, amount in parts:
            payment = self.pay("Invoices", invoice, amount, terms, batch["BatchPaymentID"])
            batch["PaymentIDs"].append(payment["PaymentID"])
            batch["TotalAmount"] += payment["BankAmount"]
        return self.books.add("BatchPayments", batch)

    def delete_payment(self, payment_id: str, *, in_batch: bool = False) -> Record:
        payment = self.books.change("Payments", payment_id)
        self._open_period(payment["Date"])
        if payment["Status"] == "DELETED":
            raise Invalid("Payment has already been deleted and cannot be modified")
        if payment["BatchPaymentID"] and not in_batch:
            raise Invalid("Payments within a batch payment cannot be deleted")
        payment["Status"] = "DELETED"
        payment["IsReconciled"] = False
        self.books.touch("Payments", payment_id)
        self.resettle(payment["TargetKind"], payment["TargetID"])
        return payment

    def delete_batch(self, batch_id: str) -> Record:
        batch = self.books.change("BatchPayments", batch_id)
        if batch["Status"] == "DELETED":
            raise Invalid("Batch payment has already been deleted and cannot be modified")
        self._open_period(batch["Date"])
        for payment in batch["PaymentIDs"]:
            self.delete_payment(payment, in_batch=True)
        batch["Status"] = "DELETED"
        self.books.touch("BatchPayments", batch_id)
        return batch

    # -- allocations --------------------------------------------------------------------------------------------------

    def allocate(self, kind: str, credit_id: str, invoice_id: str, amount: Decimal, on: str) -> Allocation:
        """Put a part of a credit note, overpayment or prepayment to an invoice."""
        credit = self.books.need(kind, credit_id)
        invoice = self.books.need("Invoices", invoice_id)
        self._open_period(on)
        if amount <= 0:
            raise Invalid("The amount allocated must be greater than zero")
        if credit["ContactID"] != invoice["ContactID"]:
            raise Invalid("The invoice and the credit must have the same contact")
        if credit["CurrencyCode"] != invoice["CurrencyCode"]:
            raise Invalid("The invoice and the credit must have the same currency")
        if invoice["Status"] not in LIVE or credit["Status"] not in LIVE:
            raise Invalid("Credit can only be allocated between authorised documents")
        if amount > invoice["AmountDue"]:
            raise Invalid("The amount being allocated is greater than the amount outstanding on the invoice")
        if amount > credit["RemainingCredit"]:
            raise Invalid("The amount being allocated is greater than the remaining credit")
        made = Allocation(self.books.new_id(), kind, credit_id, invoice_id, amount, on)
        self.books.link(self.books.allocations_of[credit_id], made)
        self.books.link(self.books.allocations_on[invoice_id], made)
        self.resettle(kind, credit_id)
        self.resettle("Invoices", invoice_id)
        return made

    def delete_allocation(self, kind: str, credit_id: str, allocation_id: str) -> Allocation:
        self.books.need(kind, credit_id)
        for one in self.books.allocations_of.get(credit_id, []):
            if one.id == allocation_id and not one.deleted:
                self._open_period(one.on)
                one.deleted = True
                self.books.undo.push(partial(setattr, one, "deleted", False))
                self.resettle(kind, credit_id)
                self.resettle("Invoices", one.invoice)
                return one
        raise Invalid("Allocation could not be found")

    # -- what these share ---------------------------------------------------------------------------------------------

    def rate(self, day: str, currency: str) -> Decimal:
        """The day's rate as Xero would fill it in."""
        if currency == self.books.home:
            return ONE_RATE
        held = self.books.rate_on(day, currency)
        return (1 / held).quantize(ONE_RATE) if held else ONE_RATE

    def check_day(self, day: str) -> None:
        self._open_period(day)

    def _used(self, kind: str, record_id: str) -> bool:
        """Does a payment or an allocation stand on it?"""
        links = self.books.allocations_on if kind == "Invoices" else self.books.allocations_of
        return bool(live_payments(self.books, record_id) or live_allocations(links.get(record_id, [])))

    def _payable(self, kind: str, document: Record, amount: Decimal, terms: Terms) -> None:
        self._open_period(terms.on)
        if amount <= 0:
            raise Invalid("The payment amount must be greater than zero")
        if document["Status"] not in LIVE:
            raise Invalid("Payments can only be made against Authorised documents")
        if amount > document["AmountDue" if kind == "Invoices" else "RemainingCredit"]:
            raise Invalid(TOO_MUCH)
        if terms.on < document["Date"] and not self._free and kind in CREDITS:
            raise Invalid("The payment date cannot be before the date of the document")
        account = self.books.get("Accounts", terms.account)
        if account is None or not (account["Type"] == "BANK" or account["EnablePaymentsToAccount"]):
            raise Invalid("Account could not be found or is not a valid account for payments")

    def _at_bank(self, amount: Decimal, currency: str, rate: Decimal, account: str) -> Decimal:
        held = self.books.need("Accounts", account)
        return amount if held.get("CurrencyCode", self.books.home) == currency else cents(amount / rate)

    def _open_period(self, day: str) -> None:
        if self._free:
            return
        locked = self.books.lock_day()
        if locked is not None and day <= locked:
            raise Invalid(LOCKED.format(locked))


def total_lines(record: Record) -> None:
    """SubTotal, TotalTax and Total from the lines."""
    lines = record["LineItems"]
    amounts = sum((line["LineAmount"] for line in lines), ZERO)
    tax = sum((line["TaxAmount"] for line in lines), ZERO)
    inclusive = record["LineAmountTypes"] == "Inclusive"
    record["SubTotal"] = amounts - tax if inclusive else amounts
    record["TotalTax"] = tax
    record["Total"] = amounts if inclusive else amounts + tax
