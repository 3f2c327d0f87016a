"""Payouts: the balance leaves for the bank, arrives, or comes back."""

from __future__ import annotations

from collections.abc import Sequence

from sandbox.core.records import Record
from sandbox.stripe.acts import ledger
from sandbox.stripe.acts.invoicing import NotAllowedError
from sandbox.stripe.books import Books
from sandbox.stripe.money import unfit_payout
from sandbox.stripe.shapes import balance as shapes

_FAILURE = "The bank account has been closed."
_TRACE_LETTERS = 15
_FINGERPRINT_LETTERS = 16


def waiting(books: Books, currency: str, until: int) -> list[Record]:
    """The balance transactions booked before `until` that no payout has carried yet, oldest first."""
    rows = books.shelf("balance_transactions").newest()
    entries = [books.get("balance_transactions", entry_id) for entry_id in rows]
    return [
        entry
        for entry in reversed(entries)
        if entry["currency"] == currency
        and entry["created"] <= until
        and entry["type"] != "payout"
        and entry["id"] not in books.margins.paid_out
    ]


def of_sources(books: Books, sources: Sequence[str], until: int) -> list[Record]:
    """The same, for certain charges, refunds, disputes and returned payouts."""
    return [
        entry
        for source in sources
        for entry in ledger.entries(books, source)
        if entry["created"] <= until and entry["type"] != "payout" and entry["id"] not in books.margins.paid_out
    ]


def pay_out(
    books: Books,
    at: int,
    *,
    currency: str,
    carries: Sequence[Record],
    arrival_date: int,
    automatic: bool = True,
    status: str = "in_transit",
) -> Record:
    """One payout of the nets of these balance transactions.

    Stripe itemises automatic payouts only; of a manual one nobody can ask what it carried.
    """
    amount = sum(entry["net"] for entry in carries)
    if problem := unfit_payout(amount, currency):
        raise NotAllowedError(problem)
    record = books.add(
        "payouts",
        shapes.payout(
            books.ids.new("po", at),
            created=at,
            arrival_date=arrival_date,
            currency=currency,
            amount=amount,
            automatic=automatic,
            destination=_bank(books, currency),
        ),
    )
    shelf = books.shelf("balance_transactions")
    for entry in carries:
        if entry["currency"] != currency:
            message = f"{entry['id']} is in {entry['currency']}; the payout is in {currency}."
            raise NotAllowedError(message)
        entry["available_on"] = min(entry["available_on"], at)
        books.margins.paid_out[entry["id"]] = record["id"]
        if automatic:
            shelf.group("payout", record["id"], entry["id"])
    own = _move(books, record, at, -amount, "payout")
    record.update(balance_transaction=own["id"], status="in_transit" if status != "pending" else "pending")
    if automatic:
        shelf.group("payout", record["id"], own["id"])
    books.happened("payout.created", record, at)
    return record


def reconcile(books: Books, record: Record, at: int) -> None:
    """Stripe is done with telling what an automatic payout carried."""
    if record["automatic"] and record["reconciliation_status"] != "completed":
        record["reconciliation_status"] = "completed"
        books.happened("payout.reconciliation_completed", record, at)


def arrive(books: Books, record: Record, at: int) -> None:
    if record["status"] not in {"pending", "in_transit"}:
        message = f"Payout {record['id']} is {record['status']} already."
        raise NotAllowedError(message)
    with books.altering("payouts", record, "payout.updated", at):
        record["status"] = "paid"
        record["trace_id"] = {"status": "supported", "value": books.ids.code(_TRACE_LETTERS)}
    books.happened("payout.paid", record, at)


def fail(books: Books, record: Record, at: int) -> None:
    """The bank sent the money back, even after the payout was paid."""
    _back(books, record, at, "failed", "payout_failure")
    record.update(failure_code="account_closed", failure_message=_FAILURE)
    books.happened("payout.failed", record, at)


def cancel(books: Books, record: Record, at: int) -> None:
    _back(books, record, at, "canceled", "payout_cancel")
    books.happened("payout.canceled", record, at)


def _back(books: Books, record: Record, at: int, status: str, kind: str) -> None:
    if record["status"] in {"failed", "canceled"} or (status == "canceled" and record["status"] == "paid"):
        message = f"Payout {record['id']} is {record['status']} already."
        raise NotAllowedError(message)
    entry = _move(books, record, at, record["amount"], kind)
    record.update(status=status, failure_balance_transaction=entry["id"])


def _move(books: Books, record: Record, at: int, amount: int, kind: str) -> Record:
    return ledger.book(
        books,
        at,
        kind=kind,
        category="payout" if kind == "payout" else "payout_reversal",
        source=record["id"],
        currency=record["currency"],
        amount=amount,
        description="STRIPE PAYOUT" if kind == "payout" else "STRIPE PAYOUT RETURNED",
        at_once=True,
    )


def _bank(books: Books, currency: str) -> str:
    if currency not in books.margins.banks:
        bank = shapes.bank_account(
            books.ids.new("ba", books.now()),
            country=books.company.country,
            currency=currency,
            holder=books.company.name,
            fingerprint=books.ids.secret(_FINGERPRINT_LETTERS),
        )
        books.store.put("bank_accounts", bank["id"], bank)
        books.margins.banks[currency] = bank["id"]
    return books.margins.banks[currency]
