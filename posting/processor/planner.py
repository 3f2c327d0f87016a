"""Plans postings of a processor's money, in the form in which the outbox asks every planner."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from connectors.writing import Writer
from posting.planned import Planned
from posting.planning.books import Books
from posting.processor.entries import entries_of
from store.database import Connection
from store.queries.processor_credits import record_of_credit


def wanted(read: Connection, books: Books, postings: Sequence[Any]) -> dict[str, set[str]]:
    """What has to be read again upstream before planning, by record kind: the credits that refunds settle."""
    found: dict[str, set[str]] = defaultdict(set)
    for one in postings:
        credit, kind = one.choices.get("credit"), one.choices.get("credit_kind")
        if credit:
            record = record_of_credit(read, books.organisation_id, books.connection_id, str(kind), str(credit))
            if record is not None:
                found[record].add(str(credit))
    return dict(found)


def plan(read: Connection, books: Books, posting: Any, writer: Writer) -> Planned:
    """Raises NotPosted, and Refused for what these books cannot express."""
    entries = entries_of(read, books, posting)
    shaped = tuple(record for one in entries for record in writer.shape(one))
    return Planned(entries=entries, shaped=shaped)
