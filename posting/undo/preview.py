"""What an undo will do, line by line, before anybody says yes: what goes, in which order, what stays, and what cannot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from ledger.entry import Entry, EntryKind, LineRole
from ledger.posting import PostingState
from posting.planning.books import Books
from posting.planning.load import customers_of
from posting.refusal import NotPosted
from posting.undo.bound import Stood, bound, stood, turned_back
from store import outbox
from store.database import Connection
from store.queries import undoing as queries

UNDO = "undo"
WITHDRAW = "withdraw"
CANNOT = "cannot"
UNDOABLE = (PostingState.POSTED, PostingState.FAILED, PostingState.GIVEN_UP)
_NOUNS = {
    EntryKind.RECEIPT: "payment", EntryKind.ALLOCATION: "application of credit", EntryKind.SPEND: "expense",
    EntryKind.RECEIVE: "money received", EntryKind.TRANSFER: "transfer", EntryKind.DEPOSIT: "deposit",
    EntryKind.CREDIT_NOTE: "credit note", EntryKind.REFUND: "refund", EntryKind.JOURNAL: "journal",
    EntryKind.INVOICE: "invoice",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoLine:
    """One posting. way: undo, withdraw (nothing of it stands), cannot. goes: records that are taken back, in that order.

    stays: what is so afterwards. journal: where it cannot be undone, a ready journal for the adviser, in words.
    """

    posting_id: UUID
    way: str
    sentence: str
    goes: tuple[str, ...] = ()
    stays: tuple[str, ...] = ()
    refusal: NotPosted | None = None
    journal: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoPreview:
    lines: tuple[UndoLine, ...]

    @property
    def possible(self) -> tuple[UUID, ...]:
        return tuple(line.posting_id for line in self.lines if line.way != CANNOT)

    @property
    def refused(self) -> tuple[UndoLine, ...]:
        return tuple(line for line in self.lines if line.way == CANNOT)


def preview(connection: Connection, books: Books, posting_ids: Sequence[UUID]) -> UndoPreview:
    """From the store alone. The runner looks again upstream before it sends anything."""
    rows = outbox.find_many(connection, books.organisation_id, posting_ids)
    return UndoPreview(lines=tuple(_line(connection, books, row) for row in rows))


def preview_batch(connection: Connection, books: Books, batch_id: UUID) -> UndoPreview:
    """Everything that one act had sent."""
    rows = queries.of_batch(connection, books.organisation_id, batch_id)
    return UndoPreview(lines=tuple(_line(connection, books, row) for row in rows))


def _line(connection: Connection, books: Books, posting: Any) -> UndoLine:
    state = PostingState(posting.state)
    if state in (PostingState.READY, PostingState.AWAITING):
        return UndoLine(posting_id=posting.id, way=WITHDRAW, sentence="Nothing of it was sent; it is withdrawn.")
    if state not in UNDOABLE:
        words = f"It is {state.value.replace('_', ' ')}, so there is nothing to take back."
        return UndoLine(posting_id=posting.id, way=CANNOT, sentence=words)
    standing = stood(connection, books, posting)
    if not standing:
        return UndoLine(posting_id=posting.id, way=WITHDRAW, sentence="Nothing of it stands in the books.")
    for refusal in (turned_back(connection, books, posting), *(bound(books, what) for what in standing)):
        if refusal is not None:
            return UndoLine(
                posting_id=posting.id, way=CANNOT, sentence=str(refusal), refusal=refusal,
                journal=journal(connection, books, [one.entry for one in standing]),
            )  # fmt: skip
    return UndoLine(
        posting_id=posting.id,
        way=UNDO,
        sentence=f"{len(standing)} record{'' if len(standing) == 1 else 's'} of {books.name} will be taken back.",
        goes=tuple(_words(books, what) for what in reversed(standing)),
        stays=_stays(posting, standing),
    )


def _words(books: Books, what: Stood) -> str:
    entry = what.entry
    account = books.accounts.get(entry.account or "")
    where = f" in {account.name}" if account is not None else ""
    number = f", record {what.standing.external_id}" if what.standing is not None else ""
    return f"The {_NOUNS[entry.kind]} of {entry.amount}, dated {entry.on:%-d %B %Y}{where}{number}."


def _stays(posting: Any, standing: Sequence[Stood]) -> tuple[str, ...]:
    paid = [
        line for what in standing for line in what.entry.lines if line.role is LineRole.PAYS and line.document is not None
    ]  # fmt: skip
    found = [
        f"{line.text or line.document.external_id} is open again by {line.amount}." for line in paid if line.document
    ]
    if posting.receipt_id is not None:
        found.append("The receipt waits for an answer again; the money itself stays where it is.")
    return tuple(dict.fromkeys(found))


def journal(connection: Connection, books: Books, entries: Sequence[Entry]) -> str:
    """What an adviser would book instead, in words: the money's accounts against what the customer owes."""
    parts = []
    people = customers_of(connection, books, {entry.customer for entry in entries if entry.customer})
    for entry in entries:
        if entry.kind is not EntryKind.RECEIPT or not entry.amount:
            continue
        account = books.accounts.get(entry.account or "")
        money = account.name if account is not None else "the money's account"
        owed = ", ".join(
            f"{line.text or (line.document.external_id if line.document else 'credit')} {line.amount}"
            for line in entry.lines
            if line.role in (LineRole.PAYS, LineRole.UNAPPLIED)
        )
        who = f" of {people[entry.customer].name}" if entry.customer in people else ""
        parts.append(f"debit accounts receivable{who} {entry.amount} ({owed}), credit {money} {entry.amount}")
    if not parts:
        return ""
    day = books.open_day(books.today)
    return f"Journal for the adviser, dated {day:%-d %B %Y}: {'; '.join(parts)}."
