"""Metadata and the other words that an app writes on a record."""

from __future__ import annotations

from collections.abc import Mapping

from sandbox.core.records import Record
from sandbox.stripe.books import Books

# A payment intent has no event for this: Stripe tells nobody.
_TOLD = {"customers": "customer.updated", "invoices": "invoice.updated", "charges": "charge.updated"}


def label(books: Books, kind: str, record: Record, at: int, fields: Mapping[str, object]) -> None:
    """Set top-level fields of a customer, invoice, charge or payment intent."""
    if kind in _TOLD:
        with books.altering(kind, record, _TOLD[kind], at):
            record.update(fields)
    else:
        record.update(fields)
        books.store.note(kind, record["id"], "updated")
