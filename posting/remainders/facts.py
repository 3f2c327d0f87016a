"""An invoice of which something remains, loaded: what is open of it, its lines, and what the matcher took the rest for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from ledger.invoice import Invoice, InvoiceLine
from ledger.money import Money
from ledger.posting import Cause
from posting.checks.column import check
from posting.planning.books import Books
from posting.planning.case import Case, Line, Owed
from posting.planning.load import customers_of, owed_of, taken_already
from posting.remainders.kinds import WAYS, Remainder
from posting.remainders.tax import TaxPart, in_proportion, mix_of
from store.database import Connection
from store.queries import planning as queries
from store.queries.documents import find_document
from store.values import from_row

NOBODY = UUID(int=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """An invoice and what remains of it. taken_for: the residual kind of its latest accepted match, "" for none."""

    owed: Owed
    tax_total: Money
    lines: tuple[InvoiceLine, ...]
    issued_on: date | None
    due_on: date | None
    taken_for: str
    country: str | None

    @property
    def open(self) -> Money:
        return self.owed.left

    def parts(self, kind: Remainder, amount: Money) -> tuple[TaxPart, ...]:
        """The tax of the amount, code by code. Raises NotPosted where it is not known."""
        if not WAYS[kind].taxed:
            return ()
        mix = mix_of(self.lines, self.owed.total, self.tax_total, self.owed.name)
        return in_proportion(mix, amount)


def left_of(
    connection: Connection, books: Books, document_id: UUID, *, posting: Any = None, decided_at: datetime | None = None
) -> Left:
    """Raises NotFound. posting: what is planned again, whose own promise is not counted against it."""
    row = find_document(connection, books.organisation_id, "invoices", document_id)
    own_id = NOBODY if posting is None else posting.id
    taken = queries.taken_by_others(
        connection, books.organisation_id, [document_id], but_match=None, but_posting=own_id
    )  # fmt: skip
    own = {} if posting is None else taken_already(connection, books, posting)
    owed = owed_of(connection, books, row, "invoices", decided_at=decided_at, taken=taken, own=own)
    invoice = from_row(Invoice, row._asdict())  # it holds more columns than the value
    return Left(
        owed=owed,
        tax_total=invoice.tax_total,
        lines=invoice.lines,
        issued_on=invoice.issued_on,
        due_on=invoice.due_on,
        taken_for=queries.residual_of(connection, books.organisation_id, document_id),
        country=books.country,
    )


def case_of(
    connection: Connection, books: Books, left: Left, kind: Remainder, amount: Money, *, on: date,
    posting: Any = None,
) -> Case:  # fmt: skip
    """As the guards look at it."""
    customers = {left.owed.customer} if left.owed.customer else set()
    way = WAYS[kind]
    return Case(
        posting_id=NOBODY if posting is None else posting.id,
        cause=Cause.WRITE_OFF,
        choices={} if posting is None else posting.choices or {},
        lines=(Line(owed=left.owed, applied=amount, closed=Money.zero(amount.currency)),),
        customers=customers_of(connection, books, customers),
        on=on,
        needs=(way.role,) if way.posts else (),
    )


def guard(connection: Connection, books: Books, left: Left, kind: Remainder, amount: Money, *, on: date) -> None:
    """Raises the first refusal of the column that posting will meet too."""
    check(case_of(connection, books, left, kind, amount, on=on), books)
