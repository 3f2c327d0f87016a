"""The matching policy's versions, replays of the last days that prove it, and what was learnt and then forgotten."""

from __future__ import annotations

from sqlalchemy import Column, Date, Float, ForeignKey, ForeignKeyConstraint, Index, Integer, String, Table, Uuid

from store.tables.base import metadata
from store.types import CurrencyCode, ExternalId, Instant, Json, Label, Minor

policies = Table(
    "policies",
    metadata,
    Column("organisation_id", ForeignKey("organisations.id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("choices", Json, nullable=False),
    Column("whole", Json, nullable=False),
    Column("made_by", Label, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("note", Label, nullable=False),
)
"""Append-only. choices: what the organisation set; whole: every rule as it stood then. Version 1 is what is shipped."""

replays = Table(
    "replays",
    metadata,
    Column("organisation_id", ForeignKey("organisations.id"), primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("state", String(10), nullable=False),
    Column("asked_by", Label, nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("since", Date, nullable=False),
    Column("until", Date, nullable=False),
    Column("rules_digest", String(32), nullable=False),
    Column("receipts", Integer, nullable=False),
    Column("automatic", Integer, nullable=False),
    Column("progress", Integer, nullable=False),
    Column("problem", Label),
    Index(None, "organisation_id", "asked_at"),
)
"""state: waiting, running, done, failed. progress: days looked at. rules_digest: the matching rules it was run under."""

replay_cases = Table(
    "replay_cases",
    metadata,
    Column("organisation_id", Uuid, primary_key=True),
    Column("replay_id", Uuid, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("evidence", String(60), nullable=False),
    Column("verdict", String(10), nullable=False),
    Column("receipt_id", Uuid),
    Column("connection_id", Uuid, nullable=False),
    Column("external_id", ExternalId, nullable=False),
    Column("received_on", Date, nullable=False),
    Column("currency", CurrencyCode, nullable=False),
    Column("amount_minor", Minor, nullable=False),
    Column("payer_name", Label),
    Column("reference", Label),
    Column("confidence", Float, nullable=False),
    Column("answer", Json, nullable=False),
    Column("truth", Json, nullable=False),
    Column("said_by", Label, nullable=False),
    Column("reasons", Json, nullable=False),
    ForeignKeyConstraint(["organisation_id", "replay_id"], ["replays.organisation_id", "replays.id"]),
    Index(None, "organisation_id", "replay_id", "verdict"),
)
"""What would have been decided with nobody looking, one row each. verdict: agreed, wrong, unchecked.

receipt_id: None for a payment of the books that never waited here. answer, truth: [[number, minor units], ...].
"""

forgotten = Table(
    "forgotten",
    metadata,
    Column("organisation_id", ForeignKey("organisations.id"), primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("customer_id", Uuid, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("value", Label, nullable=False),
    Column("forgotten_by", Label, nullable=False),
    Column("forgotten_at", Instant, nullable=False),
    Column("restored_by", Label),
    Column("restored_at", Instant),
    Index(None, "organisation_id", "customer_id"),
)
"""What the matcher must not take from decisions made before forgotten_at. kind: name, account, email."""
