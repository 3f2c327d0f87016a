"""What we knew when, and who did what: versions of pulled things, the audit chain and its anchors."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, ForeignKey, ForeignKeyConstraint, Index, Integer, String, Table, Uuid

from store.tables.base import metadata
from store.types import Blob, CurrencyCode, ExternalId, Instant, Json, Label, Minor

versions = Table(
    "versions",
    metadata,
    Column("organisation_id", Uuid, primary_key=True),
    Column("value_id", Uuid, primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("connection_id", Uuid, nullable=False),
    Column("noun", String(40), nullable=False),
    Column("external_id", ExternalId, nullable=False),
    Column("provider_version", Label, nullable=False),
    Column("valid_on", Date),
    Column("gone", Boolean, nullable=False),
    Column("status", Label),
    Column("currency", CurrencyCode),
    Column("amount_minor", Minor),
    Column("open_minor", Minor),
    Column("customer_external_id", ExternalId),
    Column("body", Json, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Index(None, "organisation_id", "noun", "recorded_at"),
)
"""What stood of a pulled thing before its content changed, one row a change; append-only. Its newest version is its own row."""

audit = Table(
    "audit",
    metadata,
    Column("organisation_id", ForeignKey("organisations.id"), primary_key=True),
    Column("sequence", Integer, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("actor", String(80), nullable=False),
    Column("verb", String(60), nullable=False),
    Column("object_kind", String(40), nullable=False),
    Column("object_id", ExternalId, nullable=False),
    Column("fields", Json, nullable=False),
    Column("detail_digest", String(64), nullable=False),
    Column("previous_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
)

audit_details = Table(
    "audit_details",
    metadata,
    Column("organisation_id", Uuid, primary_key=True),
    Column("sequence", Integer, primary_key=True),
    Column("salt", Blob, nullable=False),
    Column("detail", Json, nullable=False),
    Column("summary", Label, nullable=False),
    ForeignKeyConstraint(["organisation_id", "sequence"], ["audit.organisation_id", "audit.sequence"]),
)
"""Personal values, apart from the chain: an erasure may empty a row here without breaking it."""

audit_anchors = Table(
    "audit_anchors",
    metadata,
    Column("organisation_id", ForeignKey("organisations.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("entries", Integer, nullable=False),
    Column("head", String(64), nullable=False),
    Column("made_for", String(20), nullable=False),
    Column("accepted", Label, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("key", String(16), nullable=False),
    Column("mac", String(64), nullable=False),
)
"""How long the audit chain was and the hash of its last entry, sealed with a key that is not in the database.

accepted: why a chain that is shorter or another than an earlier anchor says was taken as it is; else empty. previous: the
digest of the anchor before. key: which key made the seal.
"""
