"""Enters one planned thing at a time, as the request that a bookkeeper's screen would send."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from sandbox.quickbooks.books import Books
from sandbox.quickbooks.chart import account, receivable_account, tax_percent
from sandbox.quickbooks.parts import LENGTHS
from sandbox.quickbooks.people import People
from sandbox.quickbooks.wire import Record, money, parse_day, ref
from sandbox.quickbooks.writes import Writer
from sandbox.world import plan

_METHODS = {"card": "visa", "check": "check", "cheque": "check", "cash": "cash", "stripe": "stripe"}
_LINE_TYPES = {"Invoice": "Invoice", "JournalEntry": "JournalEntry", "CreditMemo": "CreditMemo", "Purchase": "Expense"}


class Clerk:
    """Each method takes the planned thing and the moment (seconds since 1970) at which it is entered."""

    def __init__(self, books: Books, writer: Writer, people: People, rates: Sequence[tuple[date, str, str]]) -> None:
        self.books = books
        self.writer = writer
        self.people = people
        self.rates = rates
        self._percent = tax_percent(books)

    def _place(self, key: str) -> tuple[str, str]:
        held = self.books.keys.get(key)
        if held is None:
            message = f"the plan names {key}, which is not in these books"
            raise ValueError(message)
        return held

    def _later(self, on: date, key: str) -> date:
        """An application is dated by the later of its two ends."""
        kind, record_id = self._place(key)
        return max(on, parse_day(self.books.need(kind, record_id)["TxnDate"]))

    def _keep(self, key: str, kind: str, record: Record, state: str, at: int) -> None:
        self.books.keys[key] = (kind, record["Id"])
        identity = {"Id": record["Id"], "SyncToken": record["SyncToken"]}
        if state == "void":
            self.writer.void(kind, identity, at)
        elif state == "deleted":
            self.writer.delete(kind, identity, at)

    def invoice(self, invoice: plan.Invoice, at: int) -> None:
        body = self._form(invoice.lines, invoice.currency, invoice.rate, invoice.issued_on, invoice.number)
        body["CustomerRef"] = self.people.payer(invoice.customer, invoice.currency, at)
        if invoice.due_on is not None:
            body["DueDate"] = invoice.due_on.isoformat()
        notes = [invoice.reference or "", *(f"{name}: {value}" for name, value in invoice.metadata)]
        if any(notes):
            body["PrivateNote"] = "\n".join(note for note in notes if note)
        if invoice.po_number:
            field = {"DefinitionId": "1", "Name": "P.O. Number", "Type": "StringType", "StringValue": invoice.po_number}
            body["CustomField"] = [field]
        email = self.people.planned(invoice.customer).email
        if email:
            body["BillEmail"] = {"Address": email}
        if invoice.deposit:
            body["Deposit"] = money(invoice.deposit, invoice.currency)
            body["DepositToAccountRef"] = account(self.books, "bank")
        record = self.writer.create("Invoice", body, at)
        self._keep(invoice.key, "Invoice", record, invoice.state, at)

    def _form(self, lines: tuple[plan.Line, ...], currency: str, rate: str, on: date, number: str) -> Record:
        exempt, taxed = self.books.roles["tax_free_code"], self.books.roles["tax_code"]
        rows = []
        for line in lines:
            amount = money(line.amount, currency)
            detail = {
                "ItemRef": ref(self.books.roles["item"]),
                "UnitPrice": amount,
                "Qty": Decimal(1),
                "TaxCodeRef": ref(taxed if line.tax else exempt),
            }
            row = {"Amount": amount, "DetailType": "SalesItemLineDetail", "SalesItemLineDetail": detail}
            rows.append({"Description": line.description, **row} if line.description else row)
        body: Record = {"DocNumber": number, "Line": rows, **self._dated(on, currency, rate)}
        tax = sum(line.tax for line in lines)
        if tax:
            body["TxnTaxDetail"] = self._tax(
                money(tax, currency), sum(line.amount for line in lines if line.tax), currency
            )
        return body

    def _tax(self, tax: Decimal, net: int, currency: str) -> Record:
        detail = {
            "TaxRateRef": ref(self.books.roles["tax_rate"]),
            "PercentBased": True,
            "TaxPercent": self._percent,
            "NetAmountTaxable": money(net, currency),
        }
        return {
            "TxnTaxCodeRef": ref(self.books.roles["tax_code"]),
            "TotalTax": tax,
            "TaxLine": [{"Amount": tax, "DetailType": "TaxLineDetail", "TaxLineDetail": detail}],
        }

    def _dated(self, on: date, currency: str, rate: str) -> Record:
        found: Record = {"TxnDate": on.isoformat(), "CurrencyRef": {"value": currency}}
        if self.books.multicurrency:
            found["ExchangeRate"] = Decimal(rate)
        return found

    def credit(self, note: plan.CreditNote, at: int) -> None:
        body = self._form(note.lines, note.currency, note.rate, note.issued_on, note.number)
        body["CustomerRef"] = self.people.payer(note.customer, note.currency, at)
        record = self.writer.create("CreditMemo", body, at)
        self._keep(note.key, "CreditMemo", record, note.state, at)

    def applications(self, note: plan.CreditNote, at: int) -> None:
        """A Payment of 0 for each application; what was paid back is an Expense on AR and a Payment of 0 that joins them."""
        credit = self._place(note.key)[1]
        for one in note.applied:
            on = one.on or self._later(note.issued_on, one.target)
            kind, target = self._place(one.target)
            self._join(note, on, (credit, kind, target), money(one.amount, note.currency), at)
        if note.refunded:
            amount = money(note.refunded, note.currency)
            detail = {
                "AccountRef": receivable_account(self.books, note.currency),
                "CustomerRef": self.people.payer(note.customer, note.currency, at),
            }
            line = {"Amount": amount, "DetailType": "AccountBasedExpenseLineDetail"}
            expense = self.writer.create(
                "Purchase",
                {
                    "PaymentType": "Cash",
                    "AccountRef": account(self.books, "bank"),
                    "PrivateNote": f"Refund of {note.number}",
                    "Line": [{**line, "AccountBasedExpenseLineDetail": detail}],
                    **self._dated(note.issued_on, note.currency, note.rate),
                },
                at,
            )
            self.books.keys[f"{note.key}:refund"] = ("Purchase", expense["Id"])
            self._join(note, note.issued_on, (credit, "Purchase", expense["Id"]), amount, at)

    def _join(self, note: plan.CreditNote, on: date, ends: tuple[str, str, str], amount: Decimal, at: int) -> None:
        credit, kind, target = ends
        pairs = (("CreditMemo", credit), (_LINE_TYPES[kind], target))
        body = {
            "CustomerRef": self.people.payer(note.customer, note.currency, at),
            "TotalAmt": 0,
            "Line": [{"Amount": amount, "LinkedTxn": [{"TxnId": txn, "TxnType": shape}]} for shape, txn in pairs],
            **self._dated(on, note.currency, note.rate),
        }
        self.writer.create("Payment", body, at)

    def payment(self, payment: plan.Payment, at: int) -> None:
        lines = []
        for one in payment.applied if payment.state == "open" else ():  # the links of the others are gone anyway
            kind, txn = self._place(one.target)
            linked = {"TxnId": txn, "TxnType": _LINE_TYPES[kind]}
            lines.append({"Amount": money(one.amount, payment.currency), "LinkedTxn": [linked]})
        body: Record = {
            "CustomerRef": self.people.payer(payment.customer, payment.currency, at),
            "TotalAmt": money(payment.amount, payment.currency),
            "DepositToAccountRef": account(self.books, payment.account),
            "Line": lines,
            **self._dated(payment.paid_on, payment.currency, payment.rate),
        }
        if payment.reference:
            # The field holds 21 characters; people put what is longer into the memo.
            body["PaymentRefNum" if len(payment.reference) <= LENGTHS["PaymentRefNum"] else "PrivateNote"] = (
                payment.reference
            )
        method = self.books.roles.get(f"method:{_METHODS.get((payment.method or '').lower(), payment.method or '')}")
        if method:
            body["PaymentMethodRef"] = ref(method)
        record = self.writer.create("Payment", body, at)
        if payment.reconciled:
            self.books.reconciled.add(record["Id"])
        self._keep(payment.key, "Payment", record, payment.state, at)

    def journal(self, journal: plan.ArJournal, at: int) -> None:
        amount = money(abs(journal.amount), journal.currency)
        customer = self.people.payer(journal.customer, journal.currency, at)
        sides = ("Debit", "Credit") if journal.amount > 0 else ("Credit", "Debit")
        ends = (receivable_account(self.books, journal.currency), account(self.books, "opening"))
        lines = []
        for side, end in zip(sides, ends, strict=True):
            detail: Record = {"PostingType": side, "AccountRef": end}
            if end is ends[0]:
                detail["Entity"] = {"Type": "Customer", "EntityRef": customer}
            line = {"Amount": amount, "DetailType": "JournalEntryLineDetail", "JournalEntryLineDetail": detail}
            lines.append({"Description": journal.memo, **line} if journal.memo else line)
        body: Record = {"Line": lines, **self._dated(journal.on, journal.currency, journal.rate)}
        if journal.memo:
            body["PrivateNote"] = journal.memo
        record = self.writer.create("JournalEntry", body, at)
        self._keep(journal.key, "JournalEntry", record, "open", at)

    def deposit(self, deposit: plan.Deposit, at: int) -> None:
        lines: list[Record] = []
        for key in deposit.payments:
            kind, txn = self._place(key)
            held = self.books.need(kind, txn)
            lines.append({"Amount": held["TotalAmt"], "LinkedTxn": [{"TxnId": txn, "TxnType": kind, "TxnLineId": "0"}]})
        for role, amount, text in (("fees", -deposit.fee, "Fees"), ("other_income", deposit.other, "Other income")):
            if amount:
                detail = {"AccountRef": account(self.books, role)}
                lines.append(self._deposit_line(money(amount, deposit.currency), detail, text))
        if deposit.ar_amount and deposit.ar_customer:
            entity = {**self.people.payer(deposit.ar_customer, deposit.currency, at), "type": "CUSTOMER"}
            detail = {"AccountRef": receivable_account(self.books, deposit.currency), "Entity": entity}
            lines.append(
                self._deposit_line(money(deposit.ar_amount, deposit.currency), detail, "Received from customer")
            )
        body = {
            "DepositToAccountRef": account(self.books, "bank"),
            "Line": lines,
            **self._dated(deposit.on, deposit.currency, self._rate(deposit.currency, deposit.on)),
        }
        self._keep(deposit.key, "Deposit", self.writer.create("Deposit", body, at), "open", at)

    @staticmethod
    def _deposit_line(amount: Decimal, detail: Record, text: str) -> Record:
        return {"Amount": amount, "Description": text, "DetailType": "DepositLineDetail", "DepositLineDetail": detail}

    def _rate(self, currency: str, on: date) -> str:
        rows = [(day, rate) for day, code, rate in self.rates if code == currency and day <= on]
        return max(rows)[1] if rows and currency != self.books.home else "1"

    def move(self, move: plan.BankMove, at: int) -> None:
        dated = self._dated(move.on, move.currency, self._rate(move.currency, move.on))
        amount = money(move.amount, move.currency)
        if move.kind in {"sale", "refund_receipt"}:
            kind, body = self._cash_form(move, at)
        elif move.kind == "receive":
            line = self._deposit_line(amount, {"AccountRef": account(self.books, "other_income")}, move.reference or "")
            kind, body = "Deposit", {"DepositToAccountRef": account(self.books, move.account), "Line": [line]}
        elif move.kind in {"spend", "ar_purchase"}:
            kind, body = "Purchase", self._expense(move, at)
        else:
            message = f"bank move {move.key} is of kind {move.kind}, which QuickBooks does not have"
            raise ValueError(message)
        if move.reference:
            body["PrivateNote"] = move.reference
        record = self.writer.create(kind, {**body, **dated}, at)
        self._keep(move.key, kind, record, "open", at)

    def _cash_form(self, move: plan.BankMove, at: int) -> tuple[str, Record]:
        rate = self._rate(move.currency, move.on)
        text = "Refund" if move.kind == "refund_receipt" else "Sale"
        body = self._form((plan.Line(text, move.amount),), move.currency, rate, move.on, "")
        customer = move.customer or self.people.first()
        body["CustomerRef"] = self.people.payer(customer, move.currency, at)
        body["DepositToAccountRef"] = account(self.books, move.account)
        if move.reference and len(move.reference) <= LENGTHS["PaymentRefNum"]:
            body["PaymentRefNum"] = move.reference
        return ("RefundReceipt" if move.kind == "refund_receipt" else "SalesReceipt"), body

    def _expense(self, move: plan.BankMove, at: int) -> Record:
        detail: Record = {"AccountRef": account(self.books, "expense" if move.account == "bank" else "fees")}
        if move.kind == "ar_purchase" and move.customer:
            customer = self.people.payer(move.customer, move.currency, at)
            detail = {"AccountRef": receivable_account(self.books, move.currency), "CustomerRef": customer}
        line = {
            "Amount": money(move.amount, move.currency),
            "DetailType": "AccountBasedExpenseLineDetail",
            "AccountBasedExpenseLineDetail": detail,
        }
        return {"PaymentType": "Cash", "AccountRef": account(self.books, move.account), "Line": [line]}

    def transfer(self, transfer: plan.Transfer, at: int) -> None:
        body: Record = {
            "FromAccountRef": account(self.books, transfer.source),
            "ToAccountRef": account(self.books, transfer.target),
            "Amount": money(transfer.amount, transfer.currency),
            **self._dated(transfer.on, transfer.currency, self._rate(transfer.currency, transfer.on)),
        }
        if transfer.reference:
            body["PrivateNote"] = transfer.reference
        self._keep(transfer.key, "Transfer", self.writer.create("Transfer", body, at), "open", at)
