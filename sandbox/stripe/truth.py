"""What the account itself says it holds and is owed at the end of a day in its own zone."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from sandbox.core.records import Record
from sandbox.stripe.acts import ledger
from sandbox.stripe.books import Books
from sandbox.stripe.money import major


def truth(books: Books, on: date) -> dict[str, Any]:
    """Balance by currency from the balance transactions, and the open invoices, per document and per customer.

    customers: external id -> {currency: open amount}. Drafts, void and uncollectible invoices are not open.
    """
    until = books.day_after(on)
    documents: dict[str, dict[str, str]] = {}
    owed: dict[str, Counter[str]] = {}
    for invoice in books.store.all("invoices"):
        left = _left(books, invoice, until)
        if left:
            currency = invoice["currency"]
            documents[invoice["id"]] = {"currency": currency.upper(), "open": major(left, currency)}
            owed.setdefault(invoice["customer"], Counter())[currency] += left
    balance = ledger.standing(books, until)
    home = books.company.home_currency.lower()
    return {
        "home_currency": home.upper(),
        "control_account": major(balance.get(home, 0), home),
        "balance": {currency.upper(): major(amount, currency) for currency, amount in sorted(balance.items())},
        "customers": {
            customer: {currency.upper(): major(amount, currency) for currency, amount in sorted(sums.items())}
            for customer, sums in owed.items()
        },
        "documents": documents,
    }


def _left(books: Books, invoice: Record, until: int) -> int:
    """What an invoice asked for at a moment, from the dates of what was done to it since."""
    moments = invoice["status_transitions"]
    if moments["finalized_at"] is None or moments["finalized_at"] >= until:
        return 0
    for ended in ("voided_at", "marked_uncollectible_at"):
        if moments[ended] is not None and moments[ended] < until:
            return 0
    notes = books.rows("credit_notes", "invoice", invoice["id"])
    credited = sum(note["pre_payment_amount"] for note in notes if _stood(note, until))
    rows = books.rows("invoice_payments", "invoice", invoice["id"])
    paid = sum(row["amount_paid"] for row in rows if _before(row["status_transitions"]["paid_at"], until))
    paid += sum(entry.amount for entry in books.margins.off_stripe.get(invoice["id"], ()) if entry.at < until)
    entries = books.rows("customer_balance_transactions", "invoice", invoice["id"])
    from_balance = sum(
        entry["amount"]
        for entry in entries
        if entry["type"] in {"applied_to_invoice", "unapplied_from_invoice"} and entry["created"] < until
    )
    return max(0, int(invoice["total"] - from_balance - credited - paid))


def _stood(note: Record, until: int) -> bool:
    return note["created"] < until and not _before(note["voided_at"], until)


def _before(moment: int | None, until: int) -> bool:
    return moment is not None and moment < until
