"""Changes of business as a person in Stripe's dashboard, or a payer, makes them: the verbs of POST /_control/change.

A record is named by its Stripe id or by its key in the plan. Amounts are in Stripe's minor units of the record's own
currency. Every verb answers the record that it made or changed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from sandbox.core.records import Record
from sandbox.stripe.acts import (
    crediting,
    customers,
    disputing,
    invoicing,
    labelling,
    ledger,
    paying_out,
    refunding,
    taking,
)
from sandbox.stripe.books import Books
from sandbox.stripe.shapes.payments import Payer

_CUSTOMER_FIELDS = frozenset({"name", "email", "phone", "description", "metadata"})
_METADATA_KINDS = ("invoices", "charges", "payment_intents")
_DAY = 86400
_FEE_THOUSANDTHS = 29
_FEE_FIXED = 30
_DISPUTE_FEE = 1500
_ARRIVAL_DAYS = 2

Fields = Mapping[str, Any]


def make(books: Books, verb: str, fields: Fields) -> Record:
    """Make one change now. ValueError for an unknown verb or bad fields, LookupError for an unknown record."""
    act = _VERBS.get(verb)
    if act is None:
        message = f"verb {verb!r} is unknown; known: {', '.join(sorted(_VERBS))}"
        raise ValueError(message)
    with books.lock:
        ledger.ripen(books)
        try:
            return books.fresh(act(books, books.now(), fields))
        except invoicing.NotAllowedError as refused:
            raise ValueError(str(refused)) from refused


def verbs() -> list[str]:
    return sorted(_VERBS)


# Customers


def _new_customer(books: Books, at: int, fields: Fields) -> Record:
    return customers.new(
        books, at, name=fields.get("name"), email=fields.get("email"), currency=_currency(fields, None)
    )


def _edit_customer(books: Books, at: int, fields: Fields) -> Record:
    record = _named(books, "customers", fields, "customer")
    wanted = {name: value for name, value in fields.items() if name != "customer"}
    if unknown := sorted(set(wanted) - _CUSTOMER_FIELDS):
        message = f"edit_customer does not know {', '.join(unknown)}; it knows {', '.join(sorted(_CUSTOMER_FIELDS))}"
        raise ValueError(message)
    labelling.label(books, "customers", record, at, wanted)
    return record


def _delete_customer(books: Books, at: int, fields: Fields) -> Record:
    return customers.delete(books, _named(books, "customers", fields, "customer"), at)


def _credit_balance(books: Books, at: int, fields: Fields) -> Record:
    customer = _named(books, "customers", fields, "customer")
    currency = _currency(fields, customer["currency"] or books.company.home_currency.lower())
    return customers.book_credit(books, customer, at, currency=str(currency), amount=_amount(fields))


# Invoices


def _new_invoice(books: Books, at: int, fields: Fields) -> Record:
    """lines: [[description, amount, tax], ...] or amount; due_days; number; draft: true leaves it a draft."""
    lines = [(str(row[0]), int(row[1]), int(row[2]) if row[2:] else 0) for row in fields.get("lines", ())]
    if not lines:
        lines = [(str(fields.get("description", "Services")), _amount(fields), 0)]
    due_days = fields.get("due_days")
    invoice = invoicing.draft(
        books,
        at,
        invoicing.Drafting(
            customer=_named(books, "customers", fields, "customer"),
            currency=str(_currency(fields, books.company.home_currency.lower())),
            lines=lines,
            number=fields.get("number"),
            due_date=None if due_days is None else at + int(due_days) * _DAY,
            metadata=_metadata(fields),
        ),
    )
    if not fields.get("draft"):
        invoicing.finalize(books, invoice, at)
    return invoice


def _finalize_invoice(books: Books, at: int, fields: Fields) -> Record:
    return _with_invoice(books, at, fields, invoicing.finalize)


def _void_invoice(books: Books, at: int, fields: Fields) -> Record:
    return _with_invoice(books, at, fields, invoicing.void)


def _mark_uncollectible(books: Books, at: int, fields: Fields) -> Record:
    return _with_invoice(books, at, fields, invoicing.mark_uncollectible)


def _pay_out_of_band(books: Books, at: int, fields: Fields) -> Record:
    return _with_invoice(books, at, fields, invoicing.pay_off_stripe)


def _delete_invoice(books: Books, at: int, fields: Fields) -> Record:
    return invoicing.delete(books, _named(books, "invoices", fields, "invoice"), at)


def _pay_invoice(books: Books, at: int, fields: Fields) -> Record:
    """The customer pays by card: the whole of what is left, or `amount`."""
    invoice = _named(books, "invoices", fields, "invoice")
    amount = int(fields.get("amount", invoice["amount_remaining"]))
    wanted = {
        "currency": invoice["currency"],
        "customer": invoice["customer"],
        "description": "Payment for Invoice",
        **fields,
        "amount": amount,
    }
    return _charge(books, at, wanted)


def _with_invoice(books: Books, at: int, fields: Fields, act: Callable[[Books, Record, int], None]) -> Record:
    invoice = _named(books, "invoices", fields, "invoice")
    act(books, invoice, at)
    return invoice


def _credit_note(books: Books, at: int, fields: Fields) -> Record:
    """amount; what goes beyond the amount remaining is credited to the customer, or refunded `out_of_band`."""
    invoice = _named(books, "invoices", fields, "invoice")
    amount = _amount(fields)
    post = amount - min(amount, invoice["amount_remaining"])
    outside = bool(fields.get("out_of_band"))
    lines = [(str(fields.get("description", "Credit")), amount, 0, None)]
    wanted = crediting.Crediting(
        lines, out_of_band=post if outside else 0, to_balance=0 if outside else post, reason=fields.get("reason")
    )
    return crediting.issue(books, invoice, at, wanted)


def _void_credit_note(books: Books, at: int, fields: Fields) -> Record:
    note = _named(books, "credit_notes", fields, "credit_note")
    crediting.void(books, note, at)
    return note


# Money


def _charge(books: Books, at: int, fields: Fields) -> Record:
    """A payment. settled_currency, settled and fee default to the same currency with 2.9 % and 30 taken off."""
    currency = str(_currency(fields, books.company.home_currency.lower()))
    settled_currency = str(fields.get("settled_currency", currency)).lower()
    amount = _amount(fields)
    if settled_currency != currency and "settled" not in fields:
        message = f"settled is missing: what {amount} {currency} settled for in {settled_currency}"
        raise ValueError(message)
    settled = int(fields.get("settled", amount))
    customer = _named(books, "customers", fields, "customer") if fields.get("customer") else None
    pays = []
    if fields.get("invoice"):
        pays = [(_named(books, "invoices", fields, "invoice")["id"], int(fields.get("pays", amount)))]
    fee = int(fields.get("fee", (settled * _FEE_THOUSANDTHS + 500) // 1000 + _FEE_FIXED))
    payer = Payer(
        customer=customer["id"] if customer else None,
        name=fields.get("payer_name") or (customer or {}).get("name"),
        email=fields.get("payer_email") or (customer or {}).get("email"),
        description=fields.get("description"),
        metadata=_metadata(fields),
    )
    method, status = str(fields.get("method", "card")), str(fields.get("status", "succeeded"))
    return taking.take(
        books, at, taking.Taking(currency, amount, settled_currency, settled, fee, payer, method, status, pays)
    )


def _charge_succeeds(books: Books, at: int, fields: Fields) -> Record:
    charge = _pending(books, fields)
    taking.succeed(books, charge, at)
    return charge


def _charge_fails(books: Books, at: int, fields: Fields) -> Record:
    charge = _pending(books, fields)
    taking.fail(books, charge, at)
    return charge


def _pending(books: Books, fields: Fields) -> Record:
    charge = _named(books, "charges", fields, "charge")
    if charge["status"] != "pending":
        message = f"charge {charge['id']} is {charge['status']}, not pending"
        raise ValueError(message)
    return charge


def _attach_payment(books: Books, at: int, fields: Fields) -> Record:
    invoice = _named(books, "invoices", fields, "invoice")
    charge = _named(books, "charges", fields, "charge")
    intent = books.get("payment_intents", charge["payment_intent"])
    amount = int(fields["amount"]) if "amount" in fields else None
    return taking.attach(books, at, invoice, "payment_intent", intent, amount)


def _refund(books: Books, at: int, fields: Fields) -> Record:
    charge = _named(books, "charges", fields, "charge")
    left = charge["amount_captured"] - charge["amount_refunded"]
    status = str(fields.get("status", "succeeded"))
    return refunding.refund(books, charge, at, int(fields.get("amount", left)), status=status)


def _refund_succeeds(books: Books, at: int, fields: Fields) -> Record:
    record = _named(books, "refunds", fields, "refund")
    refunding.succeed(books, record, at)
    return record


def _refund_fails(books: Books, at: int, fields: Fields) -> Record:
    record = _named(books, "refunds", fields, "refund")
    refunding.end(books, record, at, "failed")
    return record


def _dispute(books: Books, at: int, fields: Fields) -> Record:
    charge = _named(books, "charges", fields, "charge")
    amount, fee = int(fields.get("amount", charge["amount"])), int(fields.get("fee", _DISPUTE_FEE))
    return disputing.dispute(books, charge, at, amount, fee, str(fields.get("reason", "fraudulent")))


def _close_dispute(books: Books, at: int, fields: Fields) -> Record:
    record = _named(books, "disputes", fields, "dispute")
    disputing.close(books, record, at, str(fields.get("status", "lost")))
    return record


def _payout(books: Books, at: int, fields: Fields) -> Record:
    """All that no payout has carried yet, in one currency. status: paid (as a whole, the default), in_transit, pending."""
    currency = str(_currency(fields, books.company.home_currency.lower()))
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


def _payout_paid(books: Books, at: int, fields: Fields) -> Record:
    record = _named(books, "payouts", fields, "payout")
    paying_out.reconcile(books, record, at)
    paying_out.arrive(books, record, at)
    return record


def _payout_failed(books: Books, at: int, fields: Fields) -> Record:
    record = _named(books, "payouts", fields, "payout")
    paying_out.fail(books, record, at)
    return record


def _payout_canceled(books: Books, at: int, fields: Fields) -> Record:
    record = _named(books, "payouts", fields, "payout")
    paying_out.cancel(books, record, at)
    return record


def _set_metadata(books: Books, at: int, fields: Fields) -> Record:
    """id and metadata: what another app writes on an invoice, charge or intent."""
    found = books.locate(books.keys.get(str(fields.get("id")), str(fields.get("id"))))
    if found is None or found[0] not in _METADATA_KINDS:
        message = f"{fields.get('id')!r} is no invoice, charge or payment intent here"
        raise ValueError(message)
    kind, record = found
    labelling.label(books, kind, record, at, {"metadata": {**record["metadata"], **_metadata(fields)}})
    return record


# Fields


def _named(books: Books, kind: str, fields: Fields, name: str) -> Record:
    value = fields.get(name)
    if not value:
        message = f"{name} is missing"
        raise ValueError(message)
    return books.get(kind, books.keys.get(str(value), str(value)))


def _amount(fields: Fields) -> int:
    amount = fields.get("amount")
    if not isinstance(amount, int):
        message = "amount is missing or no whole number of minor units"
        raise ValueError(message)
    return amount


def _currency(fields: Fields, default: str | None) -> str | None:
    currency = fields.get("currency", default)
    return None if currency is None else str(currency).lower()


def _metadata(fields: Fields) -> dict[str, str]:
    return {str(name): str(value) for name, value in fields.get("metadata", {}).items()}


_VERBS: Mapping[str, Callable[[Books, int, Fields], Record]] = {
    "attach_payment": _attach_payment,
    "charge": _charge,
    "charge_fails": _charge_fails,
    "charge_succeeds": _charge_succeeds,
    "close_dispute": _close_dispute,
    "credit_balance": _credit_balance,
    "credit_note": _credit_note,
    "delete_customer": _delete_customer,
    "delete_invoice": _delete_invoice,
    "dispute": _dispute,
    "edit_customer": _edit_customer,
    "finalize_invoice": _finalize_invoice,
    "mark_uncollectible": _mark_uncollectible,
    "new_customer": _new_customer,
    "new_invoice": _new_invoice,
    "pay_invoice": _pay_invoice,
    "pay_out_of_band": _pay_out_of_band,
    "payout": _payout,
    "payout_canceled": _payout_canceled,
    "payout_failed": _payout_failed,
    "payout_paid": _payout_paid,
    "refund": _refund,
    "refund_fails": _refund_fails,
    "refund_succeeds": _refund_succeeds,
    "set_metadata": _set_metadata,
    "void_credit_note": _void_credit_note,
    "void_invoice": _void_invoice,
}
