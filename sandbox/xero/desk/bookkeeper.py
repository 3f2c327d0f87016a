"""Each thing of a plan entered the way that a person would enter it in Xero; keys of the plan are remembered."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from sandbox.world import plan
from sandbox.xero.desk import chart
from sandbox.xero.desk.books import Books
from sandbox.xero.desk.cashier import ID_OF, Cashier
from sandbox.xero.desk.clerk import Clerk, Terms
from sandbox.xero.desk.lines import line
from sandbox.xero.desk.people import People
from sandbox.xero.desk.wire import ONE_RATE, ZERO, Record, money, rate_of

_INVOICE_STATES = {"draft": "DRAFT", "void": "VOIDED", "deleted": "DELETED"}
_CREDIT_KINDS = {"overpayment": "Overpayments", "prepayment": "Prepayments"}
_NOBODY = "Cash sales"


class Bookkeeper:
    """Call inside `books.writing_history()`; the moment of each entry is the caller's."""

    def __init__(self, books: Books) -> None:
        self.books = books
        self.clerk = Clerk(books, free=True)
        self.cashier = Cashier(books, self.clerk)
        self.people = People(books)

    # -- contacts -----------------------------------------------------------------------------------------------------

    def customer(self, customer: plan.Customer) -> None:
        made = self.people.add(customer.name, customer.email, customer.currency)
        self.books.keys[customer.key] = made["ContactID"]

    def archive(self, keys: Iterable[str]) -> None:
        for key in keys:
            self.people.archive(self.books.keys[key])

    # -- documents ----------------------------------------------------------------------------------------------------

    def invoice(self, invoice: plan.Invoice) -> None:
        record = self._document(invoice, "ACCREC", _INVOICE_STATES.get(invoice.state, "AUTHORISED"))
        record["InvoiceNumber"] = invoice.number
        record["DueDate"] = invoice.due_on.isoformat() if invoice.due_on else None
        record["SentToContact"] = invoice.state == "open"
        texts = [invoice.reference, invoice.po_number, *(f"{name}: {value}" for name, value in invoice.metadata)]
        record["Reference"] = " ".join(text for text in texts if text)
        made = self.clerk.document("Invoices", record)
        self.books.keys[invoice.key] = made["InvoiceID"]

    def credit(self, note: plan.CreditNote) -> None:
        status = {"draft": "DRAFT", "void": "VOIDED", "deleted": "DELETED"}.get(note.state, "AUTHORISED")
        record = self._document(note, "ACCRECCREDIT", status)
        record["CreditNoteNumber"] = note.number
        made = self.clerk.document("CreditNotes", record)
        self.books.keys[note.key] = made["CreditNoteID"]

    def applications(self, note: plan.CreditNote) -> None:
        credit = self.books.keys[note.key]
        for one in note.applied:
            on = self._applied_on(one, note.issued_on.isoformat())
            amount = money(one.amount, note.currency)
            self.clerk.allocate("CreditNotes", credit, self.books.keys[one.target], amount, on)
        if note.refunded:
            on = note.issued_on.isoformat()
            terms = Terms(on, self.books.roles["bank"], self._rate(note.rate), "Refund")
            self.clerk.pay("CreditNotes", credit, money(note.refunded, note.currency), terms)

    def _document(self, held: plan.Invoice | plan.CreditNote, type_: str, status: str) -> Record:
        return {
            "Type": type_,
            "Status": status,
            "ContactID": self.books.keys[held.customer],
            "Date": held.issued_on.isoformat(),
            "CurrencyCode": held.currency,
            "CurrencyRate": self._rate(held.rate),
            "LineAmountTypes": "Exclusive",
            "LineItems": [
                line(
                    self.books.new_id(),
                    one.description,
                    money(one.amount, held.currency),
                    money(one.tax, held.currency),
                    chart.code("sales"),
                )
                for one in held.lines
            ],
        }

    # -- payments -----------------------------------------------------------------------------------------------------

    def payment(self, payment: plan.Payment) -> None:
        kind = _CREDIT_KINDS.get(payment.kind)
        if kind is not None:
            self._on_account(payment, kind, money(payment.amount, payment.currency), payment.applied)
            return
        left = payment.amount - sum(one.amount for one in payment.applied)
        paid = self._paid(payment) if payment.applied else None
        if left:
            self._on_account(payment, "Overpayments", money(left, payment.currency), ())
        elif paid is not None:
            self.books.keys[payment.key] = paid

    def _paid(self, payment: plan.Payment) -> str:
        terms = self._terms(payment)
        parts = [(self.books.keys[one.target], money(one.amount, payment.currency)) for one in payment.applied]
        dead = payment.state != "open"
        if len(parts) > 1:
            batch = self.clerk.pay_many(parts, terms)
            if dead:
                self.clerk.delete_batch(batch["BatchPaymentID"])
            return str(batch["BatchPaymentID"])
        made = self.clerk.pay("Invoices", parts[0][0], parts[0][1], terms)
        if dead:
            self.clerk.delete_payment(made["PaymentID"])
        return str(made["PaymentID"])

    def _on_account(self, payment: plan.Payment, kind: str, amount: Decimal, applied: tuple[plan.Applied, ...]) -> None:
        word = "OVERPAYMENT" if kind == "Overpayments" else "PREPAYMENT"
        terms = self._terms(payment)
        record = self._bank_record(f"RECEIVE-{word}", terms, payment.currency, self.books.keys[payment.customer])
        record["CurrencyRate"] = terms.rate
        record["LineItems"] = [line(self.books.new_id(), payment.reference or "On account", amount, ZERO, "610")]
        made = self.cashier.record(record)
        credit = made[ID_OF[kind]]
        self.books.keys[payment.key] = credit
        if payment.state != "open":
            self.cashier.delete(made["BankTransactionID"])
            return
        for one in applied:
            on = self._applied_on(one, terms.on)
            self.clerk.allocate(kind, credit, self.books.keys[one.target], money(one.amount, payment.currency), on)

    def _applied_on(self, one: plan.Applied, source: str) -> str:
        """The day that the plan states, or the later of both documents' days."""
        if one.on is not None:
            return one.on.isoformat()
        return max(source, str(self.books.need("Invoices", self.books.keys[one.target])["Date"]))

    # -- the bank -----------------------------------------------------------------------------------------------------

    def move(self, move: plan.BankMove) -> None:
        outgoing = move.kind in {"spend", "refund_receipt", "ar_purchase"}
        contact = self.books.keys[move.customer] if move.customer else self.people.named(_NOBODY)
        terms = Terms(move.on.isoformat(), self._account(move.account), None, move.reference)
        record = self._bank_record("SPEND" if outgoing else "RECEIVE", terms, move.currency, contact)
        role = {"sale": "sales", "receive": "other_income", "refund_receipt": "sales"}.get(move.kind, "fees")
        text = move.reference or move.kind
        amount = money(move.amount, move.currency)
        record["LineItems"] = [line(self.books.new_id(), text, amount, ZERO, chart.code(role))]
        self.books.keys[move.key] = self.cashier.record(record)["BankTransactionID"]

    def transfer(self, transfer: plan.Transfer) -> None:
        terms = Terms(transfer.on.isoformat(), "", None, transfer.reference)
        amount = money(transfer.amount, transfer.currency)
        made = self.cashier.transfer(self._account(transfer.source), self._account(transfer.target), amount, terms)
        self.books.keys[transfer.key] = made["BankTransferID"]

    def _bank_record(self, type_: str, terms: Terms, currency: str, contact: str) -> Record:
        return {
            "Type": type_,
            "ContactID": contact,
            "BankAccountID": terms.account,
            "Date": terms.on,
            "CurrencyCode": currency,
            "LineAmountTypes": "NoTax",
            "Reference": terms.reference,
            "IsReconciled": terms.reconciled,
            "LineItems": [],
        }

    def _terms(self, payment: plan.Payment) -> Terms:
        return Terms(
            payment.paid_on.isoformat(),
            self._account(payment.account),
            self._rate(payment.rate),
            payment.reference,
            payment.reconciled and payment.state == "open",
        )

    def _account(self, name: str) -> str:
        return self.books.roles["clearing" if name == "clearing" else "bank"]

    @staticmethod
    def _rate(home_for_one: str) -> Decimal:
        return ONE_RATE if home_for_one == "1" else rate_of(home_for_one)
