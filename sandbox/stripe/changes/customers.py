"""Customers, their credit, and the labels on records."""

from __future__ import annotations

from sandbox.core.records import Record
from sandbox.stripe.acts import customers, labelling
from sandbox.stripe.books import Books
from sandbox.stripe.changes import fields as given
from sandbox.stripe.changes.fields import Fields

_CUSTOMER_FIELDS = frozenset({"name", "email", "phone", "description", "metadata"})
_METADATA_KINDS = ("invoices", "charges", "payment_intents")


def new_customer(books: Books, at: int, fields: Fields) -> Record:
    return customers.new(
        books, at, name=fields.get("name"), email=fields.get("email"), currency=given.currency(fields, None)
    )


def edit_customer(books: Books, at: int, fields: Fields) -> Record:
    record = given.named(books, "customers", fields, "customer")
    wanted = {name: value for name, value in fields.items() if name != "customer"}
    if unknown := sorted(set(wanted) - _CUSTOMER_FIELDS):
        message = f"edit_customer does not know {', '.join(unknown)}; it knows {', '.join(sorted(_CUSTOMER_FIELDS))}"
        raise ValueError(message)
    labelling.label(books, "customers", record, at, wanted)
    return record


def delete_customer(books: Books, at: int, fields: Fields) -> Record:
    return customers.delete(books, given.named(books, "customers", fields, "customer"), at)


def credit_balance(books: Books, at: int, fields: Fields) -> Record:
    customer = given.named(books, "customers", fields, "customer")
    currency = given.currency(fields, customer["currency"] or books.company.home_currency.lower())
    return customers.book_credit(books, customer, at, currency=str(currency), amount=given.amount(fields))


def set_metadata(books: Books, at: int, fields: Fields) -> Record:
    """id and metadata: what another app writes on an invoice, charge or intent."""
    found = books.locate(books.keys.get(str(fields.get("id")), str(fields.get("id"))))
    if found is None or found[0] not in _METADATA_KINDS:
        message = f"{fields.get('id')!r} is no invoice, charge or payment intent here"
        raise ValueError(message)
    kind, record = found
    labelling.label(books, kind, record, at, {"metadata": {**record["metadata"], **given.metadata(fields)}})
    return record
