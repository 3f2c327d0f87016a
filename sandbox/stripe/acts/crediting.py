"""Credit notes: first off what an invoice still asks for, the rest back to its customer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sandbox.core.records import Record
from sandbox.stripe.acts import customers, invoicing
from sandbox.stripe.acts.invoicing import NotAllowedError
from sandbox.stripe.books import Books
from sandbox.stripe.shapes import credits as shapes
from sandbox.stripe.shapes.credits import CreditSplit
from sandbox.stripe.shapes.invoices import tax

_TAX_RATE = "txr_1SandboxStandardRate00000"


@dataclass(frozen=True)
class Crediting:
    """A credit note to issue. Lines are (description, amount without tax, tax, invoice line or None)."""

    lines: Sequence[tuple[str | None, int, int, str | None]]
    number: str | None = None
    out_of_band: int = 0
    to_balance: int = 0
    refunds: tuple[tuple[str, int], ...] = ()
    reason: str | None = None
    memo: str | None = None
    metadata: dict[str, str] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(amount + taxed for _, amount, taxed, _ in self.lines)


def split_of(invoice: Record, wanted: Crediting) -> CreditSplit:
    """NotAllowedError when the parts given back do not add up to what goes beyond the amount remaining."""
    if invoice["status"] not in {"open", "paid", "uncollectible"}:
        message = f"A credit note needs a finalized invoice; {invoice['id']} is {invoice['status']}."
        raise NotAllowedError(message)
    given = CreditSplit(0, wanted.out_of_band, wanted.to_balance, wanted.refunds)
    pre = min(wanted.total, invoice["amount_remaining"])
    if given.post_payment != wanted.total - pre:
        message = (
            "The sum of credit amount, refund amount and out of band amount must equal the post payment amount "
            f"({wanted.total - pre}), and is {given.post_payment}."
        )
        raise NotAllowedError(message)
    already = invoice["pre_payment_credit_notes_amount"] + invoice["post_payment_credit_notes_amount"]
    if already + wanted.total > invoice["total"]:
        message = f"The credit notes of invoice {invoice['id']} would exceed its total of {invoice['total']}."
        raise NotAllowedError(message)
    return CreditSplit(pre, wanted.out_of_band, wanted.to_balance, wanted.refunds)


def issue(books: Books, invoice: Record, at: int, wanted: Crediting) -> Record:
    split = split_of(invoice, wanted)
    lines = [
        shapes.credit_note_line(
            books.ids.new("cnli", at),
            description=description,
            amount=amount,
            invoice_line=line,
            taxes=[tax(taxed, amount, _TAX_RATE)] if taxed else [],
        )
        for description, amount, taxed, line in wanted.lines
    ]
    number = wanted.number or f"{invoice['number']}-CN-{_sequence(books, invoice):02d}"
    record = shapes.credit_note(
        books.ids.new("cn", at),
        created=at,
        number=number,
        invoice=invoice["id"],
        customer=invoice["customer"],
        currency=invoice["currency"],
        lines=lines,
        split=split,
        reason=wanted.reason,
        memo=wanted.memo,
        metadata=dict(wanted.metadata),
    )
    books.margins.lines[record["id"]] = lines
    books.add("credit_notes", record)
    if split.to_balance:
        _credit_customer(books, record, at, -split.to_balance)
    with books.altering("invoices", invoice, "invoice.updated", at):
        invoice["pre_payment_credit_notes_amount"] += split.pre_payment
        invoice["post_payment_credit_notes_amount"] += split.post_payment
    books.happened("credit_note.created", record, at)
    invoicing.derive(books, invoice, at)
    return record


def void(books: Books, record: Record, at: int) -> None:
    """Only a note whose whole amount still lowers an open invoice can be voided."""
    invoice = books.get("invoices", record["invoice"])
    if record["status"] == "void" or record["post_payment_amount"] or invoice["status"] != "open":
        message = f"Credit note {record['id']} cannot be voided: it needs an open invoice and no post payment amount."
        raise NotAllowedError(message)
    with books.altering("invoices", invoice, "invoice.updated", at):
        invoice["pre_payment_credit_notes_amount"] -= record["pre_payment_amount"]
    mark_void(books, record, at)
    invoicing.derive(books, invoice, at)


def mark_void(books: Books, record: Record, at: int) -> None:
    record.update(status="void", voided_at=at)
    books.happened("credit_note.voided", record, at)


def _credit_customer(books: Books, note: Record, at: int, amount: int) -> None:
    entry = customers.book_credit(
        books,
        books.get("customers", note["customer"]),
        at,
        currency=note["currency"],
        amount=amount,
        kind="credit_note",
        invoice=note["invoice"],
        credit_note=note["id"],
    )
    note["customer_balance_transaction"] = entry["id"]


def _sequence(books: Books, invoice: Record) -> int:
    return 1 + sum(1 for _ in books.rows("credit_notes", "invoice", invoice["id"]))
