"""What would be written, from the store alone: the records in words, or why nothing would be, or what stands already.

The worker reads the documents again before it writes; this shows what is known by now, and calls nobody.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from ledger.entry import Entry
from ledger.faults import BadInput, ConsentLost, NotFound, Refused
from ledger.match import MatchState
from ledger.posting import Cause, PostingState
from posting import ruling
from posting.checks.column import check
from posting.found import Found, Seeker
from posting.planning import receiving
from posting.planning.books import Books, books_of
from posting.planning.load import case_of
from posting.preview import preview_row
from posting.refusal import NotPosted
from store.database import Connection
from store.queries.outbox import books_of as connection_of_books
from store.tenancy import find_connection_row
from webapp.context import app, now, organisation_id, person
from webapp.posting.words import Record, names_of, records_of


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
    """A posting that nobody has decided on yet, with every column that planning may look at."""

    organisation_id: UUID
    entity_id: UUID
    connection_id: UUID
    id: UUID
    cause_id: str
    match_id: UUID
    receipt_id: UUID
    currency: str
    amount_minor: int
    dated_on: date
    created_at: datetime
    updated_at: datetime
    approved_by: str
    cause_kind: str = Cause.MATCH.value
    state: str = PostingState.READY.value
    choices: Mapping[str, Any] = field(default_factory=dict)
    attempts: int = 0
    code: str | None = None
    reason: str | None = None
    remedy: str | None = None
    due_at: datetime | None = None
    posted_at: datetime | None = None
    rules_version: int | None = None
    batch_id: UUID | None = None
    revision: int = 1


def preview_of(connection: Connection, posting: Any) -> Preview | None:
    """Of a posting that waits or failed; None where there are no books to write to."""
    try:
        planned = preview_row(connection, posting, now=now())
    except (BadInput, NotFound, Refused) as fault:
        return Preview(refusal=_refusal(fault))
    if planned is None:
        return None
    if planned.refusal is not None:
        return Preview(refusal=_refusal(planned.refusal))
    return shown(connection, planned.books, planned.entries, planned.warnings, planned.found)


def preview_of_proposal(connection: Connection, receipt: Any, match_id: UUID) -> Preview | None:
    """Of a match that is only proposed: what accepting and posting it would write."""
    own = connection_of_books(connection, organisation_id(), receipt.entity_id)
    if own is None:
        return None
    rules, _ = ruling.load(connection, organisation_id(), receipt.entity_id)
    books = books_of(connection, organisation_id(), own, rules, now=now())
    draft = Draft(
        organisation_id=organisation_id(), entity_id=receipt.entity_id, connection_id=own, id=match_id, cause_id=str(match_id),
        match_id=match_id, receipt_id=receipt.id, currency=receipt.currency, amount_minor=receipt.amount_minor,
        dated_on=receipt.received_on, created_at=now(), updated_at=now(), approved_by=person().actor,
    )  # fmt: skip
    try:
        case = replace(case_of(connection, books, draft), decision=MatchState.APPROVED.value)
        check(case, books)
        entries = receiving.entries_of(case, books)
        found = Seeker(connection, books).seek(draft, entries)
    except (BadInput, NotFound, Refused) as fault:
        return Preview(refusal=_refusal(fault))
    return shown(connection, books, entries, (), found)


def _refusal(fault: Exception) -> Refusal:
    if isinstance(fault, NotPosted):
        return Refusal(code=fault.code, sentence=fault.sentence, remedy=fault.remedy, choices=fault.choices)
    return Refusal(code="refused", sentence=str(fault))


def shown(
    connection: Connection, books: Books, entries: Sequence[Entry], warnings: Sequence[str], found: Found | None
) -> Preview:
    """Entries as the records that these books make of them, by name."""
    try:
        records = _shaped(connection, books, entries)
    except Refused as fault:
        return Preview(refusal=_refusal(fault))
    names = names_of(connection, organisation_id(), books.connection_id, records)
    return Preview(
        records=records_of(tuple(records), names),
        warnings=tuple(warnings),
        found="" if found is None else f"{found.words} {found.remedy}",
    )


def _shaped(connection: Connection, books: Books, entries: Sequence[Entry]) -> Sequence[Entry]:
    """The entries themselves where nothing can be written to the books now."""
    try:
        writer = app().writer(find_connection_row(connection, books.organisation_id, books.connection_id))
    except (BadInput, ConsentLost):
        return entries
    return [record for entry in entries for record in writer.shape(entry)]
