"""Invoices: drafting, finalising, and the amounts and status that follow from what was paid and credited."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sandbox.core.records import Record
from sandbox.stripe.acts import customers
from sandbox.stripe.books import Books, OffStripe
from sandbox.stripe.shapes import invoices as shapes
from sandbox.stripe.shapes.payments import Payer, payment_intent

_TAX_RATE = "txr_1SandboxStandardRate00000"
_SECRET_LETTERS = 24


class NotAllowedError(Exception):
    """The state of a record forbids what was asked."""


@dataclass(frozen=True)
class Drafting:
    """An invoice to draft. Lines are (description, amount without tax, tax)."""

    customer: Record
    currency: str
    lines: Sequence[tuple[str, int, int]]
    number: str | None = None
    due_date: int | None = None
    description: str | None = None
    custom_fields: list[Record] | None = None
    metadata: dict[str, str] = field(default_factory=dict)


def draft(books: Books, at: int, wanted: Drafting) -> Record:
    invoice_id = books.ids.new("in", at)
    lines = [
        shapes.line(
            books.ids.new("il", at),
            invoice=invoice_id,
            item=books.ids.new("ii", at),
            at=at,
            currency=wanted.currency,
            description=description,
            amount=amount,
            taxes=[shapes.tax(tax, amount, _TAX_RATE)] if tax else [],
        )
        for description, amount, tax in wanted.lines
    ]
    who = wanted.customer
    record = shapes.invoice(
        invoice_id,
        created=at,
        currency=wanted.currency,
        billed=shapes.Billed(who["id"], who.get("name"), who.get("email")),
        account=(books.company.country, books.company.name),
        lines=lines,
        due_date=wanted.due_date,
        description=wanted.description,
        custom_fields=wanted.custom_fields,
        metadata=dict(wanted.metadata),
    )
    books.margins.lines[invoice_id] = lines
    if wanted.number is not None:
        books.margins.numbers[invoice_id] = wanted.number
    books.add("invoices", record)
    books.happened("invoice.created", record, at)
    return record


def finalize(books: Books, invoice: Record, at: int, *, use_balance: bool = True) -> None:
    """A draft becomes a debt, with the intent that its customer may pay it by; nothing due means paid at once.

    use_balance: what stands on the customer's account is applied first, as Stripe does.
    """
    _need(invoice, {"draft"}, "finalized")
    customer = books.find("customers", invoice["customer"]) or {}
    sequence = customer.get("next_invoice_sequence", 1)
    with books.altering("invoices", invoice, "invoice.updated", at):
        invoice["status"] = "open"
        invoice["number"] = (
            books.margins.numbers.pop(invoice["id"], None) or f"{customer.get('invoice_prefix')}-{sequence:04d}"
        )
        invoice["effective_at"] = at
        invoice["ending_balance"] = 0
        invoice["hosted_invoice_url"] = f"https://invoice.stripe.com/i/{books.tenant}/{invoice['id']}"
        invoice["invoice_pdf"] = f"https://pay.stripe.com/invoice/{books.tenant}/{invoice['id']}/pdf"
        invoice["webhooks_delivered_at"] = at
        _transition(invoice, "finalized_at", at)
    if customer and not customer.get("deleted"):
        customer["next_invoice_sequence"] = sequence + 1
    if use_balance and customer and not customer.get("deleted"):
        _use_balance(books, invoice, customer, at)
    books.happened("invoice.finalized", invoice, at)
    derive(books, invoice, at)
    if invoice["amount_remaining"] > 0:
        add_default_payment(books, invoice, at)


def apply_balance(books: Books, invoice: Record, customer: Record, at: int, amount: int, kind: str) -> Record:
    """Move `amount` between the customer's account and an invoice: positive uses credit up. Returns the entry."""
    before = customers.credit_of(books, customer, invoice["currency"])
    entry = customers.book_credit(
        books, customer, at, currency=invoice["currency"], amount=amount, kind=kind, invoice=invoice["id"]
    )
    if not invoice["starting_balance"] and not invoice["ending_balance"]:
        invoice["starting_balance"] = invoice["ending_balance"] = before
    invoice["ending_balance"] += amount
    return entry


def _use_balance(books: Books, invoice: Record, customer: Record, at: int) -> None:
    standing = customers.credit_of(books, customer, invoice["currency"])
    amount = min(-standing, invoice["total"])
    if amount:
        apply_balance(books, invoice, customer, at, amount, "applied_to_invoice")


def add_default_payment(books: Books, invoice: Record, at: int) -> Record:
    """The open allocation of a finalised invoice and the intent behind it."""
    payer = Payer(
        invoice["customer"], invoice["customer_name"], invoice["customer_email"], description="Payment for Invoice"
    )
    intent = books.add(
        "payment_intents",
        payment_intent(
            books.ids.new("pi", at),
            created=at,
            currency=invoice["currency"],
            amount=invoice["amount_remaining"],
            payer=payer,
            method="card",
            secret=books.ids.secret(_SECRET_LETTERS),
        ),
    )
    books.happened("payment_intent.created", intent, at)
    return allocate(books, invoice, at, "payment_intent", intent["id"], invoice["amount_remaining"], is_default=True)


def allocate(
    books: Books, invoice: Record, at: int, kind: str, payment: str, amount: int, *, is_default: bool = False
) -> Record:
    """An open allocation of a payment to an invoice."""
    return books.add(
        "invoice_payments",
        shapes.invoice_payment(
            books.ids.new("inpay", at),
            created=at,
            invoice_id=invoice["id"],
            currency=invoice["currency"],
            amount_requested=amount,
            is_default=is_default,
            payment_kind=kind,
            payment=payment,
        ),
    )


def default_payment(books: Books, invoice: Record) -> Record | None:
    """The default allocation that still waits for money."""
    rows = books.rows("invoice_payments", "invoice", invoice["id"])
    return next((row for row in rows if row["is_default"] and row["status"] == "open"), None)


def paid(books: Books, invoice: Record) -> int:
    """All money set against an invoice: through allocations and outside Stripe."""
    rows = books.rows("invoice_payments", "invoice", invoice["id"])
    through = sum(row["amount_paid"] or 0 for row in rows if row["status"] == "paid")
    return int(through) + sum(entry.amount for entry in books.margins.off_stripe.get(invoice["id"], ()))


def derive(books: Books, invoice: Record, at: int) -> None:
    """Amounts and status from what was paid and credited; invoice.paid when nothing is left to pay."""
    if invoice["status"] not in {"open", "uncollectible", "paid"}:
        return
    was_paid = invoice["status"] == "paid"
    with books.altering("invoices", invoice, "invoice.updated", at):
        from_balance = (invoice["ending_balance"] or 0) - invoice["starting_balance"]
        due = max(0, invoice["total"] - from_balance - invoice["pre_payment_credit_notes_amount"])
        got = paid(books, invoice)
        invoice["amount_due"] = due
        invoice["amount_paid"] = got
        invoice["amount_remaining"] = max(0, due - got)
        invoice["amount_overpaid"] = max(0, got - due)
        if invoice["amount_remaining"] == 0 and not was_paid:
            invoice["status"] = "paid"
            invoice["attempted"] = True
            invoice["auto_advance"] = False
            _transition(invoice, "paid_at", at)
    _follow(books, invoice, at)
    if invoice["status"] == "paid" and not was_paid:
        books.happened("invoice.paid", invoice, at)
        books.happened("invoice.payment_succeeded", invoice, at)


def pay_off_stripe(books: Books, invoice: Record, at: int) -> None:
    """Mark the rest of an invoice as received outside Stripe."""
    if invoice["status"] == "draft":
        finalize(books, invoice, at)
    if invoice["status"] == "paid":
        message = "Invoice is already paid"
        raise NotAllowedError(message)
    _need(invoice, {"open", "uncollectible"}, "paid")
    marked = books.margins.off_stripe.setdefault(invoice["id"], [])
    marked.append(OffStripe(at, invoice["amount_remaining"]))
    derive(books, invoice, at)


def void(books: Books, invoice: Record, at: int) -> None:
    _need(invoice, {"open", "uncollectible"}, "voided")
    if paid(books, invoice):
        message = "You can only void an invoice that has no payments; issue a credit note instead."
        raise NotAllowedError(message)
    with books.altering("invoices", invoice, "invoice.updated", at):
        invoice["status"] = "void"
        invoice["auto_advance"] = False
        _transition(invoice, "voided_at", at)
    _cancel_waiting(books, invoice, at)
    books.happened("invoice.voided", invoice, at)


def mark_uncollectible(books: Books, invoice: Record, at: int) -> None:
    _need(invoice, {"open"}, "marked uncollectible")
    with books.altering("invoices", invoice, "invoice.updated", at):
        invoice["status"] = "uncollectible"
        invoice["auto_advance"] = False
        _transition(invoice, "marked_uncollectible_at", at)
    books.happened("invoice.marked_uncollectible", invoice, at)


def delete(books: Books, invoice: Record, at: int) -> Record:
    """Only a draft can be deleted; it leaves nothing behind."""
    _need(invoice, {"draft"}, "deleted")
    books.happened("invoice.deleted", invoice, at)
    books.shelf("invoices").drop(invoice["id"])
    books.store.remove("invoices", invoice["id"])
    return shapes.deleted_invoice(invoice["id"])


def _follow(books: Books, invoice: Record, at: int) -> None:
    """The default allocation asks for what is left; when nothing is, no allocation waits any more."""
    if invoice["amount_remaining"] == 0:
        _cancel_waiting(books, invoice, at)
        return
    waiting = default_payment(books, invoice)
    if waiting is None:
        return
    intent = books.get("payment_intents", waiting["payment"]["payment_intent"])
    if intent["status"] == "requires_payment_method":
        waiting["amount_requested"] = intent["amount"] = invoice["amount_remaining"]


def _cancel_waiting(books: Books, invoice: Record, at: int) -> None:
    """Allocations whose intent has no money under way are canceled, and the default intent with its own."""
    for waiting in books.rows("invoice_payments", "invoice", invoice["id"]):
        if waiting["status"] != "open" or waiting["payment"]["type"] != "payment_intent":
            continue
        intent = books.get("payment_intents", waiting["payment"]["payment_intent"])
        if intent["status"] != "requires_payment_method":
            continue
        waiting["status"] = "canceled"
        waiting["status_transitions"] = {"canceled_at": at, "paid_at": None}
        if waiting["is_default"]:
            reason = "void_invoice" if invoice["status"] == "void" else None
            intent.update(status="canceled", canceled_at=at, cancellation_reason=reason)
            books.happened("payment_intent.canceled", intent, at)


def _transition(invoice: Record, name: str, at: int) -> None:
    invoice["status_transitions"] = {**invoice["status_transitions"], name: at}


def _need(invoice: Record, statuses: set[str], done: str) -> None:
    if invoice["status"] not in statuses:
        message = f"Invoice {invoice['id']} cannot be {done}: its status is {invoice['status']}."
        raise NotAllowedError(message)
