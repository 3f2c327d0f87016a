"""Guards on what a receipt's record lets go of beside its cash: the limits of the month, and the second person."""

from __future__ import annotations

from collections.abc import Iterator

from ledger.money import Money
from posting.planning.books import Books
from posting.planning.case import Case, Line
from posting.refusal import NotPosted
from posting.remainders import limits
from posting.remainders.kinds import Remainder

_KINDS = {"fee": Remainder.BANK_FEE, "rounding": Remainder.ROUNDING}
_ALONE = "Post the money alone, and decide on the rest at the invoice, where a second person or an owner can agree."
LEAVE = {"remainder": "leave"}


def _closing(case: Case) -> Iterator[tuple[Line, Remainder, Money]]:
    for line in case.lines:
        if line.closes in _KINDS:
            yield line, _KINDS[line.closes], line.closed


def over_a_limit(case: Case, books: Books) -> NotPosted | None:
    used = list(case.let_go)
    for line, kind, amount in _closing(case):
        customer = line.owed.customer or ""
        try:
            limits.check(books, used, kind, amount, by=case.decided_by, customer=customer)
        except NotPosted as why:
            return NotPosted(why.code, why.sentence, _ALONE, LEAVE)
        used.append(limits.Used(amount=amount, kind=kind.value, by=case.decided_by, customer=customer))
    return None


def second_person(case: Case, books: Books) -> NotPosted | None:
    if case.seconded_by:
        return None
    for line, kind, amount in _closing(case):
        because = limits.second_because(books, kind, amount)
        if because:
            return NotPosted(
                "second_needed",
                f"With invoice {line.owed.name}, {amount} is let go of; {because} a second person must agree.",
                _ALONE,
                LEAVE,
            )
    return None
