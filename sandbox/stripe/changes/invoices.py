"""Invoices and credit notes."""

from __future__ import annotations

from collections.abc import Callable

from sandbox.core.records import Record
from sandbox.stripe.acts import crediting, invoicing
from sandbox.stripe.books import Books
from sandbox.stripe.changes import fields as given
from sandbox.stripe.changes.fields import Fields

_DAY = 86400


def new_invoice(books: Books, at: int, fields: Fields) -> Record:
    """lines: [[description, amount, tax], ...] or amount; due_days; number; draft: true leaves it a draft."""
    lines = [(str(row[0]), int(row[1]), int(row[2]) if row[2:] else 0) for row in fields.get("lines", ())]
    if not lines:
        lines = [(str(fields.get("description", "Services")), given.amount(fields), 0)]
    due_days = fields.get("due_days")
    invoice = invoicing.draft(
        books,
        at,
        invoicing.Drafting(
            customer=given.named(books, "customers", fields, "customer"),
            currency=str(given.currency(fields, books.company.home_currency.lower())),
            lines=lines,
            number=fields.get("number"),
            due_date=None if due_days is None else at + int(due_days) * _DAY,
            metadata=given.metadata(fields),
        ),
    )
    if not fields.get("draft"):
        invoicing.finalize(books, invoice, at)
    return invoice


def finalize_invoice(books: Books, at: int, fields: Fields) -> Record:
    return _with_invoice(books, at, fields, invoicing.finalize)


def void_invoice(books: Books, at: int, fields: Fields) -> Record:
    return _with_invoice(books, at, fields, invoicing.void)


def mark_uncollectible(books: Books, at: int, fields: Fields) -> Record:
    return _with_invoice(books, at, fields, invoicing.mark_uncollectible)


def pay_out_of_band(books: Books, at: int, fields: Fields) -> Record:
    return _with_invoice(books, at, fields, invoicing.pay_off_stripe)


def delete_invoice(books: Books, at: int, fields: Fields) -> Record:
    return invoicing.delete(books, given.named(books, "invoices", fields, "invoice"), at)


def _with_invoice(books: Books, at: int, fields: Fields, act: Callable[[Books, Record, int], None]) -> Record:
    invoice = given.named(books, "invoices", fields, "invoice")
    act(books, invoice, at)
    return invoice


def credit_note(books: Books, at: int, fields: Fields) -> Record:
    """amount; what goes beyond the amount remaining is credited to the customer, or refunded `out_of_band`."""
    invoice = given.named(books, "invoices", fields, "invoice")
    amount = given.amount(fields)
    post = amount - min(amount, invoice["amount_remaining"])
    outside = bool(fields.get("out_of_band"))
    lines = [(str(fields.get("description", "Credit")), amount, 0, None)]
    wanted = crediting.Crediting(
        lines, out_of_band=post if outside else 0, to_balance=0 if outside else post, reason=fields.get("reason")
    )
    return crediting.issue(books, invoice, at, wanted)


def void_credit_note(books: Books, at: int, fields: Fields) -> Record:
    note = given.named(books, "credit_notes", fields, "credit_note")
    crediting.void(books, note, at)
    return note
