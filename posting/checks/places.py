"""Guards on accounts: each one that the entries name is there, active, of the right currency and fit for payments."""

from __future__ import annotations

from collections.abc import Iterator

from posting.planning.books import Books
from posting.planning.case import Case
from posting.planning.receiving import CLOSING, no_place, place_of
from posting.refusal import NotPosted
from posting.rules import Place, Role


def named(case: Case, books: Books) -> Iterator[Place]:
    """The accounts that the entries of a case will name. Raises NotPosted where the rules name none."""
    if not books.is_ledger:
        return
    for role in case.needs:
        place = books.place_of(role, currency=case.lines[0].applied.currency if case.lines else "")
        if place is None:
            raise no_place(books, role)
        yield place
    if case.cash is None:
        return
    if case.cash.source is None:
        main = place_of(books, case.cash)
        if main is not None:
            yield main
    for line in case.lines:
        if not line.closes:
            continue
        role = CLOSING[line.closes]
        place = books.place_of(role, currency=line.closed.currency)
        if place is None:
            raise no_place(books, role, leave=True)
        yield place


def account_missing(case: Case, books: Books) -> NotPosted | None:
    try:
        list(named(case, books))
    except NotPosted as refusal:
        return refusal
    return None


def account_gone(case: Case, books: Books) -> NotPosted | None:
    for place in named(case, books):
        if books.account_of(place) is None:
            return NotPosted(
                "account_gone",
                f"The account named for {_role(place.role)} is not in the chart of {books.name} any more.",
                "Name another one under Settings, Posting.",
            )
    return None


def account_archived(case: Case, books: Books) -> NotPosted | None:
    for place in named(case, books):
        account = books.account_of(place)
        if account is not None and not account.active:
            return NotPosted(
                "account_archived",
                f"Account {account.name}, named for {_role(place.role)}, is archived in {books.name}.",
                "Bring it back there, or name another one under Settings, Posting.",
            )
    return None


_HOLDS_MONEY = (Role.BANK, Role.CLEARING, Role.DISPUTED, Role.RESERVE, Role.UNDEPOSITED)


def account_unfit(case: Case, books: Books) -> NotPosted | None:
    for place in named(case, books):
        account = books.account_of(place)
        if account is not None and not is_fit(place.role, account.kind, payable=account.payable):
            return NotPosted(
                "account_unfit",
                f"Account {account.name} ({account.kind.replace('_', ' ')}) cannot be used for {_role(place.role)}:"
                f" {books.name} takes no payments into it.",
                "Enable payments to it there, or name another one under Settings, Posting.",
            )
    return None


def is_fit(role: Role, kind: str, *, payable: bool) -> bool:
    """Whether the books let an account play a role. What fees and rounding go to is never money nor debtors."""
    if role in _HOLDS_MONEY or role is Role.WITHHOLDING:
        return payable and kind != "receivable"
    return kind not in ("receivable", "bank")


def account_currency(case: Case, books: Books) -> NotPosted | None:
    """Money is posted to an account of its own currency; a fee's account may be kept in home currency."""
    if not books.is_ledger or case.cash is None or case.cash.source is not None:
        return None
    place = place_of(books, case.cash)
    account = None if place is None else books.account_of(place)
    moved = case.cash.moved or case.cash.amount
    if account is None or account.currency == moved.currency:
        return None
    return NotPosted(
        "account_currency",
        f"Account {account.name} of {books.name} is kept in {account.currency}, and the money came in {moved.currency}.",
        f"Name an account in {moved.currency} under Settings, Posting.",
    )


def _role(role: Role) -> str:
    return role.value.replace("_", " ")
