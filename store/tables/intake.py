"""What providers sent, as they sent it: records, cursors, webhooks, findings. No foreign keys to other pulled things."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, String, Table, Uuid

from store import shapes
from store.tables.base import metadata
from store.types import Blob, ExternalId, Instant, Json, Label, cell_of

records = Table(
    "records",
    metadata,
    Column("organisation_id", Uuid, primary_key=True),
    Column("connection_id", Uuid, primary_key=True),
    Column("kind", String(40), primary_key=True),
    Column("external_id", ExternalId, primary_key=True),
    Column("version", Label, nullable=False),
    Column("updated_at", Instant),
    Column("seen_at", Instant, nullable=False),
    Column("deleted", Boolean, nullable=False),
    Column("digest", String(32), nullable=False),
    Column("codec", String(10), nullable=False),
    Column("body", Blob, nullable=False),
    Column("nouns", String(255), nullable=False),
    Column("customer_external_id", ExternalId),
    Column("recorded_at", Instant, nullable=False),
)
"""`codec` names how `body` is compressed; `nouns` lists the tables that hold values of the record."""

payload_dictionaries = Table(
    "payload_dictionaries",
    metadata,
    Column("organisation_id", Uuid, primary_key=True),
    Column("connection_id", Uuid, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("kind", String(40), nullable=False),
    Column("content", Blob, nullable=False),
    Column("created_at", Instant, nullable=False),
)
"""What bodies of records were compressed with: they cannot be read without, so it goes when they go and not before.
`number` follows from the content and stands in the head of each such body."""

shapes.HELD.tables["records"] = tuple(map(cell_of, records.columns))

listed_ids = Table(
    "listed_ids",
    metadata,
    Column("organisation_id", Uuid, primary_key=True),
    Column("connection_id", Uuid, primary_key=True),
    Column("kind", String(40), primary_key=True),
    Column("external_id", ExternalId, primary_key=True),
)
"""Ids that the running full pass has seen, to tell at its end which records the provider no longer holds."""

cursors = Table(
    "cursors",
    metadata,
    Column("organisation_id", Uuid, primary_key=True),
    Column("connection_id", Uuid, primary_key=True),
    Column("feed", String(40), primary_key=True),
    Column("state", Json, nullable=False),
    Column("done", Boolean, nullable=False),
    Column("full", Boolean, nullable=False),
    Column("tracking", Boolean, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
)
"""full: the pass began from nothing; tracking: its ids are noted in listed_ids, since records stood before it."""

findings = Table(
    "findings",
    metadata,
    Column("organisation_id", Uuid, primary_key=True),
    Column("connection_id", Uuid, primary_key=True),
    Column("record_kind", String(40), primary_key=True),
    Column("external_id", ExternalId, primary_key=True),
    Column("code", String(60), primary_key=True),
    Column("field", String(80), primary_key=True),
    Column("severity", String(10), nullable=False),
    Column("sentence", Label, nullable=False),
    Column("first_seen_at", Instant, nullable=False),
    Column("last_seen_at", Instant, nullable=False),
    Column("settled_at", Instant),
)

inbox = Table(
    "inbox",
    metadata,
    Column("provider", String(20), primary_key=True),
    Column("event_id", ExternalId, primary_key=True),
    Column("company_id", ExternalId),
    Column("organisation_id", Uuid),
    Column("connection_id", Uuid),
    Column("type", Label),
    Column("customer_external_id", ExternalId),
    Column("body", Blob, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("state", String(10), nullable=False),
    Column("tries", Integer, nullable=False, default=0),
    Column("problem", Label),
    Column("worked_at", Instant),
    Index(None, "state", "received_at"),
    Index(None, "organisation_id", "connection_id", "state"),
)
"""Kept before anybody knows whose it is: the one intake table whose key does not begin with an organisation."""
