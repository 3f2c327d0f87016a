"""What was asked of the providers, by connection and day: the meter of their budgets."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Date, Index, Integer, String, Table, Uuid

from store.tables.base import metadata
from store.types import Instant, Json

call_counts = Table(
    "call_counts",
    metadata,
    Column("organisation_id", Uuid, primary_key=True),
    Column("connection_id", Uuid, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("provider", String(20), nullable=False),
    Column("calls", Integer, nullable=False),
    Column("refused", Integer, nullable=False),
    Column("told", Json, nullable=False, default=dict),
    Column("updated_at", Instant, nullable=False),
    Index(None, "organisation_id", "day"),
)
"""day is a UTC day. calls: data calls that went out, refused ones (429) among them. told: the provider's last word on
what is left, by scope (minute, day, app)."""

webhook_sequences = Table(
    "webhook_sequences",
    metadata,
    Column("provider", String(20), primary_key=True),
    Column("last", BigInteger, nullable=False),
    Column("heard_at", Instant, nullable=False),
)
"""The newest number of a provider that counts its events over all companies of an app (Xero)."""
