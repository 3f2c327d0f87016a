"""Changes that a person makes inside QuickBooks, by verb; amounts are decimal strings in the document's currency.

Things are named by the plan's key or by id. `key` in the fields gives a new thing a key. Writing here follows the same
rules as over HTTP; what the product would refuse is a ValueError.

    pay_invoice      invoice, amount?, on?, reference?, account? (bank, clearing, undeposited), key?
    pay_customer     customer, amount, on?, reference?, account?, key?             unapplied
    apply_payment    payment, invoice, amount?
    new_invoice      customer, amount, number?, on?, due_on?, note?, key?
    edit_invoice     invoice, amount?, due_on?, number?, note?
    void_invoice, delete_invoice    invoice
    void_payment, delete_payment    payment
    credit           customer, amount, number?, on?, key?
    apply_credit     credit, invoice, amount?, on?
    deposit          payments, fee?, on?, key?
    new_customer     name, email?, currency?, parent?, key?
    rename_customer  customer, name
    deactivate_customer, reactivate_customer    customer
    merge_customers  customer, into
    close_books      on (null opens them)
    prefer           auto_apply_credit?, auto_apply_payments?
    deactivate_account    account
    reconcile        transaction, on? (false takes the tick off)
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from sandbox.quickbooks.books import Books
from sandbox.quickbooks.chart import account
from sandbox.quickbooks.faults import Refusal
from sandbox.quickbooks.kinds import TRANSACTIONS
from sandbox.quickbooks.links import Links
from sandbox.quickbooks.wire import Record, number, ref, ref_value
from sandbox.quickbooks.writes import Writer

Fields = Mapping[str, Any]


class Business:
    """Call `perform` under the books' lock."""

    def __init__(self, books: Books, links: Links, writer: Writer) -> None:
        self.books = books
        self.links = links
        self.writer = writer

    def perform(self, verb: str, fields: Fields) -> dict[str, Any]:
        """What stands now: {"kind", "id", "sync_token"}. ValueError for an unknown verb or a refused change."""
        doer = getattr(self, f"_do_{verb}", None)
        if doer is None:
            known = sorted(name[4:] for name in dir(self) if name.startswith("_do_"))
            message = f"change {verb!r} is unknown; known: {', '.join(known)}"
            raise ValueError(message)
        try:
            kind, record = doer(fields)
        except Refusal as refusal:
            raise ValueError(str(refusal)) from refusal
        except KeyError as error:
            message = f"{verb} needs {error.args[0]}"
            raise ValueError(message) from None
        if fields.get("key"):
            self.books.keys[str(fields["key"])] = (kind, record["Id"])
        return {"kind": kind, "id": record["Id"], "sync_token": record.get("SyncToken", "")}

    # -- invoices -----------------------------------------------------------------------------------------------------

    def _do_new_invoice(self, fields: Fields) -> tuple[str, Record]:
        body = self._form(fields)
        if fields.get("due_on"):
            body["DueDate"] = fields["due_on"]
        return "Invoice", self.writer.create("Invoice", body)

    def _do_edit_invoice(self, fields: Fields) -> tuple[str, Record]:
        invoice = self._find("Invoice", fields["invoice"])
        body = self._sparse(invoice)
        if fields.get("amount") is not None:
            body["Line"] = [self._line(number(fields["amount"]))]
            body["TxnTaxDetail"] = None
        for name, field in (("due_on", "DueDate"), ("number", "DocNumber"), ("note", "PrivateNote")):
            if fields.get(name):
                body[field] = fields[name]
        return "Invoice", self.writer.update("Invoice", body)

    def _do_void_invoice(self, fields: Fields) -> tuple[str, Record]:
        return "Invoice", self.writer.void("Invoice", self._sparse(self._find("Invoice", fields["invoice"])))

    def _do_delete_invoice(self, fields: Fields) -> tuple[str, Record]:
        return "Invoice", self.writer.delete("Invoice", self._sparse(self._find("Invoice", fields["invoice"])))

    # -- money --------------------------------------------------------------------------------------------------------

    def _do_pay_invoice(self, fields: Fields) -> tuple[str, Record]:
        invoice = self._find("Invoice", fields["invoice"])
        amount = number(fields["amount"]) if fields.get("amount") is not None else invoice["Balance"]
        part = min(amount, invoice["Balance"])
        body = self._money(invoice["CustomerRef"]["value"], amount, fields)
        if part:
            body["Line"] = [{"Amount": part, "LinkedTxn": [{"TxnId": invoice["Id"], "TxnType": "Invoice"}]}]
        return "Payment", self.writer.create("Payment", body)

    def _do_pay_customer(self, fields: Fields) -> tuple[str, Record]:
        customer = self._find("Customer", fields["customer"])
        return "Payment", self.writer.create("Payment", self._money(customer["Id"], number(fields["amount"]), fields))

    def _do_apply_payment(self, fields: Fields) -> tuple[str, Record]:
        payment = self._find("Payment", fields["payment"])
        invoice = self._find("Invoice", fields["invoice"])
        most = min(payment["UnappliedAmt"], invoice["Balance"])
        part = number(fields["amount"]) if fields.get("amount") is not None else most
        line = {"Amount": part, "LinkedTxn": [{"TxnId": invoice["Id"], "TxnType": "Invoice"}]}
        body = {**self._sparse(payment), "Line": [*payment["Line"], line]}
        return "Payment", self.writer.update("Payment", body)

    def _do_void_payment(self, fields: Fields) -> tuple[str, Record]:
        return "Payment", self.writer.void("Payment", self._sparse(self._find("Payment", fields["payment"])))

    def _do_delete_payment(self, fields: Fields) -> tuple[str, Record]:
        return "Payment", self.writer.delete("Payment", self._sparse(self._find("Payment", fields["payment"])))

    def _do_credit(self, fields: Fields) -> tuple[str, Record]:
        return "CreditMemo", self.writer.create("CreditMemo", self._form(fields))

    def _do_apply_credit(self, fields: Fields) -> tuple[str, Record]:
        memo = self._find("CreditMemo", fields["credit"])
        invoice = self._find("Invoice", fields["invoice"])
        most = min(memo["RemainingCredit"], invoice["Balance"])
        part = number(fields["amount"]) if fields.get("amount") is not None else most
        pairs = ((invoice, "Invoice"), (memo, "CreditMemo"))
        body = self._money(memo["CustomerRef"]["value"], Decimal(0), fields)
        body["Line"] = [
            {"Amount": part, "LinkedTxn": [{"TxnId": record["Id"], "TxnType": shape}]} for record, shape in pairs
        ]
        return "Payment", self.writer.create("Payment", body)

    def _do_deposit(self, fields: Fields) -> tuple[str, Record]:
        lines: list[Record] = []
        for name in fields["payments"]:
            payment = self._find("Payment", name)
            linked = {"TxnId": payment["Id"], "TxnType": "Payment", "TxnLineId": "0"}
            lines.append({"Amount": payment["TotalAmt"], "LinkedTxn": [linked]})
        if fields.get("fee"):
            detail = {"AccountRef": account(self.books, "fees")}
            fee = {"Amount": -number(fields["fee"]), "DetailType": "DepositLineDetail", "DepositLineDetail": detail}
            lines.append(fee)
        body = {"DepositToAccountRef": account(self.books, "bank"), "Line": lines, **_dated(fields)}
        return "Deposit", self.writer.create("Deposit", body)

    # -- customers ----------------------------------------------------------------------------------------------------

    def _do_new_customer(self, fields: Fields) -> tuple[str, Record]:
        body: Record = {"DisplayName": fields["name"]}
        if fields.get("email"):
            body["PrimaryEmailAddr"] = {"Address": fields["email"]}
        if fields.get("currency"):
            body["CurrencyRef"] = ref(fields["currency"])
        if fields.get("parent"):
            body["ParentRef"] = ref(self._find("Customer", fields["parent"])["Id"])
        return "Customer", self.writer.create("Customer", body)

    def _do_rename_customer(self, fields: Fields) -> tuple[str, Record]:
        customer = self._find("Customer", fields["customer"])
        return "Customer", self.writer.update("Customer", {**self._sparse(customer), "DisplayName": fields["name"]})

    def _do_deactivate_customer(self, fields: Fields) -> tuple[str, Record]:
        customer = self._find("Customer", fields["customer"])
        return "Customer", self.writer.update("Customer", {**self._sparse(customer), "Active": False})

    def _do_reactivate_customer(self, fields: Fields) -> tuple[str, Record]:
        customer = self._find("Customer", fields["customer"])
        return "Customer", self.writer.update("Customer", {**self._sparse(customer), "Active": True})

    def _do_merge_customers(self, fields: Fields) -> tuple[str, Record]:
        """The second keeps everything; the first is gone for good."""
        gone, kept = self._find("Customer", fields["customer"]), self._find("Customer", fields["into"])
        if ref_value(gone, "CurrencyRef") != ref_value(kept, "CurrencyRef"):
            message = "customers of two currencies cannot be merged"
            raise ValueError(message)
        name = ref(kept["Id"], kept["DisplayName"])
        for kind in TRANSACTIONS:
            for record in self.books.all(kind):
                moved = _moved(record, gone["Id"], name)
                if moved != record:
                    self.books.replace(kind, moved)
        self.books.remove("Customer", gone["Id"])
        self.books.tell("Customer", kept["Id"], "merged")
        return "Customer", kept

    # -- the company --------------------------------------------------------------------------------------------------

    def _do_close_books(self, fields: Fields) -> tuple[str, Record]:
        held = self.books.preferences()
        accounting = {name: value for name, value in held["AccountingInfoPrefs"].items() if name != "BookCloseDate"}
        if fields["on"] is not None:
            accounting["BookCloseDate"] = str(fields["on"])
        return "Preferences", self.books.replace("Preferences", {**held, "AccountingInfoPrefs": accounting})

    def _do_prefer(self, fields: Fields) -> tuple[str, Record]:
        held = self.books.preferences()
        sales = dict(held["SalesFormsPrefs"])
        for name, field in (("auto_apply_credit", "AutoApplyCredit"), ("auto_apply_payments", "AutoApplyPayments")):
            if name in fields:
                sales[field] = bool(fields[name])
        return "Preferences", self.books.replace("Preferences", {**held, "SalesFormsPrefs": sales})

    def _do_reconcile(self, fields: Fields) -> tuple[str, Record]:
        """Ticked on the bank's statement: no record shows it, the list of transactions does."""
        found = self.books.transaction(str(fields["transaction"]))
        if found is None:
            message = f"there is no transaction {fields['transaction']}"
            raise ValueError(message)
        if fields.get("on", True):
            self.books.reconciled.add(found[1]["Id"])
        else:
            self.books.reconciled.discard(found[1]["Id"])
        return found

    def _do_deactivate_account(self, fields: Fields) -> tuple[str, Record]:
        record = self._find("Account", fields["account"])
        return "Account", self.books.replace("Account", {**record, "Active": False})

    # -- parts --------------------------------------------------------------------------------------------------------

    def _find(self, kind: str, name: str) -> Record:
        _, record_id = self.books.keys.get(str(name), (kind, str(name)))
        found = self.books.get(kind, record_id)
        if found is None:
            message = f"there is no {kind} {name}"
            raise ValueError(message)
        return found

    @staticmethod
    def _sparse(record: Record) -> Record:
        return {"Id": record["Id"], "SyncToken": record["SyncToken"], "sparse": True}

    def _form(self, fields: Fields) -> Record:
        customer = self._find("Customer", fields["customer"])
        body: Record = {
            "CustomerRef": ref(customer["Id"]),
            "CurrencyRef": customer["CurrencyRef"],
            "Line": [self._line(number(fields["amount"]))],
            **_dated(fields),
        }
        if fields.get("number"):
            body["DocNumber"] = str(fields["number"])
        if fields.get("note"):
            body["PrivateNote"] = str(fields["note"])
        return body

    def _line(self, amount: Decimal) -> Record:
        detail = {"ItemRef": ref(self.books.roles["item"]), "TaxCodeRef": ref(self.books.roles["tax_free_code"])}
        return {"Amount": amount, "DetailType": "SalesItemLineDetail", "SalesItemLineDetail": detail}

    def _money(self, customer: str, amount: Decimal, fields: Fields) -> Record:
        body: Record = {
            "CustomerRef": ref(customer),
            "CurrencyRef": ref(self.books.customer_currency(customer)),
            "TotalAmt": amount,
            "DepositToAccountRef": account(self.books, str(fields.get("account") or "bank")),
            **_dated(fields),
        }
        if fields.get("reference"):
            body["PaymentRefNum"] = str(fields["reference"])
        return body


def _dated(fields: Fields) -> Record:
    return {"TxnDate": str(fields["on"])} if fields.get("on") else {}


def _moved(record: Record, gone: str, name: Record) -> Record:
    """The transaction with every mention of one customer turned into another."""

    def turned(value: Any) -> Any:
        if isinstance(value, list):
            return [turned(one) for one in value]
        if not isinstance(value, dict):
            return value
        return {key: {**inner, **name} if _names(key, inner, gone) else turned(inner) for key, inner in value.items()}

    found: Record = turned(record)
    return found


def _names(field: str, value: Any, customer: str) -> bool:
    """EntityRef of a journal line lies one deeper than Entity of a deposit line."""
    return (
        field in {"CustomerRef", "EntityRef", "Entity"} and isinstance(value, dict) and value.get("value") == customer
    )
