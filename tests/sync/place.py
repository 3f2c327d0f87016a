"""A fake provider connected to a real store."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import select

from store.database import Database
from store.scope import Scope
from store.tables.intake import records
from store.tables.pulled import NOUN_NAMED
from sync.apply import Target, load_context
from sync.pull import PassResult, run_pass
from tests.store.place import make_place
from tests.sync.fake import Clock, FakeConnector, Provider

INVOICES = NOUN_NAMED["invoices"].table


@dataclass
class Fixture:
    """The provider, its connector, and where it goes."""

    database: Database
    scope: Scope
    clock: Clock = field(default_factory=Clock)
    stamped: bool = False
    provider: Provider = field(init=False)
    connector: FakeConnector = field(init=False)

    def __post_init__(self) -> None:
        self.provider = Provider(self.clock, self.stamped)
        self.connector = FakeConnector(self.provider)

    @property
    def target(self) -> Target:
        return Target(self.database, self.scope, load_context(self.database, self.scope))

    def run(self, *, full: bool = False) -> PassResult:
        return run_pass(self.target, self.connector, now=self.clock.now, full=full)

    def stored(self) -> dict[str, int]:
        """Amounts of the things that stand."""
        query = select(INVOICES.c.external_id, INVOICES.c.total_minor)
        with self.database.read() as connection:
            found = connection.execute(query.where(self.scope.where(INVOICES), INVOICES.c.gone_at.is_(None)))
            return {row[0]: row[1] for row in found}

    def revisions(self) -> dict[str, int]:
        with self.database.read() as connection:
            found = connection.execute(select(INVOICES.c.external_id, INVOICES.c.revision))
            return {row[0]: row[1] for row in found}

    def payloads(self) -> int:
        with self.database.read() as connection:
            return len(connection.execute(select(records)).all())


def fixture(database: Database, *, stamped: bool = False, name: str = "Acme") -> Fixture:
    return Fixture(database, make_place(database, name).connect("xero"), stamped=stamped)
