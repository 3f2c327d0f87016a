"""Plans a posting: what has to be read again first, and what it comes to by then."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from connectors.writing import Writer
from ledger.entry import Entry
from ledger.posting import Cause
from posting.checks.column import check
from posting.planned import Planned
from posting.planning import receiving
from posting.planning.books import Books, books_of
from posting.planning.case import Case
from posting.planning.load import case_of
from posting.planning.reversal import plan as plan_reversal
from posting.refusal import NotPosted
from posting.remainders import planning as remainders
from store.database import Connection
from store.queries import wanted_for_posting as queries

__all__ = ["books_of", "plan", "wanted"]

CAUSES = frozenset({Cause.MATCH, Cause.WRITE_OFF, Cause.REVERSAL})


def wanted(connection: Connection, books: Books, postings: Sequence[Any]) -> dict[str, list[str]]:
    """By the provider's kinds, ids of records of the books to be read again before these postings are planned."""
    found: dict[str, set[str]] = defaultdict(set)
    for kind, external_id in queries.records_behind(connection, books.organisation_id, books.connection_id, postings):
        found[kind].add(external_id)
    return {kind: sorted(ids) for kind, ids in sorted(found.items())}


def plan(connection: Connection, books: Books, posting: Any, writer: Writer) -> Planned:
    """The entries of a posting and the records that these books make of them; nothing is written.

    Raises NotPosted with a remedy, Refused for what these books cannot express.
    """
    entries, warnings = neutral(connection, books, posting)
    return Planned(entries=entries, shaped=shaped(writer, entries), warnings=warnings)


def neutral(connection: Connection, books: Books, posting: Any) -> tuple[tuple[Entry, ...], tuple[str, ...]]:
    """The entries in the trade's words alone, for a page that shows what will be posted."""
    if posting.cause_kind == Cause.WRITE_OFF.value:
        return remainders.plan(connection, books, posting), ()
    if posting.cause_kind == Cause.REVERSAL.value:
        return plan_reversal(connection, books, posting), ()
    if posting.cause_kind != Cause.MATCH.value:
        raise NotPosted("cause_unknown", f"Nothing plans {posting.cause_kind} here.", "Give this posting up.")
    case = case_of(connection, books, posting)
    check(case, books)
    return receiving.entries_of(case, books), _warnings(case)


def _warnings(case: Case) -> tuple[str, ...]:
    """What a person should know, though nothing hinders the posting."""
    held = [line.owed.name for line in case.lines if not line.closes and line.asked < line.owed.left]
    return (f"Of {', '.join(held)} something stays open.",) if held else ()


def shaped(writer: Writer, entries: Sequence[Entry]) -> tuple[Entry, ...]:
    return tuple(record for entry in entries for record in writer.shape(entry))
