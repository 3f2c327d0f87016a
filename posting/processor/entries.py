"""The records that a posting of a processor's money comes to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from ledger.balance import NOT_CAPTURED
from ledger.entry import Entry, EntryKind, EntryLine, LineRole, Target
from ledger.money import Money
from ledger.posting import Cause
from posting import stops
from posting.planning.books import Books
from posting.processor.fee_entries import dispute_lines, fee_entries
from posting.processor.payout_entries import payout_entries, topup_entries
from posting.processor.purpose import Purpose
from posting.processor.turned_back import failed_charge_entries, lost_entries
from posting.processor.wanted import What
from posting.refusal import NotPosted
from posting.rules import Role
from store.database import Connection
from store.queries import processor as queries
from store.queries import processor_credits
from store.queries.processor_tax import tax_percent

CAUSES = frozenset({Cause.PAYOUT, Cause.PAYOUT_FEES, Cause.BALANCE_TRANSACTION})


def entries_of(read: Connection, books: Books, posting: Any) -> tuple[Entry, ...]:
    """In the order in which they are to stand; planned twice they are the same. From the store alone. Raises NotPosted."""
    parts = queries.parts_of(read, books.organisation_id, posting.id)
    purpose = Purpose(books=books, posting=posting, parts=parts)
    _refuse_paused(read, purpose)
    _open_day(purpose)
    return _MAKERS[purpose.what](read, purpose)


def _refuse_paused(read: Connection, purpose: Purpose) -> None:
    """Another poster appeared, or a person stopped this processor's money alone."""
    source = purpose.source
    stop = stops.standing(read, purpose.books.organisation_id, UUID(source)) if source else None
    if stop is not None:
        raise NotPosted(
            "source_paused", f"Posting of this processor's money is paused: {stop.reason}",
            "Decide who books it, switch it on again, then retry.",
        )  # fmt: skip


def _open_day(purpose: Purpose) -> None:
    books = purpose.books
    locked = books.locked_through
    if locked is not None and purpose.on <= locked:
        day = books.open_day(purpose.on)
        raise NotPosted(
            "period_locked",
            f"{purpose.on:%-d %B %Y} lies in a period of {books.name} that is closed through {locked:%-d %B %Y}.",
            f"Date it {day:%-d %B %Y}, the first open day, or open the period in the books; then retry.", {"date": day.isoformat()},
        )  # fmt: skip


def _dispute(read: Connection, purpose: Purpose) -> tuple[Entry, ...]:
    return _aside(purpose, Role.DISPUTED, dispute_lines(read, purpose), _about(purpose, "Dispute"))


def _reserve(read: Connection, purpose: Purpose) -> tuple[Entry, ...]:
    amount = Money(abs(purpose.moved.minor), purpose.currency)
    line = EntryLine(role=LineRole.ACCOUNT, amount=amount, account=purpose.account(Role.RESERVE), text="Reserve")
    return _aside(purpose, Role.RESERVE, (line,), _about(purpose, "Reserve"))


def _aside(purpose: Purpose, role: Role, lines: tuple[EntryLine, ...], memo: str) -> tuple[Entry, ...]:
    """Out of clearing to a balance of its own, or back."""
    kind = EntryKind.SPEND if purpose.moved.minor < 0 else EntryKind.RECEIVE
    return (
        Entry(
            kind=kind, write_id=purpose.write_id(), on=purpose.on, amount=abs(purpose.moved),
            account=purpose.account(Role.CLEARING), lines=lines, memo=memo,
        ),
    )  # fmt: skip


def _refund(read: Connection, purpose: Purpose) -> tuple[Entry, ...]:
    if purpose.choices.get("sale"):
        return _sale_entry(read, purpose, EntryKind.SPEND, f"Refund of {_names(purpose)}")
    chosen = purpose.choices
    if not chosen.get("credit"):
        raise NotPosted(
            "credit_missing", "Nobody has said what this refund settles.",
            "Issue the credit note in the books with its tax, or choose an open credit; then retry.",
        )  # fmt: skip
    source = Target(kind=str(chosen["credit_kind"]), external_id=str(chosen["credit"]))
    _refuse_old_money(read, purpose.books, source)
    amount = abs(purpose.moved)
    line = EntryLine(role=LineRole.PAYS, amount=amount, document=source)
    return (
        Entry(
            kind=EntryKind.REFUND, write_id=purpose.write_id(), on=purpose.on, amount=amount,
            account=purpose.account(Role.CLEARING), customer=str(chosen["customer"]), source=source, lines=(line,),
            memo=_about(purpose, "Refund"),
        ),
    )  # fmt: skip


def _refuse_old_money(read: Connection, books: Books, source: Target) -> None:
    """Where an application has no day of its own, the payment that the refund settles is changed on the payment's day."""
    if not books.undated or source.kind != "payment":
        return
    on = processor_credits.paid_on(read, books.organisation_id, books.connection_id, source.external_id)
    locked = books.locked_through
    if on is not None and locked is not None and on <= locked:
        raise NotPosted(
            "period_locked",
            f"The payment of {on:%-d %B %Y} that this refund settles lies in a period of {books.name} that is closed"
            f" through {locked:%-d %B %Y}.",
            "Have the period opened, or issue a credit note in the books and choose that; then retry.",
        )  # fmt: skip


def _refund_back(read: Connection, purpose: Purpose) -> tuple[Entry, ...]:
    """The mirror of a refund, on the day it came back: the sale again, or the customer's money that nothing has taken yet."""
    if purpose.choices.get("sale"):
        return _sale_entry(read, purpose, EntryKind.RECEIVE, f"Refund that came back, {_names(purpose)}")
    return _unapplied(purpose, _about(purpose, "Refund that came back"))


def _sales(read: Connection, purpose: Purpose) -> tuple[Entry, ...]:
    count = sum(part.reporting_category != NOT_CAPTURED for part in purpose.parts)
    text = f"{count} {'sale' if count == 1 else 'sales'} without an invoice of {purpose.posting.dated_on.isoformat()}"
    return _sale_entry(read, purpose, EntryKind.RECEIVE, text)


def _sale_entry(read: Connection, purpose: Purpose, kind: EntryKind, text: str) -> tuple[Entry, ...]:
    """By the rule of a named person: account and tax code are theirs, the tax follows from the code's rate."""
    place, amount = purpose.place(Role.SALES), abs(purpose.moved)
    tax = None
    if place.tax_code:
        tax = tax_within(
            amount, tax_percent(read, purpose.books.organisation_id, purpose.books.connection_id, place.tax_code)
        )
    line = EntryLine(
        role=LineRole.ACCOUNT, amount=amount, account=place.account, tax_code=place.tax_code or None, tax=tax, text=text
    )
    return (
        Entry(
            kind=kind, write_id=purpose.write_id(), on=purpose.on, amount=amount,
            account=purpose.account(Role.CLEARING), lines=(line,), memo=text,
        ),
    )  # fmt: skip


def tax_within(amount: Money, percent: Any) -> Money:
    """The tax that an amount holds. Raises NotPosted where nobody knows the rate."""
    if percent is None:
        raise NotPosted(
            "tax_unknown",
            "The rate of the chosen tax code is not known here.",
            "Sync the books, or choose another code.",
        )
    scaled = int(percent * 10_000)
    whole = amount.minor * scaled
    return Money((2 * whole + 1_000_000 + scaled) // (2 * (1_000_000 + scaled)), amount.currency)


def _deposit(read: Connection, purpose: Purpose) -> tuple[Entry, ...]:
    """Money for something not yet invoiced: the customer's credit until an invoice takes it."""
    return _unapplied(purpose, _about(purpose, "Deposit"))


def _unapplied(purpose: Purpose, memo: str) -> tuple[Entry, ...]:
    """Into clearing, and the customer's credit for all of it."""
    customer = purpose.choices.get("customer")
    if not customer:
        raise NotPosted("customer_missing", "Nobody has said whose money this is.", "Name the customer; then retry.")
    amount = abs(purpose.moved)
    return (
        Entry(
            kind=EntryKind.RECEIPT, write_id=purpose.write_id(), on=purpose.on, amount=amount,
            account=purpose.account(Role.CLEARING), customer=str(customer),
            lines=(EntryLine(role=LineRole.UNAPPLIED, amount=amount),), memo=memo,
        ),
    )  # fmt: skip


def _about(purpose: Purpose, word: str) -> str:
    return f"{word} {_names(purpose)}".strip()


def _names(purpose: Purpose) -> str:
    part = purpose.parts[0]
    ids = [one for one in (part.source_external_id, part.charge_external_id) if one]
    return " of ".join(dict.fromkeys(ids))


_MAKERS: dict[What, Callable[[Connection, Purpose], tuple[Entry, ...]]] = {
    What.PAYOUT: payout_entries,
    What.PAYOUT_BACK: payout_entries,
    What.TOPUP: topup_entries,
    What.FEES: fee_entries,
    What.REFUND: _refund,
    What.REFUND_BACK: _refund_back,
    What.CHARGE_FAILED: failed_charge_entries,
    What.DISPUTE: _dispute,
    What.RESERVE: _reserve,
    What.SALES: _sales,
    What.DEPOSIT: _deposit,
    What.LOST: lost_entries,
}
