"""Plans what was let go of: the same guards and the same tax as when it was decided, on the invoice as it is by now."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from ledger.entry import Entry
from ledger.money import Money
from posting.checks.column import check
from posting.planning.books import Books
from posting.refusal import NotPosted
from posting.remainders.facts import case_of, left_of
from posting.remainders.kinds import Remainder
from posting.remainders.recipes import entries_of
from store.database import Connection


def plan(connection: Connection, books: Books, posting: Any) -> tuple[Entry, ...]:
    """Raises NotPosted."""
    choices = posting.choices or {}
    kind, amount = Remainder(choices["kind"]), Money(posting.amount_minor, posting.currency)
    left = left_of(connection, books, UUID(choices["document"]), posting=posting, decided_at=posting.created_at)
    case = case_of(connection, books, left, kind, amount, on=posting.dated_on, posting=posting)
    check(case, books)
    parts = left.parts(kind, amount)
    told = [{"code": part.code, "gross": part.gross.minor, "tax": part.tax.minor} for part in parts]
    if told != choices.get("tax", []):
        raise NotPosted(
            "tax_changed",
            f"The tax of invoice {left.owed.name} is another than when this was decided.",
            "Take the decision back and decide again with the tax as it is now.",
        )
    return entries_of(books, str(posting.id), left.owed, kind, amount, case.day or posting.dated_on, parts)
