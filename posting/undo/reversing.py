"""A payment that went back after it had paid invoices: which one it was, and the decision to book its reversal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from ledger.entry import Entry, EntryKind, LineRole
from ledger.faults import Refused
from ledger.money import Money
from ledger.posting import Cause, EntryState, PostingState
from posting.encoded import entry_of
from posting.planning.books import Books
from posting.planning.load import cash_of
from posting.planning.receiving import place_of
from posting.planning.reversal import Again, entries_of, source_id
from posting.refusal import NotPosted
from store import outbox
from store.audit import Act, lock, record
from store.database import Connection, Database
from store.outbox_entries import entries_of as stored_entries
from store.queries import undoing as queries
from store.queries.documents import find_receipt

DAYS: Final = 400
"""A direct debit comes back for thirteen months at most."""
PREVIEW = "preview"


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """A payment of ours that a receipt may take back. owed: what is owed again then."""

    posting_id: UUID
    receipt_id: UUID
    on: date
    payer: str
    owed: tuple[Again, ...]


def originals(connection: Connection, books: Books, receipt_id: UUID) -> tuple[Original, ...]:
    """Posted payments of the same amount and account that came before, the latest first. Raises NotFound."""
    back = find_receipt(connection, books.organisation_id, receipt_id)
    rows = queries.posted_receipts(
        connection, back, since=back.received_on - timedelta(days=DAYS), until=back.received_on
    )  # fmt: skip
    taken = queries.reversed_already(connection, books.organisation_id)
    return tuple(_original(connection, books, row) for row in rows if str(row.id) not in taken)


def _original(connection: Connection, books: Books, row: Any) -> Original:
    return Original(
        posting_id=row.posting_id, receipt_id=row.id, on=row.received_on, payer=row.payer_name or "",
        owed=_owed(connection, books, row.posting_id),
    )  # fmt: skip


def _owed(connection: Connection, books: Books, posting_id: UUID) -> tuple[Again, ...]:
    """What the money paid, out of the records that stand; a fee that the bank kept is owed again by nobody."""
    found = []
    for row in stored_entries(connection, books.organisation_id, [posting_id]):
        entry = entry_of(row)
        if row.state == EntryState.POSTED.value and entry.kind is EntryKind.RECEIPT:
            found += _lines(entry)
    return tuple(found)


def _lines(entry: Entry) -> list[Again]:
    return [
        Again(
            customer=line.customer or entry.customer or "",
            amount=line.amount,
            external_id=line.document.external_id if line.document is not None else "",
            name=line.text if line.document is not None else "",
        )
        for line in entry.lines
        if line.role in (LineRole.PAYS, LineRole.UNAPPLIED)
    ]


def preview(connection: Connection, books: Books, receipt_id: UUID, original_posting: UUID) -> tuple[Entry, ...]:
    """What the reversal comes to. Raises NotPosted, NotFound."""
    back = find_receipt(connection, books.organisation_id, receipt_id)
    cash = cash_of(connection, books, back)
    owed = _whole(connection, books, back, original_posting)
    place = place_of(books, cash)
    return entries_of(books, PREVIEW, owed, "" if place is None else place.account, cash.on, cash.reference)


def _whole(connection: Connection, books: Books, back: Any, original_posting: UUID) -> tuple[Again, ...]:
    owed = _owed(connection, books, original_posting)
    went = Money(-back.amount_minor, back.currency)
    fits = all(one.amount.currency == went.currency for one in owed)
    if back.amount_minor >= 0 or not fits or sum(one.amount.minor for one in owed) != went.minor:
        raise NotPosted(
            "amount_unfit",
            f"{went} went back, which is not what that payment had been applied to.",
            "Book the reversal in the books by hand, with the difference where it belongs; the next sync sees it.",
        )
    return owed


def decide(
    database: Database, books: Books, receipt_id: UUID, original_posting: UUID, *, by: str, now: datetime
) -> UUID:  # fmt: skip
    """The receipt took that payment back: its reversal is ready to be posted. Gives the posting.

    Raises NotPosted, Refused, Conflict, NotFound.
    """
    own = books.organisation_id
    with database.write() as connection:
        lock(connection, own)
        back = find_receipt(connection, own, receipt_id)
        was = outbox.find(connection, own, original_posting)
        if was.state != PostingState.POSTED.value:
            raise Refused("That payment does not stand in the books any more, so there is nothing to reverse.")
        owed = _whole(connection, books, back, original_posting)
        lines = [
            {"customer": one.customer, "minor": one.amount.minor, "external_id": one.external_id, "name": one.name}
            for one in owed
        ]
        new = outbox.NewPosting(
            organisation_id=own, entity_id=books.entity_id, connection_id=books.connection_id, cause=Cause.REVERSAL,
            cause_id=source_id(receipt_id), amount=Money(-back.amount_minor, back.currency), on=back.received_on,
            receipt_id=receipt_id, choices={"original": str(was.receipt_id), "of": str(was.id), "lines": lines},
        )  # fmt: skip
        posting_id = outbox.add(connection, new, by=by, reason="The payment went back.", now=now)
        names = ", ".join(one.name for one in owed if one.name) or "unapplied money"
        act = Act(
            actor=by, verb="posting.reverse", object_kind="receipt", object_id=str(receipt_id),
            summary=f"{Money(-back.amount_minor, back.currency)} went back; owed again: {names}.",
            detail={"posting": str(posting_id), "of": str(was.id), "lines": lines},
        )  # fmt: skip
        record(connection, own, act, now)
    return posting_id
