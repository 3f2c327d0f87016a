"""Disputes: the money is withdrawn with a fee at once, and comes back when the dispute is won."""

from __future__ import annotations

from sandbox.core.records import Record
from sandbox.stripe.acts import ledger
from sandbox.stripe.acts.invoicing import NotAllowedError
from sandbox.stripe.books import Books
from sandbox.stripe.money import share
from sandbox.stripe.shapes.disputes import dispute as dispute_record

_ANSWER_SECONDS = 20 * 86400


def dispute(books: Books, charge: Record, at: int, amount: int, fee: int, reason: str = "fraudulent") -> Record:
    """`amount` in the charge's currency, `fee` in the settlement currency."""
    if charge["status"] != "succeeded":
        message = f"Charge {charge['id']} cannot be disputed: its status is {charge['status']}."
        raise NotAllowedError(message)
    if amount > charge["amount"]:
        message = f"{amount} is more than charge {charge['id']} took ({charge['amount']})."
        raise NotAllowedError(message)
    record = books.add(
        "disputes",
        dispute_record(
            books.ids.new("du", at),
            created=at,
            charge=charge,
            amount=amount,
            due_by=at + _ANSWER_SECONDS,
            reason=reason,
        ),
    )
    books.margins.fees[record["id"]] = fee
    charge["disputed"] = True
    _move(books, record, charge, at, sign=-1)
    books.happened("charge.dispute.created", record, at)
    books.happened("charge.dispute.funds_withdrawn", record, at)
    books.happened("charge.updated", charge, at)
    return record


def close(books: Books, record: Record, at: int, status: str) -> None:
    """status: won (the amount comes back, the fee does not) or lost."""
    if record["status"] in {"won", "lost"}:
        message = f"Dispute {record['id']} is {record['status']} already."
        raise NotAllowedError(message)
    if status not in {"won", "lost"}:
        message = f"A dispute ends won or lost, not {status}."
        raise NotAllowedError(message)
    record["status"] = status
    books.happened("charge.dispute.closed", record, at)
    if status == "won":
        _move(books, record, books.get("charges", record["charge"]), at, sign=1)
        books.happened("charge.dispute.funds_reinstated", record, at)


def _move(books: Books, record: Record, charge: Record, at: int, sign: int) -> None:
    taken = books.get("balance_transactions", charge["balance_transaction"])
    withdrawn = sign < 0
    entry = ledger.book(
        books,
        at,
        kind="adjustment",
        category="dispute" if withdrawn else "dispute_reversal",
        source=record["id"],
        currency=taken["currency"],
        amount=sign * share(taken["amount"], record["amount"], charge["amount"]),
        fee=books.margins.fees[record["id"]] if withdrawn else 0,
        description=f"Chargeback {'withdrawal' if withdrawn else 'reversal'} for {charge['id']}",
        exchange_rate=taken["exchange_rate"],
    )
    record["balance_transactions"] = [*record["balance_transactions"], entry]
