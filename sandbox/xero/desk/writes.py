"""The writes of the API, one record at a time; each gives the id of what stands now. Invalid says what is refused."""

from __future__ import annotations

from collections.abc import Callable

from sandbox.xero.desk.books import Books
from sandbox.xero.desk.cashier import CREDIT_OF, Cashier
from sandbox.xero.desk.clerk import Clerk, Terms
from sandbox.xero.desk.faults import Invalid
from sandbox.xero.desk.inputs import NOT_FOUND, Inputs
from sandbox.xero.desk.kinds import KINDS
from sandbox.xero.desk.people import People
from sandbox.xero.desk.wire import Record

_TARGETS = {"CreditNote": "CreditNotes", "Overpayment": "Overpayments", "Prepayment": "Prepayments"}
_BANK_TYPES = frozenset({"RECEIVE", "SPEND", *CREDIT_OF})
_NEW_STATES = frozenset({"DRAFT", "SUBMITTED", "AUTHORISED"})
_DOCUMENT_TYPES = {"Invoices": ("ACCREC", "ACCPAY"), "CreditNotes": ("ACCRECCREDIT", "ACCPAYCREDIT")}
_NUMBERS = {"Invoices": "InvoiceNumber", "CreditNotes": "CreditNoteNumber"}
_SHORT = 18  # characters of Details and Narrative


class Writer:
    """Call under the books' lock, inside a trial of `books.undo`."""

    def __init__(self, books: Books) -> None:
        self.books = books
        self.clerk = Clerk(books)
        self.cashier = Cashier(books, self.clerk)
        self.people = People(books)
        self.inputs = Inputs(books)
        self._makers: dict[str, Callable[[Record], str]] = {
            "Payments": self._payment,
            "BatchPayments": self._batch,
            "BankTransactions": self._bank_transaction,
            "BankTransfers": self._transfer,
            "Invoices": lambda item: self._document("Invoices", item),
            "CreditNotes": lambda item: self._document("CreditNotes", item),
            "Contacts": self._contact,
        }
        self._changers: dict[str, Callable[[str, Record], object]] = {
            "Payments": lambda key, item: self._deleted(item) and self.clerk.delete_payment(key),
            "BatchPayments": lambda key, item: self._deleted(item) and self.clerk.delete_batch(key),
            "BankTransactions": lambda key, item: self._deleted(item) and self.cashier.delete(key),
            "BankTransfers": lambda key, item: self._deleted(item) and self.cashier.delete_transfer(key),
            "Invoices": lambda key, item: self._change_document("Invoices", key, item),
            "CreditNotes": lambda key, item: self._change_document("CreditNotes", key, item),
            "Contacts": self._change_contact,
        }

    def takes(self, kind: str) -> bool:
        return kind in self._makers

    def create(self, kind: str, item: Record) -> str:
        return self._makers[kind](item)

    def update(self, kind: str, item: Record, record_id: str | None = None) -> str:
        """A record that is named by its id (or an invoice by its number); one that is not named is created."""
        key = str(record_id or item.get(KINDS[kind].id_field) or "").lower()
        if not key and kind == "Invoices":
            key = self.books.numbers.get(str(item.get("InvoiceNumber") or ""), "")
        if not key and kind == "Contacts":
            key = self.books.names.get(str(item.get("Name") or "").lower(), "")
        if not key:
            return self.create(kind, item)
        if self.books.get(kind, key) is None:
            raise Invalid(NOT_FOUND)
        self._changers[kind](key, item)
        return key

    # -- money --------------------------------------------------------------------------------------------------------

    def _payment(self, item: Record) -> str:
        kind, key = self._target(item)
        terms = Terms(
            self.inputs.day(item),
            self.inputs.account(item, "Account"),
            self.inputs.rate(item),
            item.get("Reference"),
            item.get("IsReconciled") is True,
        )
        return str(self.clerk.pay(kind, key, self.inputs.amount(item), terms)["PaymentID"])

    def _target(self, item: Record) -> tuple[str, str]:
        for field, kind in _TARGETS.items():
            key = str((item.get(field) or {}).get(KINDS[kind].id_field) or "").lower()
            if key:
                if self.books.get(kind, key) is None:
                    raise Invalid(f"{field} could not be found")
                return kind, key
        key = str((item.get("Invoice") or {}).get("InvoiceID") or "").lower()
        if self.books.get("CreditNotes", key) is not None:
            return "CreditNotes", key
        return "Invoices", self.inputs.invoice(item)

    def _batch(self, item: Record) -> str:
        """Reference is kept in New Zealand alone; elsewhere Details and Narrative, 18 characters at most, are the texts."""
        for field in ("Details", "Narrative"):
            if len(str(item.get(field) or "")) > _SHORT:
                raise Invalid(f"{field} exceeds the maximum length of {_SHORT} characters")
        parts = [(self.inputs.invoice(one), self.inputs.amount(one)) for one in item.get("Payments") or []]
        reference = item.get("Reference") if self.books.company.country == "NZ" else None
        terms = Terms(self.inputs.day(item), self.inputs.account(item, "Account"), None, reference)
        made = self.clerk.pay_many(parts, terms, item.get("Details"))
        made["Narrative"] = item.get("Narrative") if self.books.company.country == "GB" else None
        return str(made["BatchPaymentID"])

    def _bank_transaction(self, item: Record) -> str:
        type_ = str(item.get("Type") or "")
        if type_ not in _BANK_TYPES:
            raise Invalid(f"BankTransaction Type {type_ or 'missing'} is not valid")
        contact = self.inputs.contact(item)
        types = self.inputs.line_types(item)
        if type_.endswith("-OVERPAYMENT"):
            types = "NoTax"
            if len(item.get("LineItems") or []) > 1:
                raise Invalid("Overpayments can only have one line item")
        record: Record = {
            "Type": type_,
            "ContactID": contact,
            "BankAccountID": self.inputs.account(item, "BankAccount"),
            "Date": self.inputs.day(item),
            "CurrencyCode": self.inputs.currency(item, contact),
            "LineAmountTypes": types,
            "LineItems": self.inputs.lines(item, types),
            "Reference": item.get("Reference"),
            "Url": item.get("Url"),
            "IsReconciled": item.get("IsReconciled") is True,
        }
        rate = self.inputs.rate(item)
        if rate is not None:
            record["CurrencyRate"] = rate
        return str(self.cashier.record(record)["BankTransactionID"])

    def _transfer(self, item: Record) -> str:
        source, target = (self.inputs.account(item, name) for name in ("FromBankAccount", "ToBankAccount"))
        terms = Terms(self.inputs.day(item), "", self.inputs.rate(item), item.get("Reference"))
        return str(self.cashier.transfer(source, target, self.inputs.amount(item), terms)["BankTransferID"])

    @staticmethod
    def _deleted(item: Record) -> bool:
        """The one change that such a record takes."""
        if item.get("Status") != "DELETED":
            raise Invalid("Only a Status of DELETED can be set on this record")
        return True

    # -- documents ----------------------------------------------------------------------------------------------------

    def _document(self, kind: str, item: Record) -> str:
        if item.get("Type") not in _DOCUMENT_TYPES[kind]:
            raise Invalid(f"Type must be one of {', '.join(_DOCUMENT_TYPES[kind])}")
        status = str(item.get("Status") or "DRAFT")
        if status not in _NEW_STATES:
            raise Invalid(f"Status {status} is not valid for a new document")
        contact = self.inputs.contact(item)
        types = self.inputs.line_types(item)
        record: Record = {
            "Type": item["Type"],
            "Status": status,
            "ContactID": contact,
            "Date": self.inputs.day(item),
            "CurrencyCode": self.inputs.currency(item, contact),
            "LineAmountTypes": types,
            "LineItems": self.inputs.lines(item, types),
            "Reference": item.get("Reference"),
            "Url": item.get("Url"),
            "SentToContact": item.get("SentToContact") is True,
            _NUMBERS[kind]: item.get(_NUMBERS[kind]) or self._next_number(kind, item["Type"]),
        }
        if kind == "Invoices":
            record["DueDate"] = self.inputs.day(item, "DueDate") if item.get("DueDate") else None
            if status == "AUTHORISED" and not record["DueDate"]:
                raise Invalid("The DueDate must be specified for an authorised invoice")
        rate = self.inputs.rate(item)
        if rate is not None:
            record["CurrencyRate"] = rate
        return str(self.clerk.document(kind, record)[KINDS[kind].id_field])

    def _next_number(self, kind: str, type_: str) -> str:
        if not type_.startswith("ACCREC"):
            return ""
        count = self.books.store.count(kind) + 1
        return f"{'INV' if kind == 'Invoices' else 'CN'}-A{count:05d}"

    def _change_document(self, kind: str, key: str, item: Record) -> None:
        status = item.get("Status")
        if status in {"VOIDED", "DELETED"}:
            self.clerk.close(kind, key, str(status))
            return
        changes: Record = {name: item[name] for name in ("Reference", "Url", "SentToContact") if name in item}
        for name in ("Date", "DueDate"):
            if item.get(name):
                changes[name] = self.inputs.day(item, name)
        if item.get("LineItems"):
            types = self.inputs.line_types(item)
            changes |= {"LineAmountTypes": types, "LineItems": self.inputs.lines(item, types)}
        number = _NUMBERS[kind]
        if item.get(number) and item[number] != self.books.need(kind, key).get(number):
            changes[number] = item[number]
        if item.get("Contact"):
            contact = self.inputs.contact(item)
            if contact != self.books.need(kind, key)["ContactID"]:
                raise Invalid("The contact of this document cannot be changed")
        if status in _NEW_STATES and status != self.books.need(kind, key)["Status"]:
            changes["Status"] = status
        self.clerk.edit(kind, key, changes)

    # -- contacts -----------------------------------------------------------------------------------------------------

    def _contact(self, item: Record) -> str:
        if not item.get("Name"):
            raise Invalid("The contact name must be specified.")
        made = self.people.add(str(item["Name"]), item.get("EmailAddress"), item.get("DefaultCurrency"))
        self._numbers(made, item)
        return str(made["ContactID"])

    def _change_contact(self, key: str, item: Record) -> None:
        contact = self.books.change("Contacts", key)
        if item.get("Name") and item["Name"] != contact["Name"]:
            self.people.rename(key, str(item["Name"]))
        if "EmailAddress" in item:
            self.people.set_email(key, str(item["EmailAddress"]))
        if item.get("ContactStatus") == "ARCHIVED":
            self.people.archive(key)
        self._numbers(contact, item)
        self.books.touch("Contacts", key)

    @staticmethod
    def _numbers(contact: Record, item: Record) -> None:
        for name in ("AccountNumber", "ContactNumber"):
            if item.get(name):
                contact[name] = str(item[name])
