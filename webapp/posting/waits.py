"""Why a posting waits, in one sentence with what to do: the books, the mode, a stop, or a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from posting import ruling, stops
from posting.rules import Mode, PostingRules
from store.database import Connection
from store.queries.outbox import source_of
from store.queries.screens import posting, posting_settings
from webapp.shown import SYSTEMS

MODES = {Mode.OFF: "Off", Mode.BY_HAND: "By hand", Mode.AUTOMATIC: "Automatic"}
STOPS = {
    "person": "Posting was stopped by a person", "storm": "Posting paused by itself after many failures",
    "poster": "Posting paused: the books hold records of Tieout's that it does not know here",
    "consent": "The consent does not let us write",
}  # fmt: skip
"""Of a ledger."""
SOURCE_STOPS = {**STOPS, "poster": "Posting paused: another app books the same"}
"""Of a source of money: a processor, a bank account."""
STOP_REMEDIES = {
    "person": "An owner resumes it under Settings, Posting.",
    "storm": "Look at what failed, mend it, then an owner resumes it under Settings, Posting.",
    "poster": "Give up under Ready what the books hold already. If another Tieout posts to these books, switch one of the "
    "two off. Then an owner resumes it under Settings, Posting.",
    "consent": "An owner connects it again with the right to write.",
}
SOURCE_REMEDIES = {
    **STOP_REMEDIES,
    "poster": "Say under Settings, Posting who books this from now on; then an owner resumes it.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """One connection that is posted to, with its entity's rules and the stop that stands, if one does."""

    row: Any
    rules: PostingRules
    version: int | None
    stop: Any | None

    @property
    def mode(self) -> Mode:
        return self.rules.mode

    @property
    def mode_words(self) -> str:
        return MODES[self.rules.mode]

    @property
    def sends(self) -> bool:
        """Whether something would be sent if a person asked for it."""
        return self.rules.mode is not Mode.OFF and self.stop is None and self.row.state not in _DEAD

    @property
    def stop_words(self) -> str:
        return "" if self.stop is None else STOPS.get(self.stop.stopped, "Posting is stopped")

    @property
    def stop_remedy(self) -> str:
        return "" if self.stop is None else STOP_REMEDIES.get(self.stop.stopped, "")


_DEAD = frozenset({"action_needed", "disconnected"})


def books_shown(connection: Connection, organisation_id: UUID, entity_id: UUID | None = None) -> dict[UUID, Books]:
    """Connections that postings go to: the ledgers, and of an entity without one its processors."""
    found: dict[UUID, Books] = {}
    for row in posting_settings.books(connection, organisation_id, entity_id):
        rules, version = ruling.load(connection, organisation_id, row.entity_id)
        stop = stops.standing(connection, organisation_id, row.id)
        found[row.id] = Books(row=row, rules=rules, version=version, stop=stop)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Paused:
    """A source whose money is not posted for now: another app books it too, or a person stopped it."""

    row: Any
    stop: Any

    @property
    def name(self) -> str:
        return f"{SYSTEMS.get(self.row.provider, self.row.provider)}, {self.row.company_name}"

    @property
    def words(self) -> str:
        return SOURCE_STOPS.get(self.stop.stopped, "Posting is stopped")

    @property
    def remedy(self) -> str:
        return SOURCE_REMEDIES.get(self.stop.stopped, "")


def paused_sources(connection: Connection, organisation_id: UUID, entity_id: UUID | None = None) -> list[Paused]:
    """Of an entity, or of all: sources with a stop of their own."""
    found = []
    for row in posting_settings.sources(connection, organisation_id, entity_id):
        stop = stops.standing(connection, organisation_id, row.id)
        if stop is not None:
            found.append(Paused(row=row, stop=stop))
    return found


def held_back(row: Any, paused: Sequence[Paused]) -> Paused | None:
    """The pause of the source whose money a posting is of, if one stands."""
    source = source_of(row)
    return next((one for one in paused if str(one.row.id) == source), None)


def may_go(rows: Sequence[Any], books: Mapping[UUID, Books], paused: Sequence[Paused]) -> list[Any]:
    """Those of the ready that a press would send: their books are open, and their source is not paused."""
    return [
        row
        for row in rows
        if (own := books.get(row.connection_id)) is not None and own.sends and held_back(row, paused) is None
    ]


def why(row: Any, books: Books | None, *, due: str | None, paused: Sequence[Paused] = ()) -> str:
    """due: when it is tried again, in words; None where it may go now."""
    if row.state == "awaiting":
        return f"{row.approved_by} decided it; a second person has to say yes."
    if books is None:
        return "The entity has no books to write to; connect its ledger."
    if books.row.state in _DEAD:
        return f"{books.row.company_name} is not connected any more; an owner connects it again, then it goes on."
    if books.stop is not None:
        return f"{books.stop_words}. {books.stop_remedy}"
    if books.mode is Mode.OFF:
        return "Posting is off: nothing is written to these books."
    held = held_back(row, paused)
    if held is not None:
        return f"{held.name}: {held.words}. {held.remedy}"
    if due is not None:
        return f"{row.reason or 'It could not be sent just now.'} It is tried again {due}."
    if row.batch_id is not None:
        return "It was asked for and goes out with the next call."
    if books.mode is Mode.BY_HAND:
        return "Posting is by hand: it goes out when somebody posts it."
    return "The worker sends it within a minute."


@dataclass(frozen=True, slots=True, kw_only=True)
class To:
    """How posting to a connection stands, for its card."""

    books: Books
    ready: int
    failed: int


def posting_to(connection: Connection, organisation_id: UUID) -> dict[UUID, To]:
    numbers = posting.counts_by_connection(connection, organisation_id)
    return {
        own: To(books=books, ready=numbers.get((own, "ready"), 0), failed=numbers.get((own, "failed"), 0))
        for own, books in books_shown(connection, organisation_id).items()
    }
