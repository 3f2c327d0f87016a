"""Changes that a person makes inside Xero, by verb; amounts are decimal strings in the document's currency.

Things are named by the plan's key or by id. `key` in the fields gives a new thing a key. Writing here follows the same
rules as over HTTP; what the product would refuse is a ValueError.

    pay_invoice      invoice, amount?, on?, reference?, account? (bank, clearing), key?
    pay_invoices     invoices, on?, reference?, key?                    one batch payment of what is due
    delete_payment   payment                                            a batch payment too, by its key
    reconcile        payment                                            ticked against the bank: any money by key or id
    overpay          contact, amount, on?, reference?, currency?, key?  money on account
    prepay           contact, amount, on?, reference?, key?
    allocate         source, invoice, amount?, on?                      an overpayment, prepayment or credit note
    refund           source, amount?, on?                               money back of the same
    new_invoice      contact, amount, number?, on?, due_on?, reference?, status?, key?
    edit_invoice     invoice, amount?, due_on?, number?, reference?
    void_invoice, delete_invoice, approve_invoice    invoice
    credit           contact, amount, number?, on?, key?
    apply_credit     credit, invoice, amount?, on?
    new_contact      name, email?, currency?, key?
    rename_contact   contact, name
    archive_contact  contact
    merge_contacts   contact, into
    archive_account  code
    grow             -                                                  from now on a large organisation: see books.large
    set_lock_date    on (null opens the books), end_of_year?
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from sandbox.xero.allocations import allocate
from sandbox.xero.banking import save_transaction
from sandbox.xero.batches import delete_batch, pay_batch
from sandbox.xero.books import Books, Place
from sandbox.xero.chart import BANK, CLEARING, SALES, by_code, set_lock_date
from sandbox.xero.derive import refresh
from sandbox.xero.documents import save_document
from sandbox.xero.faults import Invalid
from sandbox.xero.fields import date_of
from sandbox.xero.kinds import KINDS
from sandbox.xero.payments import delete_payment, pay
from sandbox.xero.people import merge, save_contact
from sandbox.xero.wire import Record, cents, number

Fields = Mapping[str, Any]
_ACCOUNTS = {"bank": BANK, "clearing": CLEARING}
_TICKS = ("IsReconciled", "FromIsReconciled", "ToIsReconciled")
_SINGULAR = {
    "Invoices": "Invoice",
    "CreditNotes": "CreditNote",
    "Overpayments": "Overpayment",
    "Prepayments": "Prepayment",
}


class Business:
    """Call `perform` under the books' lock."""

    def __init__(self, books: Books) -> None:
        self.books = books

    def perform(self, verb: str, fields: Fields) -> dict[str, Any]:
        """What stands now: {"kind", "id"}. ValueError for an unknown verb or a refused change."""
        doer = getattr(self, f"_do_{verb}", None)
        if doer is None:
            known = sorted(name[4:] for name in dir(self) if name.startswith("_do_"))
            raise ValueError(f"change {verb!r} is unknown; known: {', '.join(known)}")
        if "customer" in fields and "contact" not in fields:
            fields = {**fields, "contact": fields["customer"]}
        try:
            with self.books.whole():
                place: Place = doer(fields)
        except Invalid as error:
            raise ValueError(str(error)) from error
        except KeyError as error:
            raise ValueError(f"{verb} needs {error.args[0]}") from None
        if fields.get("key"):
            self.books.keys[str(fields["key"])] = place
        return {"kind": place.kind, "id": place.id}

    # -- money --------------------------------------------------------------------------------------------------------

    def _do_pay_invoice(self, fields: Fields) -> Place:
        invoice = self._find("Invoices", fields["invoice"])
        return self._pay(invoice, _amount(fields, self._record(invoice)["AmountDue"]), fields)

    def _do_pay_invoices(self, fields: Fields) -> Place:
        places = [self._find("Invoices", name) for name in fields["invoices"]]
        parts = [{"Invoice": {"InvoiceID": one.id}, "Amount": self._record(one)["AmountDue"]} for one in places]
        body = {**self._money(fields), "Details": str(fields.get("reference", ""))[:18], "Payments": parts}
        return Place("BatchPayments", pay_batch(self.books, body)["BatchPaymentID"])

    def _do_delete_payment(self, fields: Fields) -> Place:
        place = self.books.keys.get(str(fields["payment"])) or self._find("Payments", fields["payment"])
        if place.kind == "BatchPayments":
            delete_batch(self.books, {"BatchPaymentID": place.id, "Status": "DELETED"})
        else:
            delete_payment(self.books, place.id)
        return place

    def _do_reconcile(self, fields: Fields) -> Place:
        place = self.books.keys.get(str(fields["payment"])) or self._moved(fields["payment"])
        record = self.books.edit(place)
        record |= {name: True for name in _TICKS if name in record}
        self.books.touch(place)
        return place

    def _do_overpay(self, fields: Fields) -> Place:
        return Place("Overpayments", self._receive("RECEIVE-OVERPAYMENT", fields)["OverpaymentID"])

    def _do_prepay(self, fields: Fields) -> Place:
        return Place("Prepayments", self._receive("RECEIVE-PREPAYMENT", fields)["PrepaymentID"])

    def _do_allocate(self, fields: Fields) -> Place:
        source = self._source(fields["source"])
        invoice = self._find("Invoices", fields["invoice"])
        most = min(self._record(source)["RemainingCredit"], self._record(invoice)["AmountDue"])
        on = date_of(self.books, {"Date": fields.get("on")})
        body = {"Invoice": {"InvoiceID": invoice.id}, "Amount": _amount(fields, most), "Date": on.isoformat()}
        allocate(self.books, source, body)
        return source

    def _do_refund(self, fields: Fields) -> Place:
        source = self._source(fields["source"])
        return self._pay(source, _amount(fields, self._record(source)["RemainingCredit"]), fields)

    # -- documents ----------------------------------------------------------------------------------------------------

    def _do_new_invoice(self, fields: Fields) -> Place:
        body = {**self._form(fields), "Type": "ACCREC", "Status": fields.get("status") or "AUTHORISED"}
        body |= _named(fields, number="InvoiceNumber", reference="Reference")
        body["DueDate"] = str(fields.get("due_on") or body["Date"])
        return Place("Invoices", save_document(self.books, "Invoices", body, create=True)["InvoiceID"])

    def _do_edit_invoice(self, fields: Fields) -> Place:
        place = self._find("Invoices", fields["invoice"])
        body: Record = _named(fields, number="InvoiceNumber", reference="Reference", due_on="DueDate")
        if fields.get("amount") is not None:
            body["LineItems"] = _lines(fields["amount"])
        return self._change(place, body)

    def _do_void_invoice(self, fields: Fields) -> Place:
        return self._change(self._find("Invoices", fields["invoice"]), {"Status": "VOIDED"})

    def _do_delete_invoice(self, fields: Fields) -> Place:
        return self._change(self._find("Invoices", fields["invoice"]), {"Status": "DELETED"})

    def _do_approve_invoice(self, fields: Fields) -> Place:
        return self._change(self._find("Invoices", fields["invoice"]), {"Status": "AUTHORISED"})

    def _do_credit(self, fields: Fields) -> Place:
        body = {**self._form(fields), "Type": "ACCRECCREDIT", "Status": "AUTHORISED"}
        body |= _named(fields, number="CreditNoteNumber", reference="Reference")
        return Place("CreditNotes", save_document(self.books, "CreditNotes", body, create=True)["CreditNoteID"])

    def _do_apply_credit(self, fields: Fields) -> Place:
        return self._do_allocate({**fields, "source": fields["credit"]})

    # -- contacts and the organisation ----------------------------------------------------------------------------------

    def _do_new_contact(self, fields: Fields) -> Place:
        body = {"Name": str(fields["name"]), **_named(fields, email="EmailAddress", currency="DefaultCurrency")}
        return Place("Contacts", save_contact(self.books, body, create=True)["ContactID"])

    def _do_rename_contact(self, fields: Fields) -> Place:
        place = self._find("Contacts", fields["contact"])
        save_contact(self.books, {"ContactID": place.id, "Name": str(fields["name"])}, create=False)
        return place

    def _do_archive_contact(self, fields: Fields) -> Place:
        place = self._find("Contacts", fields["contact"])
        save_contact(self.books, {"ContactID": place.id, "ContactStatus": "ARCHIVED"}, create=False)
        return place

    def _do_merge_contacts(self, fields: Fields) -> Place:
        gone, kept = self._find("Contacts", fields["contact"]), self._find("Contacts", fields["into"])
        merge(self.books, gone.id, kept.id)
        return kept

    def _do_grow(self, fields: Fields) -> Place:
        del fields
        self.books.large = True
        return Place("Organisation", self.books.tenant)

    def _do_archive_account(self, fields: Fields) -> Place:
        place = Place("Accounts", by_code(self.books, str(fields["code"]))["AccountID"])
        self.books.edit(place)["Status"] = "ARCHIVED"
        self.books.touch(place)
        return place

    def _do_set_lock_date(self, fields: Fields) -> Place:
        on = None if fields["on"] is None else date_of(self.books, {"on": fields["on"]}, "on")
        set_lock_date(self.books, on, end_of_year=bool(fields.get("end_of_year")))
        return Place("Organisation", self.books.tenant)

    # -- parts --------------------------------------------------------------------------------------------------------

    def _find(self, kind: str, name: object) -> Place:
        held = self.books.keys.get(str(name))
        record_id = held.id if held is not None and held.kind == kind else str(name)
        record = self.books.need(kind, record_id, f"{kind} {name}")
        return Place(kind, record[KINDS[kind].id_field])

    def _moved(self, name: object) -> Place:
        """What moves money in a bank account, by its id."""
        kinds = ("BankTransactions", "BankTransfers", "BatchPayments")
        found = next((kind for kind in kinds if self.books.get(kind, name) is not None), "Payments")
        return self._find(found, name)

    def _source(self, name: object) -> Place:
        for kind in ("Overpayments", "Prepayments", "CreditNotes"):
            held = self.books.keys.get(str(name), Place(kind, str(name)))
            if held.kind == kind and self.books.get(kind, held.id) is not None:
                return held
        raise Invalid(f"{name} could not be found")

    def _record(self, place: Place) -> Record:
        return self.books.need(place.kind, place.id, place.kind)

    def _pay(self, target: Place, amount: Decimal, fields: Fields) -> Place:
        named = {_SINGULAR[target.kind]: {KINDS[target.kind].id_field: target.id}}
        return Place("Payments", pay(self.books, {**self._money(fields), **named, "Amount": amount})["PaymentID"])

    def _money(self, fields: Fields) -> Record:
        on = date_of(self.books, {"Date": fields.get("on")})
        account = {"Code": _ACCOUNTS[str(fields.get("account") or "bank")]}
        return {"Account": account, "Date": on.isoformat(), "Reference": str(fields.get("reference") or "")}

    def _receive(self, word: str, fields: Fields) -> Record:
        contact = self._find("Contacts", fields["contact"])
        money = self._money(fields)
        body = {
            **money,
            "Type": word,
            "BankAccount": money["Account"],
            "Contact": {"ContactID": contact.id},
            "LineItems": _lines(fields["amount"]),
            **_named(fields, currency="CurrencyCode"),
        }
        return save_transaction(self.books, body, create=True)

    def _form(self, fields: Fields) -> Record:
        contact = self._find("Contacts", fields["contact"])
        on = date_of(self.books, {"Date": fields.get("on")})
        return {"Contact": {"ContactID": contact.id}, "Date": on.isoformat(), "LineItems": _lines(fields["amount"])}

    def _change(self, place: Place, body: Record) -> Place:
        save_document(self.books, place.kind, {**body, KINDS[place.kind].id_field: place.id}, create=False)
        refresh(self.books, place)
        return place


def _lines(amount: object) -> list[Record]:
    return [{"Description": "As agreed", "UnitAmount": number(amount), "AccountCode": SALES, "TaxType": "NONE"}]


def _amount(fields: Fields, default: Decimal) -> Decimal:
    return default if fields.get("amount") is None else cents(number(fields["amount"]))


def _named(fields: Fields, **names: str) -> Record:
    """The fields that are given, under Xero's names."""
    return {field: str(fields[name]) for name, field in names.items() if fields.get(name)}
