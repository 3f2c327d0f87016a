"""Payouts."""

from __future__ import annotations

from datetime import UTC, datetime

from sandbox.core.records import Record
from sandbox.stripe.acts import ledger, paying_out
from sandbox.stripe.books import Books
from sandbox.stripe.changes import fields as given
from sandbox.stripe.changes.fields import Fields

_DAY = 86400
_ARRIVAL_DAYS = 2


def payout(books: Books, at: int, fields: Fields) -> Record:
    """All that no payout has carried yet, in one currency. status: paid (as a whole, the default), in_transit, pending."""
    currency = str(given.currency(fields, books.company.home_currency.lower()))
    carries = paying_out.waiting(books, currency, at)
    if not carries:
        message = f"nothing in {currency} waits for a payout"
        raise ValueError(message)
    arrival = (datetime.fromtimestamp(at, UTC)).replace(hour=0, minute=0, second=0, microsecond=0)
    status = str(fields.get("status", "paid"))
    record = paying_out.pay_out(
        books,
        at,
        currency=currency,
        carries=carries,
        arrival_date=int(arrival.timestamp()) + (0 if status == "paid" else _ARRIVAL_DAYS * _DAY),
        automatic=not fields.get("manual"),
        status=status,
    )
    if status != "pending":
        paying_out.reconcile(books, record, at)
    if status == "paid":
        paying_out.arrive(books, record, at)
    return record


def reserve(books: Books, at: int, fields: Fields) -> Record:
    """Stripe holds `amount` back, or lets it go (negative)."""
    return _aside(books, at, fields, "reserve_transaction", "risk_reserved_funds", -given.amount(fields))


def topup(books: Books, at: int, fields: Fields) -> Record:
    """The business brings money from its bank."""
    return _aside(books, at, fields, "topup", "topup", given.amount(fields))


def fee(books: Books, at: int, fields: Fields) -> Record:
    """A fee of its own, with no charge behind it: billing, tax on fees. kind: Stripe's type."""
    kind = str(fields.get("kind", "stripe_fee"))
    return _aside(books, at, fields, kind, "tax" if kind == "tax_fee" else "fee", -given.amount(fields))


def _aside(books: Books, at: int, fields: Fields, kind: str, category: str, amount: int) -> Record:
    currency = str(given.currency(fields, books.company.home_currency.lower()))
    return ledger.book(
        books, at, kind=kind, category=category, source=None, currency=currency, amount=amount,
        description=fields.get("description"), at_once=True,
    )  # fmt: skip


def payout_paid(books: Books, at: int, fields: Fields) -> Record:
    record = given.named(books, "payouts", fields, "payout")
    paying_out.reconcile(books, record, at)
    paying_out.arrive(books, record, at)
    return record


def payout_failed(books: Books, at: int, fields: Fields) -> Record:
    record = given.named(books, "payouts", fields, "payout")
    paying_out.fail(books, record, at)
    return record


def payout_canceled(books: Books, at: int, fields: Fields) -> Record:
    record = given.named(books, "payouts", fields, "payout")
    paying_out.cancel(books, record, at)
    return record
