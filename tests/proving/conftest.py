"""A synced home over the stand-ins, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from bench.spine.house import House
from connectors.limits import NoLimit
from proving.verify.run import Verified
from runtime.proving import verify_connection
from runtime.settings import Settings
from runtime.wiring import App
from sandbox.run import Sandbox
from store import schema, tenancy
from store.tables.pulled import NOUN_NAMED


class Books(House):
    """A home with helpers to change the business and look at it."""

    def row(self, provider: str) -> Any:
        return next(row for row in self.place.connections() if row.provider == provider)

    def change(self, provider: str, verb: str, **fields: Any) -> dict[str, Any]:
        """As a person inside the provider's product."""
        return self.sandbox.ledgers[provider].change(self.row(provider).company_id, verb, fields)

    def rows(self, noun: str, provider: str) -> list[Any]:
        """Standing rows, the newest documents first: the older ones lie in closed periods."""
        table = NOUN_NAMED[noun].table
        where = (table.c.connection_id == self.row(provider).id) & table.c.gone_at.is_(None)
        with self.place.app.database.read() as connection:
            return list(connection.execute(select(table).where(where).order_by(table.c.external_id)))

    def open_invoices(self, provider: str) -> list[Any]:
        """Wholly open ones in home currency, of customers of their own, the newest first; none that is dated ahead: the
        figures of today do not count it.
        """
        home = {"quickbooks": "USD", "xero": "GBP"}[provider]
        with self.place.app.database.read() as connection:
            entity = tenancy.find_entity(connection, self.place.organisation_id, str(self.row(provider).entity_id))
        today = self.place.app.clock.today(ZoneInfo(entity.time_zone))
        found = [
            row for row in self.rows("invoices", provider)
            if row.status == "open" and row.number and row.currency == home and row.open_amount_minor == row.total_minor
            and row.issued_on <= today
        ]  # fmt: skip
        found.sort(key=lambda row: (row.issued_on, row.number or ""), reverse=True)
        first: dict[str, Any] = {}
        for row in found:
            first.setdefault(row.customer_external_id, row)
        return list(first.values())

    def verify(self, provider: str) -> Verified:
        place = self.place
        return verify_connection(place.app, place.organisation_id, self.row(provider).id, by="ann@example.com")


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def books(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Books]:
    with Sandbox(real_limits=False) as sandbox:
        yield from _home(sandbox, request, tmp_path_factory.mktemp("home"))


def _home(sandbox: Sandbox, request: pytest.FixtureRequest, home: Path) -> Iterator[Books]:
    if request.param == "sqlite":
        yield from _synced(Books(sandbox, home))
        return
    server = request.getfixturevalue("postgres")
    with server.database() as url:
        made = Books(sandbox, home, {"TIEOUT_DATABASE_URL": url})
        app = App.build(Settings.load(made.settings, None))
        schema.upgrade(app.database)
        app.database.close()
        yield from _synced(made)


def _synced(made: Books) -> Iterator[Books]:
    made.connect_all()
    for row in made.place.connections():  # a minute's calls of Xero are soon spent here, and are measured elsewhere
        made.place.app.limiters[row.provider, row.company_id] = NoLimit()
    made.sync()
    made.reconcile()
    try:
        yield made
    finally:
        made.place.app.database.close()
