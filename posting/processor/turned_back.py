"""Money that a payer's bank took back for good: a debit that failed, a dispute that was lost."""

from __future__ import annotations

from uuid import UUID

from ledger.entry import Entry, EntryKind, EntryLine, LineRole, Target
from ledger.money import Money
from posting.processor.purpose import Purpose
from posting.processor.wanted import What
from posting.refusal import NotPosted
from posting.rules import Role
from store.database import Connection
from store.queries.processor_credits import paid_invoices


def failed_charge_entries(read: Connection, purpose: Purpose) -> tuple[Entry, ...]:
    """The invoice is owed again; the original payment stands, and this is dated on its own day."""
    return (_owed_again(read, purpose, purpose.account(Role.CLEARING), abs(purpose.moved), "Failed debit"),)


def lost_entries(read: Connection, purpose: Purpose) -> tuple[Entry, ...]:
    """What a person chose for the money of a lost dispute, which lies in disputed funds."""
    amount = Money(purpose.posting.amount_minor, purpose.currency)
    disputed, end = purpose.account(Role.DISPUTED), purpose.choices.get("end")
    if end == "receivable":
        return (_owed_again(read, purpose, disputed, amount, "Lost dispute"),)
    if end == "bad_debt":
        lines = (
            EntryLine(
                role=LineRole.ACCOUNT, amount=amount, account=purpose.account(Role.BAD_DEBT), text="Lost dispute"
            ),
            EntryLine(role=LineRole.ACCOUNT, amount=-amount, account=disputed, text="Lost dispute"),
        )
        return (_journal(purpose, lines, amount, "Lost dispute"),)
    if end == "credit" and purpose.choices.get("credit"):
        return (_credited(purpose, disputed, amount),)
    raise NotPosted(
        "lost_undecided", "Nobody has said what becomes of the money of this lost dispute.",
        "Choose: owed again, an agreed credit, or bad debt.",
    )  # fmt: skip


def _owed_again(read: Connection, purpose: Purpose, account: str, amount: Money, text: str) -> Entry:
    rows = paid_invoices(read, purpose.books.organisation_id, _receipt_id(purpose))
    customers = {row.customer_external_id for row in rows if row.customer_external_id}
    if len(customers) != 1 or len(rows) != 1:
        raise NotPosted(
            "receivable_unknown", "It is not one invoice of one customer that is owed again.",
            "Write a journal in the books, receivable against clearing or disputed funds, and say that it is recorded.",
        )  # fmt: skip
    invoice = rows[0]
    receivable = invoice.ar_account or purpose.books.receivable
    suspense = purpose.books.rules.place(Role.SUSPENSE, purpose.source, purpose.currency)
    customer = str(invoice.customer_external_id)
    document = Target(kind="invoice", external_id=invoice.external_id)
    lines = (
        EntryLine(
            role=LineRole.ACCOUNT, amount=amount, account=receivable, customer=customer, document=document, text=text
        ),
        EntryLine(role=LineRole.ACCOUNT, amount=-amount, account=account, text=text),
    )
    return _journal(
        purpose, lines, amount, text, suspense=None if suspense is None else suspense.account, customer=customer
    )


def _receipt_id(purpose: Purpose) -> UUID:
    chosen: UUID | None = purpose.posting.receipt_id
    if chosen is None:
        raise NotPosted("receivable_unknown", "The charge that was taken back has no receipt.", "Sync; then retry.")
    return chosen


def _journal(
    purpose: Purpose, lines: tuple[EntryLine, ...], amount: Money, text: str,
    *, suspense: str | None = None, customer: str | None = None,
) -> Entry:  # fmt: skip
    part = purpose.choices.get("dispute") or (purpose.parts[0].source_external_id if purpose.parts else "")
    return Entry(
        kind=EntryKind.JOURNAL, write_id=purpose.write_id(), on=purpose.on, amount=amount, to_account=suspense,
        customer=customer, lines=lines, memo=f"{text} {part}".strip(),
    )  # fmt: skip


def _credited(purpose: Purpose, disputed: str, amount: Money) -> Entry:
    """An agreed credit: its note is in the books, and the money that went settles it."""
    if purpose.what is not What.LOST:
        raise NotPosted("lost_undecided", "Only a lost dispute is settled so.", "Look at it again.")
    source = Target(kind=str(purpose.choices["credit_kind"]), external_id=str(purpose.choices["credit"]))
    return Entry(
        kind=EntryKind.REFUND, write_id=purpose.write_id(), on=purpose.on, amount=amount, account=disputed,
        customer=str(purpose.choices["customer"]), source=source,
        lines=(EntryLine(role=LineRole.PAYS, amount=amount, document=source),), memo="Lost dispute, agreed credit",
    )  # fmt: skip
