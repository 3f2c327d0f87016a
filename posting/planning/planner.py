"""The planner of decisions on receipts and invoices, as the runner asks it: made anew for each bunch of postings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from connectors.writing import Standing, Writer
from posting import found as same_money
from posting.found import Found, Seeker
from posting.outlet import Outlet, Wanted
from posting.planned import Planned
from posting.planning import plan as planning
from posting.planning.books import Books, books_of
from posting.rules import PostingRules
from posting.undo.bound import refuse_if_bound
from store.database import Connection


@dataclass(slots=True)
class DecisionPlanner:
    """Plans matches, what is let go of, allocations and reversals."""

    books: Books
    _seeker: Seeker | None = None
    _found: dict[UUID, Found] = field(default_factory=dict)

    @classmethod
    def make(cls, read: Connection, outlet: Outlet, rules: PostingRules) -> Self:
        return cls(books_of(read, outlet.organisation_id, outlet.connection_id, rules, now=outlet.now()))

    def wanted(self, read: Connection, postings: Sequence[Any]) -> Wanted:
        return planning.wanted(read, self.books, postings)

    def plan(self, read: Connection, posting: Any, writer: Writer) -> Planned:
        """Raises NotPosted, Refused. Sees on the way whether the books hold the same money (`found`)."""
        planned = planning.plan(read, self.books, posting, writer)
        if self._seeker is None or self._seeker.connection is not read:
            self._seeker = Seeker(read, self.books)
        same = self._seeker.seek(posting, planned.entries)
        if same is not None:
            self._found[posting.id] = same
        return planned

    def found(
        self, read: Connection, planned: Sequence[tuple[Any, Planned]], ask: Writer | None
    ) -> Mapping[UUID, Found]:
        """From the store. The provider itself is asked outside of transactions: `posting.found.asked` and `judge`."""
        del read, ask
        return {row.id: self._found[row.id] for row, _ in planned if row.id in self._found}

    def settle_found(self, connection: Connection, posting: Any, found: Found, *, by: str, now: datetime) -> None:
        same_money.settle(connection, posting, found, by=by, now=now)

    def refuse_if_bound(self, read: Connection, posting: Any, standings: Mapping[str, Standing]) -> None:
        refuse_if_bound(read, self.books, posting, standings)
