"""Changes that a person makes inside Xero, by verb; amounts are decimal strings in the document's currency.

Things are named by the plan's key or by id. `key` in the fields gives a new thing a key. Writing here follows the same
rules as over HTTP; what Xero would refuse is a ValueError.

    pay_invoice      invoice, amount?, on?, reference?, account? (bank, clearing), key?
    pay_invoices     invoices, on?, reference?, account?, key?                      one batch
    new_invoice      customer, amount, number?, on?, due_on?, reference?, key?
    edit_invoice     invoice, amount?, due_on?, number?, reference?
    void_invoice     invoice (a draft is deleted)
    delete_payment   payment (a batch or a single one)
    new_contact      name, email?, currency?, key?
    rename_contact   contact, name
    archive_contact  contact
    merge_contacts   contact, into
    credit           customer, amount, number?, on?, key?
    apply_credit     credit, invoice, amount?, on?       also of an overpayment or prepayment
    unapply_credit   credit, invoice
    refund_credit    credit, amount?, on?, key?
    overpay, prepay  customer, amount, on?, reference?, account?, key?
    void_overpayment overpayment                         also of a prepayment
    bank             type (RECEIVE, SPEND), amount, customer?, on?, reference?, account?, key?
    transfer         amount, on?, reference?, source? (clearing), target? (bank), key?
    set_lock_date    on (null opens the books)
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from sandbox.xero.desk import chart
from sandbox.xero.desk.books import Books
from sandbox.xero.desk.cashier import ID_OF, Cashier
from sandbox.xero.desk.clerk import Clerk, Terms
from sandbox.xero.desk.faults import Invalid, Refusal
from sandbox.xero.desk.kinds import CREDITS, KINDS
from sandbox.xero.desk.lines import line
from sandbox.xero.desk.people import People
from sandbox.xero.desk.wire import ZERO, Record, cents, number, parse_day

Fields = Mapping[str, Any]
Done = tuple[str, Record]


class Business:
    """Call `perform` under the books' lock."""

    def __init__(self, books: Books) -> None:
        self.books = books
        self.clerk = Clerk(books)
        self.cashier = Cashier(books, self.clerk)
        self.people = People(books)

    def perform(self, verb: str, fields: Fields) -> dict[str, Any]:
        """What stands now: {"kind", "id"}. ValueError for an unknown verb or a refused change."""
        doer = getattr(self, f"_do_{verb}", None)
        if doer is None:
            known = sorted(name[4:] for name in dir(self) if name.startswith("_do_"))
            message = f"change {verb!r} is unknown; known: {', '.join(known)}"
            raise ValueError(message)
        try:
            with self.books.undo.trial():
                kind, record = doer(fields)
        except (Invalid, Refusal) as refusal:
            raise ValueError(str(refusal)) from refusal
        except KeyError as error:
            message = f"{verb} needs {error.args[0]}"
            raise ValueError(message) from None
        key = str(record[KINDS[kind].id_field])
        if fields.get("key"):
            self.books.keys[str(fields["key"])] = key
        return {"kind": kind, "id": key}

    # -- invoices -----------------------------------------------------------------------------------------------------

    def _do_new_invoice(self, fields: Fields) -> Done:
        record = self._document("ACCREC", fields)
        count = self.books.store.count("Invoices") + 1
        record["InvoiceNumber"] = str(fields.get("number") or f"INV-N{count:05d}")
        record["DueDate"] = parse_day(fields["due_on"]) if fields.get("due_on") else None
        record["Reference"] = fields.get("reference")
        return "Invoices", self.clerk.document("Invoices", record)

    def _do_edit_invoice(self, fields: Fields) -> Done:
        key = self._id("Invoices", fields["invoice"])
        changes: Record = {}
        if fields.get("amount") is not None:
            changes["LineItems"] = [self._line(cents(number(fields["amount"])))]
        if fields.get("due_on"):
            changes["DueDate"] = parse_day(fields["due_on"])
        for name, field in (("number", "InvoiceNumber"), ("reference", "Reference")):
            if fields.get(name):
                changes[field] = str(fields[name])
        return "Invoices", self.clerk.edit("Invoices", key, changes)

    def _do_void_invoice(self, fields: Fields) -> Done:
        key = self._id("Invoices", fields["invoice"])
        draft = self.books.need("Invoices", key)["Status"] in {"DRAFT", "SUBMITTED"}
        return "Invoices", self.clerk.close("Invoices", key, "DELETED" if draft else "VOIDED")

    # -- payments -----------------------------------------------------------------------------------------------------

    def _do_pay_invoice(self, fields: Fields) -> Done:
        key = self._id("Invoices", fields["invoice"])
        amount = self._amount(fields, self.books.need("Invoices", key)["AmountDue"])
        return "Payments", self.clerk.pay("Invoices", key, amount, self._terms(fields))

    def _do_pay_invoices(self, fields: Fields) -> Done:
        keys = [self._id("Invoices", name) for name in fields["invoices"]]
        parts = [(key, self.books.need("Invoices", key)["AmountDue"]) for key in keys]
        return "BatchPayments", self.clerk.pay_many(parts, self._terms(fields))

    def _do_delete_payment(self, fields: Fields) -> Done:
        name = fields["payment"]
        key = self.books.keys.get(str(name), str(name))
        if self.books.get("BatchPayments", key) is not None:
            return "BatchPayments", self.clerk.delete_batch(key)
        return "Payments", self.clerk.delete_payment(self._id("Payments", name))

    # -- contacts -----------------------------------------------------------------------------------------------------

    def _do_new_contact(self, fields: Fields) -> Done:
        return "Contacts", self.people.add(str(fields["name"]), fields.get("email"), fields.get("currency"))

    def _do_rename_contact(self, fields: Fields) -> Done:
        return "Contacts", self.people.rename(self._id("Contacts", fields["contact"]), str(fields["name"]))

    def _do_archive_contact(self, fields: Fields) -> Done:
        return "Contacts", self.people.archive(self._id("Contacts", fields["contact"]))

    def _do_merge_contacts(self, fields: Fields) -> Done:
        gone, into = self._id("Contacts", fields["contact"]), self._id("Contacts", fields["into"])
        return "Contacts", self.people.merge(gone, into)

    # -- credits ------------------------------------------------------------------------------------------------------

    def _do_credit(self, fields: Fields) -> Done:
        record = self._document("ACCRECCREDIT", fields)
        count = self.books.store.count("CreditNotes") + 1
        record["CreditNoteNumber"] = str(fields.get("number") or f"CN-N{count:04d}")
        return "CreditNotes", self.clerk.document("CreditNotes", record)

    def _do_apply_credit(self, fields: Fields) -> Done:
        kind, key = self._credit(fields["credit"])
        invoice = self._id("Invoices", fields["invoice"])
        credit = self.books.need(kind, key)
        most = min(credit["RemainingCredit"], self.books.need("Invoices", invoice)["AmountDue"])
        self.clerk.allocate(kind, key, invoice, self._amount(fields, most), self._day(fields))
        return kind, credit

    def _do_unapply_credit(self, fields: Fields) -> Done:
        kind, key = self._credit(fields["credit"])
        invoice = self._id("Invoices", fields["invoice"])
        for one in self.books.allocations_of.get(key, []):
            if one.invoice == invoice and not one.deleted:
                self.clerk.delete_allocation(kind, key, one.id)
                return kind, self.books.need(kind, key)
        raise Invalid("Allocation could not be found")

    def _do_refund_credit(self, fields: Fields) -> Done:
        kind, key = self._credit(fields["credit"])
        amount = self._amount(fields, self.books.need(kind, key)["RemainingCredit"])
        return "Payments", self.clerk.pay(kind, key, amount, self._terms(fields))

    def _do_overpay(self, fields: Fields) -> Done:
        return self._on_account("Overpayments", "RECEIVE-OVERPAYMENT", fields)

    def _do_prepay(self, fields: Fields) -> Done:
        return self._on_account("Prepayments", "RECEIVE-PREPAYMENT", fields)

    def _do_void_overpayment(self, fields: Fields) -> Done:
        kind, key = self._credit(fields["overpayment"])
        for record in self.books.store.all("BankTransactions"):
            if record.get(KINDS[kind].id_field) == key:
                self.cashier.delete(record["BankTransactionID"])
                return kind, self.books.need(kind, key)
        raise Invalid("The bank transaction could not be found")

    # -- the bank -----------------------------------------------------------------------------------------------------

    def _do_bank(self, fields: Fields) -> Done:
        contact = fields.get("customer")
        contact_id = self._id("Contacts", contact) if contact else self.people.named("Sundry")
        return "BankTransactions", self._bank_record(str(fields["type"]), contact_id, fields)

    def _do_transfer(self, fields: Fields) -> Done:
        roles = self.books.roles
        source, target = (
            roles[str(fields.get(name) or held)] for name, held in (("source", "clearing"), ("target", "bank"))
        )
        amount = cents(number(fields["amount"]))
        return "BankTransfers", self.cashier.transfer(source, target, amount, self._terms(fields))

    def _do_set_lock_date(self, fields: Fields) -> Done:
        organisation = self.books.organisation
        organisation["PeriodLockDate"] = parse_day(fields["on"]) if fields["on"] else None
        if not fields["on"]:
            organisation["EndOfYearLockDate"] = None
        self.books.touch("Organisation", self.books.tenant)
        return "Organisation", organisation

    # -- what these share ---------------------------------------------------------------------------------------------

    def _on_account(self, kind: str, type_: str, fields: Fields) -> Done:
        contact = self._id("Contacts", fields["customer"])
        made = self._bank_record(type_, contact, fields)
        return kind, self.books.need(kind, made[ID_OF[kind]])

    def _bank_record(self, type_: str, contact: str, fields: Fields) -> Record:
        terms = self._terms(fields)
        code = chart.code("ar" if "PAYMENT" in type_ else "other_income" if type_ == "RECEIVE" else "fees")
        amount = cents(number(fields["amount"]))
        text = terms.reference or "On account"
        record: Record = {
            "Type": type_,
            "ContactID": contact,
            "BankAccountID": terms.account,
            "Date": terms.on,
            "CurrencyCode": self._currency(contact),
            "LineAmountTypes": "NoTax",
            "Reference": terms.reference,
            "LineItems": [line(self.books.new_id(), text, amount, ZERO, code)],
        }
        return self.cashier.record(record)

    def _document(self, type_: str, fields: Fields) -> Record:
        contact = self._id("Contacts", fields["customer"])
        return {
            "Type": type_,
            "Status": "AUTHORISED",
            "ContactID": contact,
            "Date": self._day(fields),
            "CurrencyCode": self._currency(contact),
            "LineAmountTypes": "Exclusive",
            "LineItems": [self._line(cents(number(fields["amount"])))],
        }

    def _line(self, amount: Decimal) -> Record:
        return line(self.books.new_id(), "Goods", amount, ZERO, chart.code("sales"))

    def _terms(self, fields: Fields) -> Terms:
        role = "clearing" if fields.get("account") == "clearing" else "bank"
        return Terms(self._day(fields), self.books.roles[role], None, fields.get("reference"))

    def _day(self, fields: Fields) -> str:
        return parse_day(fields["on"]) if fields.get("on") else self.books.today().isoformat()

    @staticmethod
    def _amount(fields: Fields, otherwise: Decimal) -> Decimal:
        return cents(number(fields["amount"])) if fields.get("amount") is not None else otherwise

    def _currency(self, contact: str) -> str:
        return str(self.books.need("Contacts", contact).get("DefaultCurrency") or self.books.home)

    def _credit(self, name: object) -> tuple[str, str]:
        key = self.books.keys.get(str(name), str(name))
        for kind in CREDITS:
            if self.books.get(kind, key) is not None:
                return kind, key
        raise Invalid(f"no credit {name}")

    def _id(self, kind: str, name: object) -> str:
        key = self.books.keys.get(str(name), str(name))
        if self.books.get(kind, key) is None:
            raise Invalid(f"no {kind[:-1].lower()} {name}")
        return key
