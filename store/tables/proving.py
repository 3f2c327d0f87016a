"""Proofs that the books tie out: verifications with their differences, and the signed packs of closed periods."""

from __future__ import annotations

from sqlalchemy import Column, Date, ForeignKeyConstraint, Index, Integer, String, Table, Uuid

from store.tables.base import metadata
from store.types import Blob, CurrencyCode, ExternalId, Instant, Json, Label, Minor

verifications = Table(
    "verifications",
    metadata,
    Column("organisation_id", Uuid, primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("entity_id", Uuid, nullable=False),
    Column("connection_id", Uuid, nullable=False),
    Column("on", Date, nullable=False),
    Column("state", String(10), nullable=False),
    Column("asked_by", Label, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("calls", Integer, nullable=False),
    Column("totals", Json, nullable=False),
    Column("problem", Label),
    Column("anchor", Json),
    Index(None, "organisation_id", "connection_id", "started_at"),
)
"""state: running, tied, differs, failed. totals: what was compared and how much of it, check by check. anchor: how far the
audit log had come when it began.
"""

verification_rows = Table(
    "verification_rows",
    metadata,
    Column("organisation_id", Uuid, primary_key=True),
    Column("verification_id", Uuid, primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("check", String(30), nullable=False),
    Column("subject", ExternalId, nullable=False),
    Column("name", Label, nullable=False),
    Column("currency", CurrencyCode),
    Column("ours_minor", Minor),
    Column("theirs_minor", Minor),
    Column("cause", String(30), nullable=False),
    Column("words", Label, nullable=False),
    Column("remedy", Label, nullable=False),
    Column("detail", Json, nullable=False),
    ForeignKeyConstraint(["organisation_id", "verification_id"], ["verifications.organisation_id", "verifications.id"]),
)
"""One difference each. check: control, customer, count, clearing, payout. cause: not_synced, changed_there,
other_poster, rounding, date_basis, credits_moved, unknown, ...
"""

closes = Table(
    "closes",
    metadata,
    Column("organisation_id", Uuid, primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("entity_id", Uuid, nullable=False),
    Column("through", Date, nullable=False),
    Column("state", String(10), nullable=False),
    Column("pack", Json, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("prepared_by", Label, nullable=False),
    Column("prepared_at", Instant, nullable=False),
    Column("signed_by", Label),
    Column("signed_at", Instant),
    Column("reviewed_by", Label),
    Column("reviewed_at", Instant),
    Column("reopened_by", Label),
    Column("reopened_at", Instant),
    Column("reopened_why", Label),
    ForeignKeyConstraint(["organisation_id", "entity_id"], ["entities.organisation_id", "entities.id"]),
    Index(None, "organisation_id", "entity_id", "through"),
)
"""A period-end pack as it was signed. state: prepared, signed, reviewed, reopened, replaced. digest: SHA-256 of `pack`."""

close_files = Table(
    "close_files",
    metadata,
    Column("organisation_id", Uuid, primary_key=True),
    Column("close_id", Uuid, primary_key=True),
    Column("name", String(80), primary_key=True),
    Column("content_type", String(80), nullable=False),
    Column("content", Blob, nullable=False),
    ForeignKeyConstraint(["organisation_id", "close_id"], ["closes.organisation_id", "closes.id"]),
)
