"""Whose books: practices, organisations, their entities, money accounts and connections, and sealed tokens."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, ForeignKey, ForeignKeyConstraint, Index, Integer, String, Table, Uuid

from store.tables.base import metadata
from store.types import Blob, CurrencyCode, ExternalId, Instant, Json, Label

practices = Table(
    "practices",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("name", Label, nullable=False),
    Column("created_at", Instant, nullable=False),
)

organisations = Table(
    "organisations",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("practice_id", ForeignKey("practices.id")),
    Column("name", Label, nullable=False),
    Column("policy", Json, nullable=False, default=dict),
    Column("audit_salt", Blob, nullable=False),
    Column("created_at", Instant, nullable=False),
)

entities = Table(
    "entities",
    metadata,
    Column("organisation_id", ForeignKey("organisations.id"), primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("name", Label, nullable=False),
    Column("country", String(3)),
    Column("time_zone", String(64), nullable=False),
    Column("home_currency", CurrencyCode, nullable=False),
    Column("lock_date", Date),
    Column("created_at", Instant, nullable=False),
)

token_sets = Table(
    "token_sets",
    metadata,
    Column("organisation_id", ForeignKey("organisations.id"), primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("provider", String(20), nullable=False),
    Column("sealed", Blob, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("expires_at", Instant),
    Column("refresh_expires_at", Instant),
    Column("dead_at", Instant),
    Column("updated_at", Instant, nullable=False),
    Column("asked_at", Instant),
)
"""asked_at: since when a renewal waits for its answer; empty where the last one was answered."""

connections = Table(
    "connections",
    metadata,
    Column("organisation_id", Uuid, primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("entity_id", Uuid, nullable=False),
    Column("provider", String(20), nullable=False),
    Column("role", String(20), nullable=False),
    Column("company_id", ExternalId, nullable=False),
    Column("company_name", Label, nullable=False),
    Column("token_set_id", Uuid),
    Column("state", String(20), nullable=False),
    Column("state_reason", Label),
    Column("live", Boolean, nullable=False),
    Column("since", Date),
    Column("connected_by", Label),
    Column("connected_at", Instant, nullable=False),
    Column("last_started_at", Instant),
    Column("last_synced_at", Instant),
    Column("last_verified_at", Instant),
    Column("last_failed_at", Instant),
    Column("last_failure", Label),
    Column("parked_until", Instant),
    Column("catch_up_at", Instant),
    Column("rechecked_at", Instant),
    Column("look_due_at", Instant),
    Column("progress", Json, nullable=False, default=dict),
    Column("facts", Json, nullable=False, default=dict),
    ForeignKeyConstraint(["organisation_id", "entity_id"], ["entities.organisation_id", "entities.id"]),
    ForeignKeyConstraint(["organisation_id", "token_set_id"], ["token_sets.organisation_id", "token_sets.id"]),
    Index(None, "provider", "company_id"),
)
"""last_failure: what went wrong at last_failed_at, which a later good sync does not wipe out. parked_until: nothing is
asked before it. catch_up_at: something was missed then, so a sync is due. rechecked_at: the last nightly re-read.
look_due_at: what had come by then has not been settled and matched yet, as far as is known."""

money_accounts = Table(
    "money_accounts",
    metadata,
    Column("organisation_id", Uuid, primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("entity_id", Uuid, nullable=False),
    Column("connection_id", Uuid),
    Column("kind", String(20), nullable=False),
    Column("external_id", ExternalId),
    Column("name", Label, nullable=False),
    Column("currency", CurrencyCode, nullable=False),
    Column("role", String(20)),
    ForeignKeyConstraint(["organisation_id", "entity_id"], ["entities.organisation_id", "entities.id"]),
)

consent_states = Table(
    "consent_states",
    metadata,
    Column("organisation_id", ForeignKey("organisations.id"), primary_key=True),
    Column("state_hash", String(64), primary_key=True),
    Column("session_hash", String(64), nullable=False),
    Column("provider", String(20), nullable=False),
    Column("purpose", Json, nullable=False, default=dict),
    Column("granted", Blob),
    Column("expires_at", Instant, nullable=False),
    Column("used_at", Instant),
)
