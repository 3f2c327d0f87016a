"""Payments, refunds and disputes."""

from __future__ import annotations

from sandbox.core.records import Record
from sandbox.stripe.acts import disputing, refunding, returning, taking
from sandbox.stripe.books import Books
from sandbox.stripe.changes import fields as given
from sandbox.stripe.changes.fields import Fields
from sandbox.stripe.shapes.payments import Payer

_FEE_THOUSANDTHS = 29
_FEE_FIXED = 30
_DISPUTE_FEE = 1500


def charge(books: Books, at: int, fields: Fields) -> Record:
    """A payment. settled_currency, settled and fee default to the same currency with 2.9 % and 30 taken off.

    fee_tax: what of the fee is tax on it.
    """
    currency = str(given.currency(fields, books.company.home_currency.lower()))
    settled_currency = str(fields.get("settled_currency", currency)).lower()
    amount = given.amount(fields)
    if settled_currency != currency and "settled" not in fields:
        message = f"settled is missing: what {amount} {currency} settled for in {settled_currency}"
        raise ValueError(message)
    settled = int(fields.get("settled", amount))
    customer = given.named(books, "customers", fields, "customer") if fields.get("customer") else None
    pays = []
    if fields.get("invoice"):
        pays = [(given.named(books, "invoices", fields, "invoice")["id"], int(fields.get("pays", amount)))]
    fee = int(fields.get("fee", (settled * _FEE_THOUSANDTHS + 500) // 1000 + _FEE_FIXED))
    payer = Payer(
        customer=customer["id"] if customer else None,
        name=fields.get("payer_name") or (customer or {}).get("name"),
        email=fields.get("payer_email") or (customer or {}).get("email"),
        description=fields.get("description"),
        metadata=given.metadata(fields),
    )
    method, status = str(fields.get("method", "card")), str(fields.get("status", "succeeded"))
    tax = int(fields.get("fee_tax", 0))
    return taking.take(
        books, at, taking.Taking(currency, amount, settled_currency, settled, fee, payer, method, status, pays, tax)
    )


def charge_succeeds(books: Books, at: int, fields: Fields) -> Record:
    charge = _pending(books, fields)
    taking.succeed(books, charge, at)
    return charge


def charge_fails(books: Books, at: int, fields: Fields) -> Record:
    charge = _pending(books, fields)
    taking.fail(books, charge, at)
    return charge


def _pending(books: Books, fields: Fields) -> Record:
    charge = given.named(books, "charges", fields, "charge")
    if charge["status"] != "pending":
        message = f"charge {charge['id']} is {charge['status']}, not pending"
        raise ValueError(message)
    return charge


def attach_payment(books: Books, at: int, fields: Fields) -> Record:
    invoice = given.named(books, "invoices", fields, "invoice")
    charge = given.named(books, "charges", fields, "charge")
    intent = books.get("payment_intents", charge["payment_intent"])
    amount = int(fields["amount"]) if "amount" in fields else None
    return taking.attach(books, at, invoice, "payment_intent", intent, amount)


def capture_in_part(books: Books, at: int, fields: Fields) -> Record:
    """A charge of `amount`, of which no more than `captured` is taken."""
    made = charge(books, at, {key: value for key, value in fields.items() if key != "captured"})
    returning.let_go(books, made, at, int(fields["captured"]))
    return made


def charge_comes_back(books: Books, at: int, fields: Fields) -> Record:
    """It fails after it had succeeded, as a bank debit may."""
    charge = given.named(books, "charges", fields, "charge")
    returning.come_back(books, charge, at)
    return charge


def detach_payment(books: Books, at: int, fields: Fields) -> Record:
    invoice = given.named(books, "invoices", fields, "invoice")
    returning.detach(books, invoice, given.named(books, "charges", fields, "charge"), at)
    return invoice


def refund(books: Books, at: int, fields: Fields) -> Record:
    charge = given.named(books, "charges", fields, "charge")
    left = charge["amount_captured"] - charge["amount_refunded"]
    status = str(fields.get("status", "succeeded"))
    return refunding.refund(books, charge, at, int(fields.get("amount", left)), status=status)


def refund_succeeds(books: Books, at: int, fields: Fields) -> Record:
    record = given.named(books, "refunds", fields, "refund")
    refunding.succeed(books, record, at)
    return record


def refund_fails(books: Books, at: int, fields: Fields) -> Record:
    record = given.named(books, "refunds", fields, "refund")
    refunding.end(books, record, at, "failed")
    return record


def dispute(books: Books, at: int, fields: Fields) -> Record:
    charge = given.named(books, "charges", fields, "charge")
    amount, fee = int(fields.get("amount", charge["amount"])), int(fields.get("fee", _DISPUTE_FEE))
    return disputing.dispute(books, charge, at, amount, fee, str(fields.get("reason", "fraudulent")))


def close_dispute(books: Books, at: int, fields: Fields) -> Record:
    record = given.named(books, "disputes", fields, "dispute")
    disputing.close(books, record, at, str(fields.get("status", "lost")))
    return record


def pay_invoice(books: Books, at: int, fields: Fields) -> Record:
    """The customer pays by card: the whole of what is left, or `amount`."""
    invoice = given.named(books, "invoices", fields, "invoice")
    amount = int(fields.get("amount", invoice["amount_remaining"]))
    wanted = {
        "currency": invoice["currency"],
        "customer": invoice["customer"],
        "description": "Payment for Invoice",
        **fields,
        "amount": amount,
    }
    return charge(books, at, wanted)
