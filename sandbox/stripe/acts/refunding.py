"""Giving money back."""

from __future__ import annotations

from sandbox.core.records import Record
from sandbox.stripe.acts import ledger
from sandbox.stripe.acts.invoicing import NotAllowedError
from sandbox.stripe.books import Books
from sandbox.stripe.money import share
from sandbox.stripe.shapes.credits import refund as refund_record

_RECEIPT_LETTERS = 8


def refund(
    books: Books,
    charge: Record,
    at: int,
    amount: int,
    *,
    status: str = "succeeded",
    reason: str | None = None,
    metadata: dict[str, str] | None = None,
) -> Record:
    """Refund part or all of a charge, in the charge's currency.

    status: succeeded, pending, failed (the money left and came back) or canceled.
    """
    left = charge["amount_captured"] - charge["amount_refunded"]
    if charge["status"] != "succeeded":
        message = f"Charge {charge['id']} cannot be refunded: its status is {charge['status']}."
        raise NotAllowedError(message)
    if amount > left:
        shown = f"{amount} is more than the {left} that is left on charge {charge['id']}"
        message = f"Charge {charge['id']} has already been refunded." if left == 0 else f"Refund amount {shown}."
        raise NotAllowedError(message)
    record = books.add(
        "refunds",
        refund_record(
            books.ids.new("re" if charge["id"].startswith("ch_") else "pyr", at),
            created=at,
            charge=charge,
            amount=amount,
            reason=reason,
            metadata=dict(metadata or {}),
        ),
    )
    if status in {"succeeded", "failed"}:
        _move(books, record, charge, at)
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount_captured"]
    if status == "succeeded":
        record.update(status=status, receipt_number=books.ids.code(_RECEIPT_LETTERS))
    books.happened("refund.created", record, at)
    books.happened("charge.refunded", charge, at)
    if status in {"failed", "canceled"}:
        end(books, record, at, status)
    return record


def succeed(books: Books, record: Record, at: int) -> None:
    """A pending refund went through."""
    _pending(record)
    with books.altering("refunds", record, "refund.updated", at):
        _move(books, record, books.get("charges", record["charge"]), at)
        record["status"] = "succeeded"


def end(books: Books, record: Record, at: int, status: str) -> None:
    """A refund that failed or was canceled: its money is back on the balance and on the charge."""
    charge = books.get("charges", record["charge"])
    record["status"] = status
    if record["balance_transaction"] is not None:
        gone = books.get("balance_transactions", record["balance_transaction"])
        back = ledger.book(
            books,
            at,
            kind="refund_failure",
            category="refund_failure",
            source=record["id"],
            currency=gone["currency"],
            amount=-gone["amount"],
            description=f"REFUND FAILURE FOR {record['charge']}",
            exchange_rate=gone["exchange_rate"],
        )
        record["failure_balance_transaction"] = back["id"]
    if status == "failed":
        record["failure_reason"] = "lost_or_stolen_card"
    charge["amount_refunded"] -= record["amount"]
    charge["refunded"] = False
    books.happened("refund.failed" if status == "failed" else "refund.updated", record, at)
    books.happened("charge.updated", charge, at)


def _pending(record: Record) -> None:
    if record["status"] != "pending":
        message = f"Refund {record['id']} is {record['status']}, not pending."
        raise NotAllowedError(message)


def _move(books: Books, record: Record, charge: Record, at: int) -> None:
    """Take the refund's part of what the charge settled for; the parts of a whole charge add up to it exactly."""
    taken = books.get("balance_transactions", charge["balance_transaction"])
    done = sum(
        other["amount"]
        for other in books.rows("refunds", "charge", charge["id"])
        if other["balance_transaction"] is not None and other["status"] not in {"failed", "canceled"}
    )
    before = share(taken["amount"], done, charge["amount"])
    amount = share(taken["amount"], done + record["amount"], charge["amount"]) - before
    entry = ledger.book(
        books,
        at,
        kind="refund" if record["id"].startswith("re_") else "payment_refund",
        category="refund",
        source=record["id"],
        currency=taken["currency"],
        amount=-amount,
        description=f"REFUND FOR CHARGE ({charge['description']})" if charge["description"] else "REFUND FOR CHARGE",
        exchange_rate=taken["exchange_rate"],
    )
    record["balance_transaction"] = entry["id"]
