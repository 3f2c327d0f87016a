"""What will be posted, for a page: out of the store alone, no call is made and nothing is written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from ledger.entry import Entry
from ledger.posting import Cause
from posting.found import Found, Seeker
from posting.planning.books import Books, books_of
from posting.planning.plan import neutral
from posting.processor import entries as processor
from posting.refusal import NotPosted
from posting.ruling import load
from store import outbox
from store.database import Connection

_PROCESSOR = frozenset(cause.value for cause in processor.CAUSES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """entries: in the trade's words. refusal: why it would not be posted as the store knows things now. found: the same
    money that stands in the books already, so that nothing would be written.
    """

    books: Books
    entries: tuple[Entry, ...] = ()
    warnings: tuple[str, ...] = ()
    refusal: NotPosted | None = None
    found: Found | None = None


def preview(connection: Connection, organisation_id: UUID, posting_id: UUID, *, now: datetime) -> Preview | None:
    """None where the posting has no books to go to. Raises NotFound."""
    row = outbox.find(connection, organisation_id, posting_id)
    return preview_row(connection, row, now=now)


def preview_match(connection: Connection, organisation_id: UUID, match_id: UUID, *, now: datetime) -> Preview | None:
    """Of the match's posting that stands; None where it has none (it was not approved) or no books to go to."""
    row = outbox.of_cause(connection, organisation_id, Cause.MATCH, str(match_id))
    return None if row is None else preview_row(connection, row, now=now)


def preview_row(connection: Connection, posting: Any, *, now: datetime) -> Preview | None:
    if posting.connection_id is None:
        return None
    rules, _ = load(connection, posting.organisation_id, posting.entity_id)
    books = books_of(connection, posting.organisation_id, posting.connection_id, rules, now=now)
    try:
        if posting.cause_kind in _PROCESSOR:
            return Preview(books=books, entries=processor.entries_of(connection, books, posting))
        entries, warnings = neutral(connection, books, posting)
        found = Seeker(connection, books).seek(posting, entries)
    except NotPosted as refusal:
        return Preview(books=books, refusal=refusal)
    return Preview(books=books, entries=entries, warnings=warnings, found=found)
