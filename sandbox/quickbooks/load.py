"""A plan written into the books as its history: every document on its day, in the order in which they could be entered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from sandbox.quickbooks.books import Books
from sandbox.quickbooks.chart import account, receivable_account, tax_percent
from sandbox.quickbooks.links import Links
from sandbox.quickbooks.wire import Record, money, ref
from sandbox.quickbooks.writes import Writer
from sandbox.world import plan

_FIRST_HOUR = 9
_MINUTES_OPEN = 8 * 60
_STRIDE = 37  # minutes from one entry to the next on the clock of a working day; prime to the day, so that times spread
_KINDS = ("customer", "invoice", "credit", "journal", "move", "transfer", "payment", "apply", "deposit")
_RANK = {name: place for place, name in enumerate(_KINDS)}
_METHODS = {"card": "visa", "check": "check", "cheque": "check", "cash": "cash", "stripe": "stripe"}
_LINE_TYPES = {"Invoice": "Invoice", "JournalEntry": "JournalEntry", "CreditMemo": "CreditMemo", "Purchase": "Expense"}


@dataclass(frozen=True)
class _Step:
    """One thing to enter: when, in which order on that day, and how."""

    on: date
    rank: int
    place: int
    enter: Callable[[int], None]


def load_plan(books: Books, writer: Writer, links: Links, books_plan: plan.BooksPlan) -> None:
    """No events are made. Keys of the plan are in `books.keys` afterwards. ValueError for a key that nobody defines."""
    with books.loading():
        loader = _Loader(books, writer, links, books_plan)
        loader.rates()
        loader.customers()
        steps = sorted(loader.steps(), key=lambda step: (step.on, step.rank, step.place))
        for place, step in enumerate(steps):
            step.enter(loader.moment(step.on, place))
        loader.deactivate()
        books.take_events()


class _Loader:
    def __init__(self, books: Books, writer: Writer, links: Links, books_plan: plan.BooksPlan) -> None:
        self.books = books
        self.writer = writer
        self.links = links
        self.plan = books_plan
        self._dates: dict[str, date] = {}
        self._latest = books.now_seconds()
        self._customers = {customer.key: customer for customer in books_plan.customers}
        self._percent = tax_percent(books)

    def moment(self, on: date, place: int) -> int:
        minutes = place * _STRIDE % _MINUTES_OPEN
        local = datetime.combine(on, time(_FIRST_HOUR), self.books.zone) + timedelta(
            minutes=minutes, seconds=place % 60
        )
        return min(int(local.timestamp()), self._latest)

    # -- lists --------------------------------------------------------------------------------------------------------

    def rates(self) -> None:
        for on, currency, rate in self.plan.rates:
            body = {
                "SourceCurrencyCode": currency,
                "TargetCurrencyCode": self.books.home,
                "Rate": Decimal(rate),
                "AsOfDate": on.isoformat(),
            }
            self.books.add("ExchangeRate", body, self.moment(on, 0))

    def customers(self) -> None:
        first = min((one.issued_on for one in self.plan.invoices), default=self.books.today())
        at = self.moment(first - timedelta(days=30), 0)
        waiting = list(self.plan.customers)
        while waiting:
            ready = [one for one in waiting if one.parent is None or one.parent in self.books.keys]
            if not ready:
                message = f"customer {waiting[0].key} names a parent that is not in the plan: {waiting[0].parent}"
                raise ValueError(message)
            for customer in ready:
                self._customer(customer.key, customer, customer.currency or self.books.home, customer.name, at)
                at = min(at + 60, self._latest)
            waiting = [one for one in waiting if one not in ready]

    def _customer(self, key: str, customer: plan.Customer, currency: str, name: str, at: int) -> str:
        body: Record = {"DisplayName": name, "CompanyName": name, "CurrencyRef": {"value": currency}}
        if customer.email:
            body["PrimaryEmailAddr"] = {"Address": customer.email}
        if customer.parent and customer.parent in self.books.keys:
            body["ParentRef"] = {"value": self.books.keys[customer.parent][1]}
        written = self.writer.create("Customer", body, at)
        self.books.keys[key] = ("Customer", written["Id"])
        return str(written["Id"])

    def deactivate(self) -> None:
        for customer in self.plan.customers:
            if customer.active:
                continue
            record = self.books.need("Customer", self._id(customer.key))
            changed = {"Id": record["Id"], "SyncToken": record["SyncToken"], "sparse": True, "Active": False}
            self.writer.update("Customer", changed, self._latest)

    def payer(self, key: str, currency: str, at: int) -> Record:
        """A customer trades in one currency here; for another one it has a twin, as bookkeepers do by hand."""
        customer = self._customers[key]
        if (customer.currency or self.books.home) == currency:
            return ref(self._id(key))
        twin = f"{key}:{currency}"
        if twin not in self.books.keys:
            self._customer(twin, customer, currency, f"{customer.name} ({currency})", at)
        return ref(self._id(twin))

    # -- documents ----------------------------------------------------------------------------------------------------

    def steps(self) -> list[_Step]:
        found: list[_Step] = []

        def step(rank: str, on: date, key: str, enter: Callable[[int], None]) -> None:
            self._dates[key] = on
            found.append(_Step(on, _RANK[rank], len(found), enter))

        for invoice in self.plan.invoices:
            if invoice.state != "draft":  # the product has no drafts
                step("invoice", invoice.issued_on, invoice.key, lambda at, one=invoice: self._invoice(one, at))  # type: ignore[misc]
        for note in self.plan.credit_notes:
            step("credit", note.issued_on, note.key, lambda at, one=note: self._credit(one, at))  # type: ignore[misc]
        for journal in self.plan.journals:
            step("journal", journal.on, journal.key, lambda at, one=journal: self._journal(one, at))  # type: ignore[misc]
        for move in self.plan.moves:
            step("move", move.on, move.key, lambda at, one=move: self._move(one, at))  # type: ignore[misc]
        for transfer in self.plan.transfers:
            step("transfer", transfer.on, transfer.key, lambda at, one=transfer: self._transfer(one, at))  # type: ignore[misc]
        for payment in self.plan.payments:
            on = self._after(payment.paid_on, payment.applied)
            step("payment", on, payment.key, lambda at, one=payment: self._payment(one, at))  # type: ignore[misc]
        for note in self.plan.credit_notes:
            if note.applied or note.refunded:
                on = self._after(note.issued_on, note.applied)
                found.append(_Step(on, _RANK["apply"], len(found), lambda at, one=note: self._applications(one, at)))  # type: ignore[misc]
        for deposit in self.plan.deposits:
            on = max([deposit.on, *(self._dates[key] for key in deposit.payments)])
            step("deposit", on, deposit.key, lambda at, one=deposit: self._deposit(one, at))  # type: ignore[misc]
        return found

    def _after(self, on: date, applied: tuple[plan.Applied, ...]) -> date:
        """What is applied to a later document is entered on that document's day."""
        return max([on, *(self._dates.get(one.target, on) for one in applied)])

    def _id(self, key: str) -> str:
        held = self.books.keys.get(key)
        if held is None:
            message = f"the plan names {key}, which is not in these books"
            raise ValueError(message)
        return held[1]

    def _keep(self, key: str, kind: str, record: Record, state: str, at: int) -> None:
        self.books.keys[key] = (kind, record["Id"])
        identity = {"Id": record["Id"], "SyncToken": record["SyncToken"]}
        if state == "void":
            self.writer.void(kind, identity, at)
        elif state == "deleted":
            self.writer.delete(kind, identity, at)

    def _invoice(self, invoice: plan.Invoice, at: int) -> None:
        body = self._form(invoice.lines, invoice.currency, invoice.rate, invoice.issued_on, invoice.number)
        body["CustomerRef"] = self.payer(invoice.customer, invoice.currency, at)
        if invoice.due_on is not None:
            body["DueDate"] = invoice.due_on.isoformat()
        notes = [invoice.reference or "", *(f"{name}: {value}" for name, value in invoice.metadata)]
        if any(notes):
            body["PrivateNote"] = "\n".join(note for note in notes if note)
        if invoice.po_number:
            field = {"DefinitionId": "1", "Name": "P.O. Number", "Type": "StringType", "StringValue": invoice.po_number}
            body["CustomField"] = [field]
        email = self._customers[invoice.customer].email
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

    def _credit(self, note: plan.CreditNote, at: int) -> None:
        body = self._form(note.lines, note.currency, note.rate, note.issued_on, note.number)
        body["CustomerRef"] = self.payer(note.customer, note.currency, at)
        record = self.writer.create("CreditMemo", body, at)
        self._keep(note.key, "CreditMemo", record, note.state, at)

    def _applications(self, note: plan.CreditNote, at: int) -> None:
        """A Payment of 0 for each application; what was paid back is an Expense on AR and a Payment of 0 that joins them."""
        credit = {"kind": "CreditMemo", "id": self._id(note.key)}
        for one in note.applied:
            on = one.on or self._after(note.issued_on, (one,))
            kind, target = self.books.keys[one.target]
            self._join(note, on, (credit["id"], kind, target), money(one.amount, note.currency), at)
        if note.refunded:
            amount = money(note.refunded, note.currency)
            detail = {
                "AccountRef": receivable_account(self.books, note.currency),
                "CustomerRef": self.payer(note.customer, note.currency, at),
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
            self._join(note, note.issued_on, (credit["id"], "Purchase", expense["Id"]), amount, at)

    def _join(self, note: plan.CreditNote, on: date, ends: tuple[str, str, str], amount: Decimal, at: int) -> None:
        credit, kind, target = ends
        pairs = (("CreditMemo", credit), (_LINE_TYPES[kind], target))
        body = {
            "CustomerRef": self.payer(note.customer, note.currency, at),
            "TotalAmt": 0,
            "Line": [{"Amount": amount, "LinkedTxn": [{"TxnId": txn, "TxnType": shape}]} for shape, txn in pairs],
            **self._dated(on, note.currency, note.rate),
        }
        self.writer.create("Payment", body, at)

    def _payment(self, payment: plan.Payment, at: int) -> None:
        lines = []
        for one in payment.applied:
            self._id(one.target)
            kind, txn = self.books.keys[one.target]
            linked = {"TxnId": txn, "TxnType": _LINE_TYPES[kind]}
            lines.append({"Amount": money(one.amount, payment.currency), "LinkedTxn": [linked]})
        body: Record = {
            "CustomerRef": self.payer(payment.customer, payment.currency, at),
            "TotalAmt": money(payment.amount, payment.currency),
            "DepositToAccountRef": account(self.books, payment.account),
            "Line": lines,
            **self._dated(payment.paid_on, payment.currency, payment.rate),
        }
        if payment.reference:
            # The field holds 21 characters; people put what is longer into the memo.
            body["PaymentRefNum" if len(payment.reference) <= 21 else "PrivateNote"] = payment.reference
        method = self.books.roles.get(f"method:{_METHODS.get((payment.method or '').lower(), payment.method or '')}")
        if method:
            body["PaymentMethodRef"] = ref(method)
        record = self.writer.create("Payment", body, at)
        if payment.reconciled:
            self.books.reconciled.add(record["Id"])
        self._keep(payment.key, "Payment", record, payment.state, at)

    def _journal(self, journal: plan.ArJournal, at: int) -> None:
        amount = money(abs(journal.amount), journal.currency)
        customer = self.payer(journal.customer, journal.currency, at)
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

    def _deposit(self, deposit: plan.Deposit, at: int) -> None:
        lines: list[Record] = []
        for key in deposit.payments:
            kind, txn = self.books.keys[key]
            held = self.books.need(kind, txn)
            lines.append({"Amount": held["TotalAmt"], "LinkedTxn": [{"TxnId": txn, "TxnType": kind, "TxnLineId": "0"}]})
        for role, amount, text in (("fees", -deposit.fee, "Fees"), ("other_income", deposit.other, "Other income")):
            if amount:
                detail = {"AccountRef": account(self.books, role)}
                lines.append(self._deposit_line(money(amount, deposit.currency), detail, text))
        if deposit.ar_amount and deposit.ar_customer:
            entity = {**self.payer(deposit.ar_customer, deposit.currency, at), "type": "CUSTOMER"}
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
        rows = [(day, rate) for day, code, rate in self.plan.rates if code == currency and day <= on]
        return max(rows)[1] if rows and currency != self.books.home else "1"

    def _move(self, move: plan.BankMove, at: int) -> None:
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
        customer = move.customer or next(iter(self._customers))
        body["CustomerRef"] = self.payer(customer, move.currency, at)
        body["DepositToAccountRef"] = account(self.books, move.account)
        if move.reference and len(move.reference) <= 21:
            body["PaymentRefNum"] = move.reference
        return ("RefundReceipt" if move.kind == "refund_receipt" else "SalesReceipt"), body

    def _expense(self, move: plan.BankMove, at: int) -> Record:
        detail: Record = {"AccountRef": account(self.books, "expense" if move.account == "bank" else "fees")}
        if move.kind == "ar_purchase" and move.customer:
            customer = self.payer(move.customer, move.currency, at)
            detail = {"AccountRef": receivable_account(self.books, move.currency), "CustomerRef": customer}
        line = {
            "Amount": money(move.amount, move.currency),
            "DetailType": "AccountBasedExpenseLineDetail",
            "AccountBasedExpenseLineDetail": detail,
        }
        return {"PaymentType": "Cash", "AccountRef": account(self.books, move.account), "Line": [line]}

    def _transfer(self, transfer: plan.Transfer, at: int) -> None:
        body: Record = {
            "FromAccountRef": account(self.books, transfer.source),
            "ToAccountRef": account(self.books, transfer.target),
            "Amount": money(transfer.amount, transfer.currency),
            **self._dated(transfer.on, transfer.currency, self._rate(transfer.currency, transfer.on)),
        }
        if transfer.reference:
            body["PrivateNote"] = transfer.reference
        self._keep(transfer.key, "Transfer", self.writer.create("Transfer", body, at), "open", at)
