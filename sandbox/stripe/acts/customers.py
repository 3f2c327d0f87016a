"""Customers, and the running account of their credit."""

from __future__ import annotations

from sandbox.core.records import Record
from sandbox.stripe.books import Books
from sandbox.stripe.shapes import customers as shapes

_PREFIX_LETTERS = 7


def new(books: Books, at: int, *, name: str | None, email: str | None = None, currency: str | None = None) -> Record:
    record = books.add(
        "customers",
        shapes.customer(
            books.ids.new("cus", at),
            created=at,
            name=name,
            email=email,
            currency=currency,
            invoice_prefix=books.ids.code(_PREFIX_LETTERS),
        ),
    )
    books.happened("customer.created", record, at)
    return record


def delete(books: Books, record: Record, at: int) -> Record:
    """Only a stub answers under the id from now on; what the customer had stays."""
    customer_id = record["id"]
    books.happened("customer.deleted", record, at)
    gone = shapes.deleted_customer(customer_id)
    books.store.put("customers", customer_id, gone, operation="deleted")
    books.shelf("customers").drop(customer_id)
    return gone


def credit_of(books: Books, customer: Record, currency: str) -> int:
    """What stands on the customer's account in a currency; negative is credit."""
    return books.margins.credit.get((customer["id"], currency), 0)


def book_credit(
    books: Books,
    customer: Record,
    at: int,
    *,
    currency: str,
    amount: int,
    kind: str = "adjustment",
    invoice: str | None = None,
    credit_note: str | None = None,
    description: str | None = None,
    metadata: dict[str, str] | None = None,
) -> Record:
    """One entry of the customer's account; a negative amount is credit for the customer.

    The account is kept by currency; `balance` on the customer shows the one in the customer's own currency.
    """
    balance = credit_of(books, customer, currency) + amount
    books.margins.credit[customer["id"], currency] = balance
    entry = books.add(
        "customer_balance_transactions",
        shapes.balance_entry(
            books.ids.new("cbtxn", at),
            created=at,
            customer_id=customer["id"],
            currency=currency,
            amount=amount,
            ending_balance=balance,
            kind=kind,
            invoice=invoice,
            credit_note=credit_note,
            description=description,
            metadata=metadata,
        ),
    )
    if not customer.get("deleted"):
        with books.altering("customers", customer, "customer.updated", at):
            customer["currency"] = customer["currency"] or currency
            if customer["currency"] == currency:
                customer["balance"] = balance
    return entry
