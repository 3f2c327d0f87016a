"""What can be done about what remains of an invoice: each kind with its tax, its limit and whether a second person must agree."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from ledger.entry import Entry
from ledger.money import Money
from posting.planning.books import Books
from posting.refusal import NotPosted
from posting.remainders import limits
from posting.remainders.facts import Left, guard, left_of
from posting.remainders.kinds import OF_RESIDUAL, WAYS, Remainder
from posting.remainders.recipes import entries_of
from posting.remainders.relief import task
from posting.remainders.tax import TaxPart
from store.database import Connection
from store.queries import planning as queries

PREVIEW = "preview"


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One way to let go of what remains. suggested: the matcher took it for this. refusal: why it cannot be done now.

    tax: what of the amount falls under each tax code, where the credit carries tax. task: what to do about tax later.
    """

    kind: Remainder
    amount: Money
    words: str
    suggested: bool = False
    tax: tuple[TaxPart, ...] = ()
    entries: tuple[Entry, ...] = ()
    second_because: str = ""
    """Why a second person must agree; empty where one is enough."""
    task: tuple[date, str] | None = None
    refusal: NotPosted | None = None


def options(connection: Connection, books: Books, document_id: UUID, *, by: str) -> tuple[Offer, ...]:
    """Every kind for all that is open of the invoice, what the matcher took it for first. Raises NotFound."""
    left = left_of(connection, books, document_id)
    if not left.open:
        return ()
    suggested = OF_RESIDUAL.get(left.taken_for)
    used = used_by_now(connection, books)
    kinds = sorted(WAYS, key=lambda kind: (kind is not suggested, list(WAYS).index(kind)))
    return tuple(_offer(connection, books, left, kind, left.open, by, used, suggested) for kind in kinds)


def preview(
    connection: Connection, books: Books, document_id: UUID, kind: Remainder, amount: Money, *, by: str
) -> Offer:
    """One kind for one amount, with the entries that it comes to; the refusal stands in it. Raises NotFound."""
    left = left_of(connection, books, document_id)
    used = used_by_now(connection, books)
    return _offer(connection, books, left, kind, amount, by, used, OF_RESIDUAL.get(left.taken_for))


def used_by_now(connection: Connection, books: Books) -> list[limits.Used]:
    """What was let go of this month, in the entity's zone."""
    since = limits.month_start(books.today, books.zone)
    rows = queries.write_offs_since(connection, books.organisation_id, books.entity_id, since)
    matched = queries.closed_with_receipts(connection, books.organisation_id, books.entity_id, since)
    return [*limits.used_of(rows), *limits.closed_by_matches(matched)]


def _offer(
    connection: Connection, books: Books, left: Left, kind: Remainder, amount: Money, by: str, used: list[limits.Used],
    suggested: Remainder | None,
) -> Offer:  # fmt: skip
    way = WAYS[kind]
    parts: tuple[TaxPart, ...] = ()
    entries: tuple[Entry, ...] = ()
    refusal = None
    try:
        allowed(connection, books, left, kind, amount, by=by, used=used)
        parts = left.parts(kind, amount)
        entries = entries_of(books, PREVIEW, left.owed, kind, amount, books.today, parts)
    except NotPosted as why:
        refusal = why
    return Offer(
        kind=kind, amount=amount, words=way.words, suggested=kind is suggested, tax=parts, entries=entries,
        second_because=limits.second_because(books, kind, amount, used, left.owed.document_id) if way.posts else "", task=relief_of(left, kind, amount, books),
        refusal=refusal,
    )  # fmt: skip


def allowed(
    connection: Connection, books: Books, left: Left, kind: Remainder, amount: Money, *, by: str,
    used: list[limits.Used], on: date | None = None,
) -> None:  # fmt: skip
    """Raises NotPosted where it cannot be posted, or is over a limit."""
    if amount.minor <= 0 or amount.currency != left.open.currency:
        raise NotPosted(
            "amount_unfit", f"{amount} cannot be let go of: invoice {left.owed.name} has {left.open} open.",
            "Give an amount above nothing and up to what is open.",
        )  # fmt: skip
    if amount.minor > left.owed.open_minor:
        whole = Money(left.owed.open_minor, amount.currency)
        raise NotPosted("paid_meanwhile", f"Only {whole} of invoice {left.owed.name} is open.", "Give at most that.")
    if WAYS[kind].posts:
        guard(connection, books, left, kind, amount, on=on or books.today)
        limits.check(books, used, kind, amount, by=by, customer=left.owed.customer or "")


def relief_of(left: Left, kind: Remainder, amount: Money, books: Books) -> tuple[date, str] | None:
    """The task that a bad debt leaves behind, with the tax that is in the amount."""
    if kind is not Remainder.BAD_DEBT:
        return None
    whole = left.owed.total.minor
    tax = Money(left.tax_total.minor * amount.minor // whole, amount.currency) if whole else Money.zero(amount.currency)
    return task(left.country, left.owed.name, tax, left.issued_on, left.due_on, books.today)
