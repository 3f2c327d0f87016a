"""What undoes a payment: taken off its invoice, failed after it had succeeded, captured in part alone."""

from __future__ import annotations

from sandbox.core.records import Record
from sandbox.stripe.acts import invoicing, ledger
from sandbox.stripe.acts.invoicing import NotAllowedError
from sandbox.stripe.books import Books
from sandbox.stripe.money import share
from sandbox.stripe.shapes.credits import refund as refund_record


def detach(books: Books, invoice: Record, charge: Record, at: int) -> None:
    """The payment is free for others; its allocation stands in no list any more, and the invoice is owed again."""
    allocation = _allocation(books, invoice, charge)
    books.happened("invoice_payment.detached", allocation, at)
    books.shelf("invoice_payments").drop(allocation["id"])
    books.store.remove("invoice_payments", allocation["id"])
    _reopen(books, invoice, at)


def come_back(books: Books, charge: Record, at: int) -> None:
    """A debit that had succeeded is returned by the payer's bank: its money leaves the balance, its invoices are owed."""
    if charge["status"] != "succeeded":
        message = f"Charge {charge['id']} is {charge['status']}, not succeeded."
        raise NotAllowedError(message)
    taken = books.get("balance_transactions", charge["balance_transaction"])
    back = ledger.book(
        books,
        at,
        kind="payment_failure_refund",
        category="charge_failure",
        source=charge["id"],
        currency=taken["currency"],
        amount=-taken["amount"],
        description="PAYMENT FAILURE",
        exchange_rate=taken["exchange_rate"],
    )
    said = {"failure_code": "insufficient_funds", "failure_message": "The customer's account has insufficient funds."}
    charge.update(status="failed", paid=False, failure_balance_transaction=back["id"], **said)
    intent = books.get("payment_intents", charge["payment_intent"])
    intent.update(status="requires_payment_method", amount_received=0)
    books.happened("charge.failed", charge, at)
    books.happened("payment_intent.payment_failed", intent, at)
    for allocation in list(books.rows("invoice_payments", "payment", intent["id"])):
        if allocation["status"] == "paid":
            allocation.update(status="open", amount_paid=None)
            allocation["status_transitions"] = {"canceled_at": None, "paid_at": None}
            invoice = books.get("invoices", allocation["invoice"])
            _reopen(books, invoice, at)
            books.happened("invoice.payment_failed", invoice, at)


def let_go(books: Books, charge: Record, at: int, captured: int) -> None:
    """Less is captured than was authorised: the whole stands on the balance and the rest is taken back, as a refund."""
    taken = books.get("balance_transactions", charge["balance_transaction"])
    rest = charge["amount"] - captured
    record = refund_record(books.ids.new("re", at), created=at, charge=charge, amount=rest, reason=None, metadata={})
    back = ledger.book(
        books,
        at,
        kind="refund",
        category="partial_capture_reversal",
        source=record["id"],
        currency=taken["currency"],
        amount=-share(taken["amount"], rest, charge["amount"]),
        description="REFUND FOR CHARGE",
        exchange_rate=taken["exchange_rate"],
    )
    record.update(status="succeeded", balance_transaction=back["id"])
    books.add("refunds", record)
    charge.update(amount_captured=captured, amount_refunded=rest)
    books.get("payment_intents", charge["payment_intent"])["amount_received"] = captured
    books.happened("refund.created", record, at)
    books.happened("charge.captured", charge, at)


def _allocation(books: Books, invoice: Record, charge: Record) -> Record:
    rows = books.rows("invoice_payments", "payment", charge["payment_intent"])
    found = next((row for row in rows if row["invoice"] == invoice["id"] and row["status"] != "canceled"), None)
    if found is None:
        message = f"Charge {charge['id']} is not set against invoice {invoice['id']}."
        raise NotAllowedError(message)
    return found


def _reopen(books: Books, invoice: Record, at: int) -> None:
    """A paid invoice with something left to pay is open, and waits for another payment."""
    if invoice["status"] == "paid":
        invoice["status"] = "open"
        invoice["status_transitions"] = {**invoice["status_transitions"], "paid_at": None}
    invoicing.derive(books, invoice, at)
    if invoice["amount_remaining"] > 0 and invoicing.default_payment(books, invoice) is None:
        invoicing.add_default_payment(books, invoice, at)
