"""Taking money: intents, charges and payment records, and setting them against invoices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sandbox.core.records import Record
from sandbox.stripe.acts import customers, invoicing, ledger
from sandbox.stripe.acts.invoicing import NotAllowedError
from sandbox.stripe.books import Books
from sandbox.stripe.shapes import payments as shapes
from sandbox.stripe.shapes.payments import Payer

_SECRET_LETTERS = 24
_FINGERPRINT_LETTERS = 16
_DECLINED = "Your card was declined."


@dataclass(frozen=True)
class Taking:
    """A payment to take. `amount` in the payer's currency, `settled` and `fee` in the account's; both in minor units.

    fee_tax: what of the fee is tax on it.
    """

    currency: str
    amount: int
    settled_currency: str
    settled: int
    fee: int
    payer: Payer
    method: str = "card"
    status: str = "succeeded"  # succeeded, pending, failed
    pays: Sequence[tuple[str, int]] = ()  # invoice id, amount
    fee_tax: int = 0


def take(books: Books, at: int, wanted: Taking) -> Record:
    """One intent and its charge; returns the charge. NotAllowedError before anything is written."""
    _check(books, wanted)
    intent = _intent(books, at, wanted)
    books.margins.settling[(charge := _charge(books, at, wanted, intent))["id"]] = (
        wanted.settled_currency,
        wanted.settled,
        wanted.fee,
        wanted.fee_tax,
    )
    waiting = [_waiting(books, at, intent, invoice_id, amount) for invoice_id, amount in wanted.pays]
    intent["latest_charge"] = charge["id"]
    intent["payment_method"] = charge["payment_method"]
    if wanted.status == "failed":
        fail(books, charge, at)
    elif wanted.status == "pending":
        charge.update(status="pending", paid=False)
        intent["status"] = "processing"
        books.happened("charge.pending", charge, at)
        books.happened("payment_intent.processing", intent, at)
    else:
        succeed(books, charge, at, waiting)
    return charge


def succeed(books: Books, charge: Record, at: int, waiting: Sequence[Record] | None = None) -> None:
    """The money of a charge is there: book it, and pay what its intent is set against."""
    currency, settled, fee, fee_tax = books.margins.settling[charge["id"]]
    rate = None if currency == charge["currency"] else round(settled / charge["amount"], 6)
    kind = "charge" if charge["id"].startswith("ch_") else "payment"
    entry = ledger.book(
        books,
        at,
        kind=kind,
        category="charge",
        source=charge["id"],
        currency=currency,
        amount=settled,
        fee=fee,
        fee_tax=fee_tax,
        description=charge["description"],
        exchange_rate=rate,
    )
    charge.update(status="succeeded", paid=True, balance_transaction=entry["id"])
    intent = books.get("payment_intents", charge["payment_intent"])
    intent.update(status="succeeded", amount_received=charge["amount"], processing=None)
    books.happened("charge.succeeded", charge, at)
    books.happened("payment_intent.succeeded", intent, at)
    if waiting is None:
        waiting = list(books.rows("invoice_payments", "payment", intent["id"]))[::-1]
    for allocation in waiting:
        if allocation["status"] == "open":
            settle(books, allocation, at)


def fail(books: Books, charge: Record, at: int) -> None:
    """A charge that brought nothing; its intent waits for another way to pay."""
    charge.update(
        status="failed",
        paid=False,
        captured=False,
        amount_captured=0,
        failure_code="card_declined",
        failure_message=_DECLINED,
        outcome={
            **charge["outcome"],
            "network_status": "declined_by_network",
            "reason": "generic_decline",
            "seller_message": "The bank did not return any further details with this decline.",
            "type": "issuer_declined",
        },
    )
    intent = books.get("payment_intents", charge["payment_intent"])
    intent["status"] = "requires_payment_method"
    intent["last_payment_error"] = {
        "charge": charge["id"],
        "code": "card_declined",
        "decline_code": "generic_decline",
        "message": _DECLINED,
        "type": "card_error",
    }
    books.happened("charge.failed", charge, at)
    books.happened("payment_intent.payment_failed", intent, at)
    for allocation in books.rows("invoice_payments", "payment", intent["id"]):
        invoice = books.get("invoices", allocation["invoice"])
        invoice.update(attempted=True, attempt_count=invoice["attempt_count"] + 1)
        books.happened("invoice.payment_failed", invoice, at)


def report(
    books: Books, at: int, *, currency: str, amount: int, payer: Payer, display_name: str, reference: str | None
) -> Record:
    """A payment made off Stripe; returns its record."""
    return books.add(
        "payment_records",
        shapes.payment_record(
            books.ids.new("pr", at),
            created=at,
            currency=currency,
            amount=amount,
            payer=payer,
            display_name=display_name,
            reference=reference,
        ),
    )


def attach(books: Books, at: int, invoice: Record, kind: str, payment: Record, amount: int | None = None) -> Record:
    """Set a payment against an invoice: at most what is left of both, or exactly `amount`. Returns the allocation.

    NotAllowedError if the invoice takes no payment, the currencies differ, or nothing of the payment is left.
    """
    if invoice["status"] not in {"open", "uncollectible"}:
        message = f"You can only attach payments to an open invoice; this one is {invoice['status']}."
        raise NotAllowedError(message)
    currency = payment["amount"]["currency"] if kind == "payment_record" else payment["currency"]
    if currency != invoice["currency"]:
        message = f"The payment is in {currency}, the invoice in {invoice['currency']}."
        raise NotAllowedError(message)
    left = _whole(kind, payment) - _used(books, payment["id"])
    portion = min(left, invoice["amount_remaining"]) if amount is None else amount
    if left <= 0 or portion <= 0:
        message = "The payment has already been allocated in full."
        raise NotAllowedError(message)
    allocation = invoicing.allocate(books, invoice, at, kind, payment["id"], portion)
    if kind == "payment_record" or payment["status"] == "succeeded":
        settle(books, allocation, at)
    return allocation


def settle(books: Books, allocation: Record, at: int) -> None:
    """Money arrived for an allocation. What an invoice does not need becomes its customer's credit."""
    allocation["amount_paid"] = allocation["amount_requested"]
    allocation["status"] = "paid"
    allocation["status_transitions"] = {"canceled_at": None, "paid_at": at}
    invoice = books.get("invoices", allocation["invoice"])
    overpaid = invoice["amount_overpaid"]
    books.happened("invoice_payment.paid", allocation, at)
    invoicing.derive(books, invoice, at)
    more = invoice["amount_overpaid"] - overpaid
    if more > 0:
        books.happened("invoice.overpaid", invoice, at)
        if invoice["id"] in books.margins.overpaid:
            return
        customer = books.get("customers", invoice["customer"])
        customers.book_credit(
            books,
            customer,
            at,
            currency=invoice["currency"],
            amount=-more,
            kind="invoice_overpaid",
            invoice=invoice["id"],
        )


def _whole(kind: str, payment: Record) -> int:
    return int(payment["amount_guaranteed"]["value"] if kind == "payment_record" else payment["amount"])


def _used(books: Books, payment: str) -> int:
    rows = books.rows("invoice_payments", "payment", payment)
    return sum(row["amount_requested"] for row in rows if row["status"] != "canceled")


def _check(books: Books, wanted: Taking) -> None:
    if wanted.amount <= 0 or sum(amount for _, amount in wanted.pays) > wanted.amount:
        message = f"A payment of {wanted.amount} {wanted.currency} cannot pay {[amount for _, amount in wanted.pays]}."
        raise NotAllowedError(message)
    for invoice_id, _ in wanted.pays:
        invoice = books.get("invoices", invoice_id)
        if invoice["status"] not in {"open", "uncollectible", "paid"}:
            message = f"Invoice {invoice_id} takes no payment: its status is {invoice['status']}."
            raise NotAllowedError(message)
        if invoice["currency"] != wanted.currency:
            message = f"Invoice {invoice_id} is in {invoice['currency']}, the payment in {wanted.currency}."
            raise NotAllowedError(message)


def _intent(books: Books, at: int, wanted: Taking) -> Record:
    """The default intent of the one invoice that is paid whole, or a new one."""
    if len(wanted.pays) == 1:
        invoice = books.get("invoices", wanted.pays[0][0])
        waiting = invoicing.default_payment(books, invoice)
        if waiting is not None and wanted.amount == wanted.pays[0][1] >= invoice["amount_remaining"] > 0:
            waiting["amount_requested"] = wanted.amount
            intent = books.get("payment_intents", waiting["payment"]["payment_intent"])
            intent.update(
                amount=wanted.amount,
                description=wanted.payer.description or intent["description"],
                metadata={**intent["metadata"], **wanted.payer.metadata},
                payment_method_types=[wanted.method],
            )
            return intent
    intent = books.add(
        "payment_intents",
        shapes.payment_intent(
            books.ids.new("pi", at),
            created=at,
            currency=wanted.currency,
            amount=wanted.amount,
            payer=wanted.payer,
            method=wanted.method,
            secret=books.ids.secret(_SECRET_LETTERS),
        ),
    )
    books.happened("payment_intent.created", intent, at)
    return intent


def _charge(books: Books, at: int, wanted: Taking, intent: Record) -> Record:
    return books.add(
        "charges",
        shapes.charge(
            books.ids.new("ch" if wanted.method == "card" else "py", at),
            created=at,
            currency=wanted.currency,
            amount=wanted.amount,
            payer=wanted.payer,
            intent=intent["id"],
            method=wanted.method,
            method_id=books.ids.new("pm", at),
            fingerprint=books.ids.secret(_FINGERPRINT_LETTERS),
        ),
    )


def _waiting(books: Books, at: int, intent: Record, invoice_id: str, amount: int) -> Record:
    invoice = books.get("invoices", invoice_id)
    for allocation in books.rows("invoice_payments", "payment", intent["id"]):
        if allocation["invoice"] == invoice_id:
            return allocation
    return invoicing.allocate(books, invoice, at, "payment_intent", intent["id"], amount)
