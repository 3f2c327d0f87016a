"""An organisation with an entity and connections, and records to write into it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from cryptography.fernet import Fernet

from ledger.company import Company
from ledger.finding import Finding
from ledger.source import connection_id
from store import intake, tenancy
from store.credentials import Sealer, add_tokens
from store.database import Database
from store.incoming import Incoming
from store.scope import Scope

NOW = datetime(2026, 11, 22, 12, 0, 0, 123456, tzinfo=UTC)
SEALER = Sealer([Fernet.generate_key().decode()])
SECRET = {
    "access_token": "tok-plain",
    "refresh_token": "ref-plain",
    "scope": "",
    "account": None,
    "webhook_secret": None,
}


@dataclass
class Place:
    """One organisation. `scopes`: its connections by provider."""

    database: Database
    organisation_id: UUID
    entity_id: UUID
    scopes: dict[str, Scope] = field(default_factory=dict)

    def connect(self, provider: str, company: str = "co-1", entity_id: UUID | None = None) -> Scope:
        """A connection with made-up tokens."""
        with self.database.write() as connection:
            token_set_id = tenancy.new_id(NOW)
            add_tokens(
                connection, SEALER, organisation_id=self.organisation_id, token_set_id=token_set_id, provider=provider,
                secret=SECRET, expires_at=None, refresh_expires_at=None, now=NOW,
            )  # fmt: skip
            tenancy.save_connection(
                connection, self.organisation_id, entity_id or self.entity_id, provider, books(company),
                token_set_id=token_set_id, since=None, actor="test", now=NOW,
            )  # fmt: skip
        scope = Scope(self.organisation_id, connection_id(provider, company))
        self.scopes[provider] = scope
        return scope

    def add_entity(self, company: Company) -> UUID:
        with self.database.write() as connection:
            return tenancy.add_entity(connection, self.organisation_id, company, actor="test", now=NOW)

    def write(self, scope: Scope, *incoming: Incoming, now: datetime = NOW) -> int:
        """As a page would be written; returns how many values changed."""
        with self.database.write() as connection:
            known = intake.known_records(connection, scope, [item.key for item in incoming])
            return intake.write_records(connection, scope, incoming, known, now)


def books(company: str = "co-1", name: str = "Acme Ltd") -> Company:
    return Company(external_id=company, name=name, country="GB", home_currency="GBP", time_zone="Europe/London")


def make_place(database: Database, name: str = "Acme") -> Place:
    with database.write() as connection:
        organisation_id = tenancy.add_organisation(connection, name, actor="test", now=NOW)
        entity_id = tenancy.add_entity(connection, organisation_id, books(name=name), actor="test", now=NOW)
    return Place(database, organisation_id, entity_id)


def record_of(
    *values: Any,
    kind: str = "Thing",
    external_id: str = "1",
    raw: bytes = b"{}",
    seen_at: datetime = NOW,
    deleted: bool = False,
    findings: Sequence[Finding] = (),
) -> Incoming:
    return Incoming(
        kind=kind, external_id=external_id, version="", updated_at=None, seen_at=seen_at, deleted=deleted, raw=raw,
        values=values, findings=tuple(findings),
    )  # fmt: skip
