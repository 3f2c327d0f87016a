"""What would be written, from the store alone: the entries in words, or why nothing would be, or what stands already.

The worker reads the documents again before it writes; this shows what is known by now, and calls nobody.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from ledger.entry import Entry
from ledger.faults import BadInput, ConsentLost, NotFound, Refused
from ledger.match import MatchState
from ledger.posting import Cause
from posting import ruling
from posting.checks.column import check
from posting.found import Seeker
from posting.planning import receiving
from posting.planning.books import Books, books_of
from posting.planning.load import case_of
from posting.planning.plan import neutral
from posting.processor import entries as processor
from posting.refusal import NotPosted
from store.database import Connection
from store.queries.outbox import books_of as connection_of_books
from store.tenancy import find_connection_row
from webapp.context import app, now, organisation_id
from webapp.posting.words import Record, names_of, record_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why nothing would be written. choices: what a person may choose instead (`date`, `same_money`)."""

    code: str
    sentence: str
    remedy: str = ""
    choices: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """found: what stands in the books already, in words; then nothing is written."""

    records: tuple[Record, ...] = ()
    refusal: Refusal | None = None
    warnings: tuple[str, ...] = ()
    found: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A posting that nobody has decided on yet, as planning looks at one."""

    organisation_id: UUID
    id: UUID
    match_id: UUID
    receipt_id: UUID
    cause_kind: str = Cause.MATCH.value
    choices: Mapping[str, Any] = field(default_factory=dict)


def preview_of(connection: Connection, posting: Any) -> Preview | None:
    """Of a posting that waits or failed; None where there are no books to write to."""
    if posting.connection_id is None:
        return None
    books = _books(connection, posting.entity_id, posting.connection_id)
    return _shown(connection, books, posting, lambda: _entries(connection, books, posting))


def preview_of_proposal(connection: Connection, entity_id: UUID, match_id: UUID, receipt_id: UUID) -> Preview | None:
    """Of a match that is only proposed: what accepting and posting it would write."""
    own = connection_of_books(connection, organisation_id(), entity_id)
    if own is None:
        return None
    books = _books(connection, entity_id, own)
    draft = Draft(organisation_id=organisation_id(), id=match_id, match_id=match_id, receipt_id=receipt_id)

    def entries() -> tuple[tuple[Entry, ...], tuple[str, ...]]:
        case = replace(case_of(connection, books, draft), decision=MatchState.APPROVED.value)
        check(case, books)
        return receiving.entries_of(case, books), ()

    return _shown(connection, books, draft, entries)


def _books(connection: Connection, entity_id: UUID, connection_id: UUID) -> Books:
    rules, _ = ruling.load(connection, organisation_id(), entity_id)
    return books_of(connection, organisation_id(), connection_id, rules, now=now())


def _entries(connection: Connection, books: Books, posting: Any) -> tuple[tuple[Entry, ...], Sequence[str]]:
    if posting.cause_kind in {cause.value for cause in processor.CAUSES}:
        return processor.entries_of(connection, books, posting), ()
    return neutral(connection, books, posting)


def _shown(connection: Connection, books: Books, posting: Any, make: Any) -> Preview:
    try:
        entries, warnings = make()
        found = Seeker(connection, books).seek(posting, entries)
        records = _shaped(connection, books, entries)
    except NotPosted as fault:
        return Preview(
            refusal=Refusal(code=fault.code, sentence=fault.sentence, remedy=fault.remedy, choices=fault.choices)
        )
    except (BadInput, NotFound, Refused) as fault:
        return Preview(refusal=Refusal(code="refused", sentence=str(fault)))
    names = names_of(connection, organisation_id(), books.connection_id, records)
    return Preview(
        records=tuple(record_of(entry, names) for entry in records),
        warnings=tuple(warnings),
        found="" if found is None else f"{found.words} {found.remedy}",
    )


def _shaped(connection: Connection, books: Books, entries: Sequence[Entry]) -> Sequence[Entry]:
    """The records that these books make of the entries; the entries themselves where nothing can be written to them now."""
    try:
        writer = app().writer(find_connection_row(connection, books.organisation_id, books.connection_id))
    except (BadInput, ConsentLost):
        return entries
    return [record for entry in entries for record in writer.shape(entry)]
