"""The recipe of a reversal: money that had paid invoices went back. A new dated event; the original stands as it was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from ledger.entry import Entry, EntryKind, EntryLine, LineRole, Target
from ledger.ids import derived
from ledger.money import Money, total
from posting.checks.ledger import lock_refusal
from posting.planning.books import Books
from posting.planning.load import cash_of
from posting.planning.receiving import no_place, place_of
from posting.refusal import NotPosted
from posting.rules import Role
from store.database import Connection
from store.queries.documents import find_receipt


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """What a customer owes again, as it was paid: of an invoice, or credit that was left unapplied."""

    customer: str
    amount: Money
    external_id: str = ""
    name: str = ""


def entries_of(
    books: Books, seed: str, owed: Sequence[Again], account: str, on: date, memo: str
) -> tuple[Entry, ...]:  # fmt: skip
    """One record a customer: receivables up, the money's account down. Raises NotPosted without a receivables account."""
    if books.receivable is None:
        raise NotPosted(
            "account_missing",
            f"{books.name} has no one account for receivables that a reversal could go to.",
            "Book the reversal in the books by hand; the next sync sees it.",
        )
    suspense = books.place_of(Role.SUSPENSE)
    by_customer: dict[str, list[Again]] = {}
    for one in owed:
        by_customer.setdefault(one.customer, []).append(one)
    return tuple(
        _journal(books, seed, customer, parts, account, on, memo, None if suspense is None else suspense.account)
        for customer, parts in by_customer.items()
    )


def _journal(
    books: Books,
    seed: str,
    customer: str,
    parts: Sequence[Again],
    account: str,
    on: date,
    memo: str,
    suspense: str | None,
) -> Entry:
    amount = total((one.amount for one in parts), parts[0].amount.currency)
    names = ", ".join(one.name for one in parts if one.name)
    first = next((one for one in parts if one.external_id), None)
    return Entry(
        kind=EntryKind.JOURNAL,
        write_id=derived(seed, f"reversal/{customer}"),
        on=on,
        amount=amount,
        account=account,
        to_account=suspense,
        customer=customer,
        lines=(
            EntryLine(
                role=LineRole.ACCOUNT, amount=amount, account=books.receivable, customer=customer,
                document=None if first is None else Target(kind="invoice", external_id=first.external_id),
                text=f"owed again: {names}" if names else "owed again",
            ),
            EntryLine(role=LineRole.ACCOUNT, amount=-amount, account=account, text="the payment went back"),
        ),
        memo=memo,
    )  # fmt: skip


def plan(connection: Connection, books: Books, posting: Any) -> tuple[Entry, ...]:
    """Raises NotPosted, NotFound."""
    receipt = find_receipt(connection, books.organisation_id, posting.receipt_id)
    choices: Mapping[str, Any] = posting.choices or {}
    cash = cash_of(connection, books, receipt)
    if cash.trouble:
        raise NotPosted("receipt_reversed", f"The money that went back: {cash.trouble}", "Give this posting up.")
    on = date.fromisoformat(choices["date"]) if choices.get("date") else cash.on
    locked = lock_refusal(books, on)
    if locked is not None:
        raise locked
    place = place_of(books, cash)
    account = None if place is None else books.account_of(place)
    if place is None or account is None or not account.active:
        raise no_place(books, Role.BANK, currency=cash.amount.currency)
    owed = [
        Again(
            customer=one["customer"], amount=Money(one["minor"], cash.amount.currency), external_id=one["external_id"],
            name=one["name"],
        )
        for one in choices["lines"]
    ]  # fmt: skip
    if total((one.amount for one in owed), cash.amount.currency) != -cash.amount:
        raise NotPosted(
            "amount_unfit",
            f"{-cash.amount} went back, which is not what the payment had been applied to.",
            "Book the reversal in the books by hand, with the difference where it belongs.",
        )
    memo = " · ".join(part for part in (cash.payer, cash.reference) if part)
    return entries_of(books, str(posting.id), owed, place.account, on, memo)


def source_id(receipt_id: UUID) -> str:
    """What the outbox knows the reversal by: one of a receipt."""
    return str(receipt_id)
