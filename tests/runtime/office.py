"""A company at a stand-in that rotates tokens, connected; its access token can be aged, and its refreshes counted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select, update

from connectors.tokens import TokenSet
from runtime.clock import Clock, SystemClock
from runtime.settings import Settings
from runtime.wiring import App
from sandbox.core.clock import SandboxClock
from sandbox.run import Sandbox
from store import tenancy
from store.database import Database
from store.tables.tenancy import token_sets

TOKEN_PATHS = {"quickbooks": "/oauth2/v1/tokens", "xero": "/connect/token"}


@dataclass(frozen=True)
class Theirs:
    """The stand-ins' time as ours."""

    clock: SandboxClock

    def now(self) -> datetime:
        return self.clock.now()

    def today(self, zone: ZoneInfo) -> date:
        return self.now().astimezone(zone).date()


@dataclass
class Office:
    """One connection of one provider."""

    sandbox: Sandbox
    provider: str
    app: App
    environ: dict[str, str]
    organisation_id: UUID
    connection_id: UUID

    @property
    def path(self) -> str:
        return TOKEN_PATHS[self.provider]

    def refreshes(self) -> int:
        """How often the stand-in gave new tokens, whatever became of its answer."""
        calls = self.sandbox.stands[self.provider].journal.as_json()
        return sum(1 for call in calls if call["path"].startswith(self.path) and call["status"] in {200, 502})

    def spoil(self, kind: str, **more: Any) -> None:
        self.sandbox.stands[self.provider].mishaps.add(kind, self.path, **more)

    def age(self) -> None:
        """The access token is about to end."""
        with self.app.database.write() as connection:
            connection.execute(update(token_sets).values(expires_at=self.app.clock.now() + timedelta(seconds=30)))

    def row(self) -> Any:
        with self.app.database.read() as connection:
            return tenancy.find_connection_row(connection, self.organisation_id, self.connection_id)

    def ask(self) -> str:
        """One call that needs a live token."""
        return self.app.connector(self.row()).company().name

    def dead_at(self) -> datetime | None:
        with self.app.database.read() as connection:
            found: datetime | None = connection.execute(select(token_sets.c.dead_at)).scalar_one()
        return found

    def waits_for_an_answer(self) -> bool:
        with self.app.database.read() as connection:
            return connection.execute(select(token_sets.c.asked_at)).scalar_one() is not None


@contextmanager
def open_office(
    sandbox: Sandbox, provider: str, database: Database, home: Path, clock: Clock | None = None
) -> Iterator[Office]:
    """Waits between tries take no time here."""
    environ = {
        **sandbox.settings(),
        "TIEOUT_HOME": str(home),
        "TIEOUT_DATABASE_URL": database.url.render_as_string(hide_password=False),
    }
    app = replace(App.build(Settings.load(environ), clock or SystemClock()), sleep=lambda _: None)
    with app.database.write() as connection:
        organisation_id = tenancy.add_organisation(connection, "Acme", actor="test", now=app.clock.now())
    held = next(one for one in sandbox.connections() if one.provider == provider)
    given = sandbox.credentials(held)
    tokens = TokenSet(access_token=given["access_token"], refresh_token=given["refresh_token"])
    company = app.describe(provider, tokens, held.tenant)
    made = app.connecting(organisation_id).save(
        provider, company, tokens, entity_id=None, since=None, actor="test", now=app.clock.now()
    )
    try:
        yield Office(sandbox, provider, app, environ, organisation_id, made.connection_id)
    finally:
        sandbox.stands[provider].mishaps.clear()
        app.database.close()
