"""What every command over the store begins with: settings, the parts, a schema that is there, and whose books."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from ledger.faults import BadInput
from runtime import logs
from runtime.settings import Settings
from runtime.wiring import App
from store import schema, tenancy

MARK = "demo.json"  # lies in a home that the demo made: it empties no other, and such a home reaches no real provider
PATIENCE_SECONDS = 65.0  # a command waits out a minute's limit; a longer one ends it, and the next run goes on


@dataclass(frozen=True, slots=True)
class Opened:
    """The parts and one organisation. actor: who acts, in the audit log."""

    app: App
    organisation: Any
    actor: str = "command line"

    @property
    def organisation_id(self) -> UUID:
        own: UUID = self.organisation.id
        return own

    def connections(self, wanted: str | None = None, entity: str | None = None) -> list[Any]:
        """The connection named, or all of the organisation's (of an entity's, if one is named) that are not ended."""
        with self.app.database.read() as connection:
            if wanted is not None:
                return [tenancy.find_connection(connection, self.organisation_id, wanted)]
            entity_id = self._entity_id(connection, entity)
            rows = tenancy.list_connections(connection, self.organisation_id, entity_id)
        return [row for row in rows if row.state != "disconnected"]

    def entities(self, wanted: str | None = None) -> list[Any]:
        with self.app.database.read() as connection:
            if wanted is not None:
                return [tenancy.find_entity(connection, self.organisation_id, wanted)]
            return tenancy.list_entities(connection, self.organisation_id)

    def entity_id(self, wanted: str | None) -> UUID | None:
        with self.app.database.read() as connection:
            return self._entity_id(connection, wanted)

    def _entity_id(self, connection: Any, wanted: str | None) -> UUID | None:
        if wanted is None:
            return None
        own: UUID = tenancy.find_entity(connection, self.organisation_id, wanted).id
        return own


def open_app(settings: Settings | None = None, *, patience_seconds: float = PATIENCE_SECONDS) -> App:
    """The parts over a database of the present schema. An embedded one is brought up to date by itself."""
    app = App.build(settings or Settings.load(), patience_seconds=patience_seconds)
    if (app.settings.home / MARK).is_file():
        _only_loopback(app)
    if app.settings.is_embedded:
        app.settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not schema.is_current(app.database):
            schema.upgrade(app.database)
    elif not schema.is_current(app.database):
        raise BadInput("The database has another schema than this version needs; run `tieout db upgrade` once.")
    return app


def _only_loopback(app: App) -> None:
    """The demo never reaches a real provider, whatever is set."""
    settings = app.settings
    bases = (
        settings.quickbooks.api_base, settings.quickbooks.discovery_url, settings.stripe.api_base,
        settings.stripe.connect_base, settings.xero.api_base, settings.xero.login_base, settings.xero.identity_base,
    )  # fmt: skip
    for base in bases:
        if urlsplit(base).hostname not in ("127.0.0.1", "localhost", "::1"):
            raise BadInput(
                f"{settings.home} is a demo's, which talks to stand-ins on this machine alone, and {base} is elsewhere."
            )


def opened(organisation: str | None, *, make: bool = False) -> Opened:
    """`make`: sets up the first organisation where there is none yet (connect, users add)."""
    logs.configure(logging.ERROR)  # a command ends in one sentence; what was tried on the way is for the service's log
    app = open_app()
    with app.database.write() as connection:
        if make and organisation is None and not tenancy.any_organisation(connection):
            tenancy.add_organisation(connection, "My organisation", actor="command line", now=app.clock.now())
        row = tenancy.find_organisation(connection, organisation)
    return Opened(app, row)
