"""One connection of the outbox: everything that a run needs to write to it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from connectors.writing import Writer
from ledger.faults import Conflict
from store.audit import lock
from store.database import Connection, Database

if TYPE_CHECKING:
    from posting.planners import MakesPlanners

POSTER = "posting"
"""Who acts in states and in the audit log where no person does."""

Wanted = Mapping[str, Collection[str]]
"""By the provider's kinds: ids of records to read again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """Whose books, as far as the store is concerned. name: the company's, for people; by: who acts."""

    database: Database
    organisation_id: UUID
    entity_id: UUID
    connection_id: UUID
    name: str
    now: Callable[[], datetime]
    by: str = POSTER

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A short transaction alone among the organisation's acts. Never held over a call."""
        with self.database.write() as connection:
            lock(connection, self.organisation_id)
            yield connection


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet(Ledger):
    """refresh: reads records upstream by id lists and applies them to the store, in as few calls as the provider allows.

    planner: who says what postings come to (posting/planners.py). sleep: waits between two sendings of the same bytes.
    alone: whether a run still holds the lock under which it writes. zone: the entity's time zone. company: whose books
    they are, at which provider; the same whoever connected it.
    """

    zone: str
    company: str
    writer: Writer
    planner: MakesPlanners
    refresh: Callable[[Wanted], None]
    sleep: Callable[[float], None]
    alone: Callable[[], bool] = lambda: True

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Raises Conflict where the run has lost its lock, as when the server restarts: another may be under way."""
        with Ledger.write(self) as connection:
            if not self.alone():
                raise Conflict("The database has forgotten this run's lock; it ends here, and the next run goes on.")
            yield connection

    @property
    def lock_name(self) -> str:
        return f"posting:{self.company}"
