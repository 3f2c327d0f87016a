"""Money that a payer's bank took back for good: a debit that failed, a dispute that was lost."""

from __future__ import annotations

from dataclasses import replace
from typing import Final
from uuid import UUID

from ledger.entry import Entry, EntryKind, EntryLine, LineRole, Target
from ledger.money import Money
from posting.processor.purpose import Purpose
from posting.refusal import NotPosted
from posting.rules import Role
from store.database import Connection
from store.queries.processor_credits import paid_invoices

_LOST: Final = "Lost dispute"


def failed_charge_entries(read: Connection, purpose: Purpose) -> tuple[Entry, ...]:
    """The invoice is owed again; the original payment stands, and this is dated on its own day."""
    return (_owed_again(read, purpose, abs(purpose.moved), "Failed debit"),)


def lost_entries(read: Connection, purpose: Purpose) -> tuple[Entry, ...]:
    """What a person chose for the money of a lost dispute: out of disputed funds over clearing, where it leaves nothing.

    Over clearing, for no ledger pays or refunds out of an account that is no bank's.
    """
    amount, end = Money(purpose.posting.amount_minor, purpose.currency), purpose.choices.get("end")
    if end == "receivable":
        last = _owed_again(read, purpose, amount, _LOST)
    elif end == "bad_debt":
        last = _given_up(purpose, amount)
    elif end == "credit" and purpose.choices.get("credit"):
        last = _credited(purpose, amount)
    else:
        raise NotPosted(
            "lost_undecided", "Nobody has said what becomes of the money of this lost dispute.",
            "Choose: owed again, an agreed credit, or bad debt.",
        )  # fmt: skip
    line = EntryLine(role=LineRole.ACCOUNT, amount=amount, account=purpose.account(Role.DISPUTED), text=_LOST)
    back = Entry(
        kind=EntryKind.RECEIVE, write_id=purpose.write_id(), on=purpose.on, amount=amount,
        account=purpose.account(Role.CLEARING), lines=(line,), memo=_about(purpose, _LOST),
    )  # fmt: skip
    return (back, replace(last, write_id=purpose.write_id(1), after=(back.write_id,)))


def _given_up(purpose: Purpose, amount: Money) -> Entry:
    line = EntryLine(role=LineRole.ACCOUNT, amount=amount, account=purpose.account(Role.BAD_DEBT), text=_LOST)
    return Entry(
        kind=EntryKind.SPEND, write_id=purpose.write_id(), on=purpose.on, amount=amount,
        account=purpose.account(Role.CLEARING), lines=(line,), memo=_about(purpose, _LOST),
    )  # fmt: skip


def _credited(purpose: Purpose, amount: Money) -> Entry:
    """An agreed credit: its note is in the books, and the money that went settles it."""
    source = Target(kind=str(purpose.choices["credit_kind"]), external_id=str(purpose.choices["credit"]))
    return Entry(
        kind=EntryKind.REFUND, write_id=purpose.write_id(), on=purpose.on, amount=amount,
        account=purpose.account(Role.CLEARING), customer=str(purpose.choices["customer"]), source=source,
        lines=(EntryLine(role=LineRole.PAYS, amount=amount, document=source),),
        memo=f"{_about(purpose, _LOST)}, agreed credit",
    )  # fmt: skip


def _owed_again(read: Connection, purpose: Purpose, amount: Money, text: str) -> Entry:
    """A journal of the receivable against clearing; books whose journals do not reach them make their own of it."""
    rows = paid_invoices(read, purpose.books.organisation_id, _receipt_id(purpose))
    customers = {row.customer_external_id for row in rows if row.customer_external_id}
    if len(customers) != 1 or len(rows) != 1:
        raise NotPosted(
            "receivable_unknown", "It is not one invoice of one customer that is owed again.",
            "Write a journal in the books, receivable against clearing or disputed funds, and say that it is recorded.",
        )  # fmt: skip
    invoice = rows[0]
    suspense = purpose.books.rules.place(Role.SUSPENSE, purpose.source, purpose.currency)
    customer = str(invoice.customer_external_id)
    lines = (
        EntryLine(
            role=LineRole.ACCOUNT, amount=amount, account=invoice.ar_account or purpose.books.receivable,
            customer=customer, document=Target(kind="invoice", external_id=invoice.external_id), text=text,
        ),
        EntryLine(role=LineRole.ACCOUNT, amount=-amount, account=purpose.account(Role.CLEARING), text=text),
    )  # fmt: skip
    return Entry(
        kind=EntryKind.JOURNAL, write_id=purpose.write_id(), on=purpose.on, amount=amount,
        to_account=None if suspense is None else suspense.account, customer=customer, lines=lines,
        memo=_about(purpose, text),
    )  # fmt: skip


def _receipt_id(purpose: Purpose) -> UUID:
    chosen: UUID | None = purpose.posting.receipt_id
    if chosen is None:
        raise NotPosted("receivable_unknown", "The charge that was taken back has no receipt.", "Sync; then retry.")
    return chosen


def _about(purpose: Purpose, text: str) -> str:
    named = purpose.choices.get("dispute") or (purpose.parts[0].source_external_id if purpose.parts else "")
    return f"{text} {named}".strip()
