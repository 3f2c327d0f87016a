"""Guards on what these books can hold: two currencies at most, and no day that a lock closes."""

from __future__ import annotations

from datetime import date

from posting.planning.books import Books
from posting.planning.case import Case
from posting.refusal import NotPosted


def third_currency(case: Case, books: Books) -> NotPosted | None:
    """Money in one foreign currency for invoices in another: no ledger's payment holds it."""
    cash = case.cash
    if cash is None or not case.lines or not books.is_ledger:
        return None
    moved = cash.moved or cash.amount
    owed = {line.applied.currency for line in case.lines}
    if owed == {moved.currency} or (len(owed) == 1 and books.home in (moved.currency, *owed) and cash.source is None):
        return None
    names = " and ".join(sorted(owed))
    return NotPosted(
        "third_currency",
        f"The money came to {moved}, the invoices are in {names}, and {books.name} is kept in {books.home}: its payments"
        " hold no third currency.",
        f"In {books.name}, move the money through an account in {books.home}: a transfer out of the account in"
        f" {moved.currency}, and a payment of each invoice from it at the rate of the day. The next sync sees it.",
    )


def locked(case: Case, books: Books) -> NotPosted | None:
    if case.cash is not None and case.cash.source is not None and books.undated:
        return _locked_by_payment(books, case.cash.on)
    return None if case.day is None else lock_refusal(books, case.day)


def _locked_by_payment(books: Books, on: date) -> NotPosted | None:
    """Money that the books hold already is applied on its payment's day, whatever day is chosen."""
    refusal = lock_refusal(books, on)
    return refusal and NotPosted(
        "period_locked",
        f"{refusal} {books.name} dates what is applied by its payment, of {on:%-d %B %Y}, whenever that is done.",
        "Have the period opened, then retry it; or leave the credit until the customer's next invoice is paid with it.",
    )


def lock_refusal(books: Books, on: date) -> NotPosted | None:
    """The ledger's lock or our own, whichever is later, and the first day that is open."""
    through = books.locked_through
    if through is None or on > through:
        return None
    who = " and ".join(sorted(name for name, day in books.locks.items() if day == through))
    free = books.open_day(on)
    return NotPosted(
        "period_locked",
        f"{on:%-d %B %Y} lies in a closed period: {who} is locked through {through:%-d %B %Y}.",
        f"Post it on {free:%-d %B %Y}, the first open day (the bank line keeps its own date), or have the period opened.",
        {"date": free.isoformat()},
    )


def too_early(case: Case, books: Books) -> NotPosted | None:
    """A chosen date lies neither before the money came nor after today."""
    chosen = case.chosen_date()
    if chosen is None or case.cash is None:
        return None
    if case.cash.on <= chosen <= max(books.today, books.open_day(case.cash.on)):
        return None
    return NotPosted(
        "date_unfit",
        f"{chosen:%-d %B %Y} was chosen, but the money came on {case.cash.on:%-d %B %Y} and today is"
        f" {books.today:%-d %B %Y}.",
        "Choose a day between the two.",
        {"date": books.open_day(case.cash.on).isoformat()},
    )
