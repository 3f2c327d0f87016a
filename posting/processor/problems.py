"""What is wrong with the chosen accounts: gone, of the wrong type or currency, no payments into them, or none chosen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from posting.processor.bookings import TIEOUT
from posting.processor.picks import WISHES
from posting.rules import Kind, Place, PostingRules, Role
from store.database import Connection
from store.queries import processor as queries
from store.queries.planning import accounts_of, books_row

_PAID_INTO = frozenset({Role.WITHHOLDING, Role.BANK_FEE, Role.ROUNDING})
"""Xero lets a payment go to these only where payments are enabled on the account."""
_KINDS = {**{role: wish.kinds for role, wish in WISHES.items()}, Role.SALES: frozenset({"income", "other"})}
_ROUGH = frozenset({Role.ROUNDING, Role.DISCOUNT, Role.SUSPENSE, Role.EXCHANGE, Role.WITHHOLDING})
"""Practices differ: any account but a receivable is taken."""
_NEEDS: Mapping[Kind, tuple[Role, ...]] = {
    Kind.CHARGE: (Role.CLEARING,),
    Kind.FEE: (Role.CLEARING, Role.PROCESSOR_FEE),
    Kind.REFUND: (Role.CLEARING,),
    Kind.DISPUTE: (Role.CLEARING, Role.DISPUTED),
    Kind.RESERVE: (Role.CLEARING, Role.RESERVE),
    Kind.PAYOUT: (Role.CLEARING, Role.BANK),
}
NAMES = {
    Role.BANK: "the bank account", Role.CLEARING: "clearing", Role.DISPUTED: "disputed funds", Role.RESERVE: "reserves",
    Role.UNDEPOSITED: "undeposited funds", Role.PROCESSOR_FEE: "processor fees", Role.DISPUTE_FEE: "dispute fees",
    Role.BANK_FEE: "bank fees", Role.WITHHOLDING: "tax withheld", Role.DISCOUNT: "discounts", Role.ROUNDING: "rounding",
    Role.BAD_DEBT: "bad debts", Role.EXCHANGE: "exchange differences", Role.SUSPENSE: "suspense", Role.SALES: "sales",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """place: what it is about; without an account where none is chosen."""

    place: Place
    sentence: str
    remedy: str


def problems(
    connection: Connection, organisation_id: UUID, entity_id: UUID, rules: PostingRules
) -> list[Problem]:  # fmt: skip
    """Of rules as they are or would be; empty where everything can be posted."""
    books = queries.books_connection(connection, organisation_id, entity_id)
    if books is None:
        return []
    row = books_row(connection, organisation_id, books)
    accounts = {one.external_id: one for one in accounts_of(connection, organisation_id, books)}
    found = [one for place in rules.places for one in check(place, accounts, row.home_currency, row.provider)]
    moved = {
        str(source.id): queries.currencies(connection, organisation_id, source.id)
        for source in queries.processors(connection, organisation_id, entity_id)
    }
    return [*found, *_missing(rules, moved), *_shared(rules, accounts)]


def check(place: Place, accounts: Mapping[str, Any], home: str, provider: str) -> Iterator[Problem]:
    """What is wrong with one chosen account."""
    name, account = NAMES[place.role], accounts.get(place.account)
    if account is None:
        yield Problem(
            place=place, sentence=f"The account for {name} is not in the books any more.", remedy="Choose another."
        )
        return
    if account.status != "active":
        yield Problem(
            place=place, sentence=f"{account.name}, the account for {name}, is archived.",
            remedy="Choose another, or restore it in the books.",
        )  # fmt: skip
    kinds = _KINDS.get(place.role, frozenset())
    if not takes(place.role, account.kind):
        yield Problem(
            place=place, sentence=f"{account.name} is of the type {account.provider_type}, which does not fit {name}.",
            remedy=f"Choose an account of the kind {' or '.join(sorted(one.replace('_', ' ') for one in kinds))}.",
        )  # fmt: skip
    held = account.currency or home
    if place.role in (Role.BANK, Role.CLEARING) and place.currency and held != place.currency:
        yield Problem(
            place=place, sentence=f"{account.name} is kept in {held}; {name} for {place.currency} has to be in {place.currency}.",
            remedy=f"Choose an account in {place.currency}, or open one in the books.",
        )  # fmt: skip
    if provider == "xero" and place.role in _PAID_INTO and account.kind != "bank" and not account.payments_enabled:
        yield Problem(
            place=place, sentence=f"Xero does not let payments go to {account.name}.",
            remedy="Open the account in Xero's chart of accounts and tick “Enable payments to this account”.",
        )  # fmt: skip


def takes(role: Role, kind: str) -> bool:
    """Whether an account of this kind of the chart may play the role at all."""
    kinds = _KINDS.get(role, frozenset())
    return kind != "receivable" and (role in _ROUGH or not kinds or kind in kinds)


def _missing(rules: PostingRules, moved: Mapping[str, list[str]]) -> Iterator[Problem]:
    """What Tieout is to book and has no account for."""
    asked: dict[tuple[Role, str, str], Kind] = {}
    for booking in rules.bookings:
        if booking.poster == TIEOUT:
            for currency in moved.get(booking.source, ()):
                for role in _NEEDS[booking.kind]:
                    asked.setdefault((role, booking.source, currency), booking.kind)
    for (role, source, currency), kind in asked.items():
        anywhere = role is Role.BANK and any(
            one.role is Role.BANK and one.currency in ("", currency) for one in rules.places
        )
        if rules.place(role, source, currency) is None and not anywhere:
            yield Problem(
                place=Place(role=role, account="", source=source, currency=currency),
                sentence=f"Tieout is to book {kind.value}s in {currency}, and no account is chosen for {NAMES[role]}.",
                remedy="Choose one.",
            )


def _shared(rules: PostingRules, accounts: Mapping[str, Any]) -> Iterator[Problem]:
    """One clearing account is the mirror of one balance: two of them in it can never be proved."""
    seen: dict[str, Place] = {}
    for place in rules.places:
        if place.role not in (Role.CLEARING, Role.BANK):
            continue
        other = seen.setdefault(place.account, place)
        both = {other.role, place.role}
        if other is place or Role.CLEARING not in both:
            continue
        account = accounts.get(place.account)
        yield Problem(
            place=place,
            sentence=f"{account.name if account else place.account} is chosen twice: each balance needs a clearing account of its own.",
            remedy="Open another account in the books and choose it for one of the two.",
        )
