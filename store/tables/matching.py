"""Our own things: receipts and their sightings, mirrored invoices, matches with their lines and states."""

from __future__ import annotations

from sqlalchemy import Column, Date, Float, ForeignKeyConstraint, Index, Integer, String, Table, Uuid

from store.tables.base import metadata
from store.types import CurrencyCode, ExternalId, Instant, Json, Label, Minor

receipts = Table(
    "receipts",
    metadata,
    Column("organisation_id", Uuid, primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("entity_id", Uuid, nullable=False),
    Column("connection_id", Uuid, nullable=False),
    Column("record_kind", String(40), nullable=False),
    Column("external_id", ExternalId, nullable=False),
    Column("received_on", Date, nullable=False),
    Column("currency", CurrencyCode, nullable=False),
    Column("amount_minor", Minor, nullable=False),
    Column("fee_minor", Minor),
    Column("fee_currency", CurrencyCode),
    Column("settled_minor", Minor),
    Column("settled_currency", CurrencyCode),
    Column("payer_name", Label),
    Column("payer_email", Label),
    Column("payer_account", Label),
    Column("customer_external_id", ExternalId),
    Column("reference", Label),
    Column("method", Label),
    Column("source", String(20), nullable=False),
    Column("payout_external_id", ExternalId),
    Column("metadata", Json, nullable=False),
    Column("status", String(20), nullable=False),
    Column("status_reason", Label, nullable=False),
    Column("post_status", String(20), nullable=False),
    Column("open_minor", Minor, nullable=False),
    Column("unapplied_minor", Minor, nullable=False),
    Column("note", Label),
    Column("parked_by", Label),
    Column("revision", Integer, nullable=False),
    Column("updated_at", Instant),
    Column("recorded_at", Instant, nullable=False),
    ForeignKeyConstraint(["organisation_id", "entity_id"], ["entities.organisation_id", "entities.id"]),
    Index(None, "organisation_id", "entity_id", "status"),
    Index(None, "organisation_id", "connection_id", "external_id"),
)
"""open_minor: what the ledger leaves of it to be matched; unapplied_minor: what our matches leave of that."""

sightings = Table(
    "sightings",
    metadata,
    Column("organisation_id", Uuid, primary_key=True),
    Column("connection_id", Uuid, primary_key=True),
    Column("record_kind", String(40), primary_key=True),
    Column("external_id", ExternalId, primary_key=True),
    Column("receipt_id", Uuid, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("currency", CurrencyCode, nullable=False),
    Column("amount_minor", Minor, nullable=False),
    Column("seen_on", Date, nullable=False),
    Column("reason", Label, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    ForeignKeyConstraint(["organisation_id", "receipt_id"], ["receipts.organisation_id", "receipts.id"]),
    Index(None, "organisation_id", "receipt_id"),
)

mirrors = Table(
    "mirrors",
    metadata,
    Column("organisation_id", Uuid, primary_key=True),
    Column("mirror_id", Uuid, primary_key=True),
    Column("primary_id", Uuid, primary_key=True),
    Column("entity_id", Uuid, nullable=False),
    Column("reason", String(20), nullable=False),
    Column("state", String(10), nullable=False),
    Column("decided_by", Label, nullable=False),
    Column("decided_at", Instant, nullable=False),
    Index(None, "organisation_id", "primary_id"),
)
"""Two invoice documents (by their ids) that are one receivable: `mirror` is the same sale as `primary`.

A receivable's id is its primary document's id. state: linked, unlinked (a person said no: it is not linked again).
"""

recordings = Table(
    "recordings",
    metadata,
    Column("organisation_id", Uuid, primary_key=True),
    Column("receipt_id", Uuid, primary_key=True),
    Column("connection_id", Uuid, primary_key=True),
    Column("record_kind", String(40), primary_key=True),
    Column("external_id", ExternalId, primary_key=True),
    Column("entity_id", Uuid, nullable=False),
    Column("state", String(10), nullable=False),
    Column("reason", Label, nullable=False),
    Column("decided_by", Label),
    Column("decided_at", Instant),
    Column("recorded_at", Instant, nullable=False),
    Index(None, "organisation_id", "entity_id", "state"),
)
"""Whether a receipt and a record of the books are one cash movement, where that is not certain or a person has spoken.

state: suggested (may be; a look replaces it), same, apart (a person's word: it is not tied nor suggested again).
"""

matches = Table(
    "matches",
    metadata,
    Column("organisation_id", Uuid, primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("entity_id", Uuid, nullable=False),
    Column("receipt_id", Uuid, nullable=False),
    Column("rank", Integer, nullable=False),
    Column("decision", String(10), nullable=False),
    Column("confidence", Float, nullable=False),
    Column("reason", Label, nullable=False),
    Column("reasons", Json, nullable=False),
    Column("state", String(10), nullable=False),
    Column("policy_version", String(40), nullable=False),
    Column("decided_by", Label),
    Column("decided_at", Instant),
    Column("seconded_by", Label),
    Column("seconded_at", Instant),
    Column("batch_id", Uuid),
    Column("evidence", String(60)),
    Column("rivals", Json),
    Column("recorded_at", Instant, nullable=False),
    ForeignKeyConstraint(["organisation_id", "receipt_id"], ["receipts.organisation_id", "receipts.id"]),
    Index(None, "organisation_id", "receipt_id"),
    Index(None, "organisation_id", "state"),
    Index(None, "organisation_id", "batch_id"),
)
"""seconded_by: the second person, where the policy asks for one. batch_id: the act that accepted several at once.

evidence: the class of evidence that it rests on. rivals: the other answers as they stood, and why each lost.
"""

match_lines = Table(
    "match_lines",
    metadata,
    Column("organisation_id", Uuid, primary_key=True),
    Column("match_id", Uuid, primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("document_id", Uuid, nullable=False),
    Column("document_noun", String(20), nullable=False),
    Column("currency", CurrencyCode, nullable=False),
    Column("applied_minor", Minor, nullable=False),
    Column("residual_minor", Minor),
    Column("residual_kind", String(20)),
    ForeignKeyConstraint(["organisation_id", "match_id"], ["matches.organisation_id", "matches.id"]),
    Index(None, "organisation_id", "document_id"),
)

match_states = Table(
    "match_states",
    metadata,
    Column("organisation_id", Uuid, primary_key=True),
    Column("match_id", Uuid, primary_key=True),
    Column("sequence", Integer, primary_key=True),
    Column("state", String(10), nullable=False),
    Column("by", Label, nullable=False),
    Column("reason", Label, nullable=False),
    Column("at", Instant, nullable=False),
    ForeignKeyConstraint(["organisation_id", "match_id"], ["matches.organisation_id", "matches.id"]),
)
"""Every state that a match has had; append-only. `matches.state` is the last of them."""
