"""Planning by cause: decisions on receivables, and a processor's own money."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from connectors.writing import Standing, Writer
from posting.found import Found
from posting.outlet import Outlet, Wanted
from posting.planned import Planned
from posting.planning.plan import shaped
from posting.planning.planner import DecisionPlanner
from posting.processor import entries as processor
from posting.rules import PostingRules
from store.database import Connection

_PROCESSOR = frozenset(cause.value for cause in processor.CAUSES)


@dataclass(frozen=True, slots=True)
class ByCause:
    """One bunch of postings to one set of books."""

    decisions: DecisionPlanner

    def wanted(self, read: Connection, postings: Sequence[Any], /) -> Wanted:
        return self.decisions.wanted(read, [row for row in postings if row.cause_kind not in _PROCESSOR])

    def plan(self, read: Connection, posting: Any, writer: Writer, /) -> Planned:
        if posting.cause_kind not in _PROCESSOR:
            return self.decisions.plan(read, posting, writer)
        entries = processor.entries_of(read, self.decisions.books, posting)
        return Planned(entries=entries, shaped=shaped(writer, entries))

    def found(
        self, read: Connection, planned: Sequence[tuple[Any, Planned]], ask: Writer | None, /
    ) -> Mapping[UUID, Found]:
        return self.decisions.found(read, planned, ask)

    def settle_found(self, connection: Connection, posting: Any, found: Found, /, *, by: str, now: datetime) -> None:
        self.decisions.settle_found(connection, posting, found, by=by, now=now)

    def refuse_if_bound(self, read: Connection, posting: Any, standings: Mapping[str, Standing], /) -> None:
        self.decisions.refuse_if_bound(read, posting, standings)


def by_cause(read: Connection, outlet: Outlet, rules: PostingRules, /) -> ByCause:
    """A planner for what is in the books now."""
    return ByCause(DecisionPlanner.make(read, outlet, rules))
