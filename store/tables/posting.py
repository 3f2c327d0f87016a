"""The outbox: what is to stand in the books, the records it comes to, and the stored calls that write them."""

from __future__ import annotations

from sqlalchemy import Column, Date, ForeignKeyConstraint, Index, Integer, String, Table, Uuid, text

from store.tables.base import metadata
from store.types import Blob, CurrencyCode, ExternalId, Instant, Json, Label, Minor

_STANDS = text("state NOT IN ('withdrawn', 'undone')")

postings = Table(
    "postings",
    metadata,
    Column("organisation_id", Uuid, primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("entity_id", Uuid, nullable=False),
    Column("connection_id", Uuid),
    Column("cause_kind", String(30), nullable=False),
    Column("cause_id", ExternalId, nullable=False),
    Column("match_id", Uuid),
    Column("receipt_id", Uuid),
    Column("currency", CurrencyCode, nullable=False),
    Column("amount_minor", Minor, nullable=False),
    Column("dated_on", Date, nullable=False),
    Column("state", String(12), nullable=False),
    Column("code", Label),
    Column("reason", Label),
    Column("remedy", Label),
    Column("choices", Json, nullable=False, default=dict),
    Column("attempts", Integer, nullable=False, default=0),
    Column("due_at", Instant),
    Column("approved_by", Label, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("posted_at", Instant),
    Column("rules_version", Integer),
    Column("batch_id", Uuid),
    Column("revision", Integer, nullable=False, default=1),
    ForeignKeyConstraint(["organisation_id", "entity_id"], ["entities.organisation_id", "entities.id"]),
    Index(None, "organisation_id", "entity_id", "state"),
    Index(
        "uq_postings_cause",
        "organisation_id",
        "cause_kind",
        "cause_id",
        unique=True,
        sqlite_where=_STANDS,
        postgresql_where=_STANDS,
    ),
    Index(None, "organisation_id", "match_id"),
    Index(None, "organisation_id", "receipt_id"),
    Index("ix_postings_sums", "organisation_id", "state", "connection_id", "currency", "amount_minor"),
    Index("ix_postings_by_day", "organisation_id", "state", "dated_on", "id"),
    Index("ix_postings_by_posted", "organisation_id", "state", "posted_at", "id"),
)
"""One thing that somebody decided shall stand in the books, once: an approved match, a balance transaction, a payout.

connection_id: the books it goes to. cause_kind: match, balance_transaction, payout, payout_fees, write_off, allocation,
reversal. state: ready (decided, nothing written), posting, posted, failed, given_up, undoing, undone, found (it stood
already, nothing was written), withdrawn (the decision was taken back first). code, reason, remedy: why it waits or
failed, for a person. choices: what a person said for this one (another date, an account). batch_id: the act that asked
for several at once. One cause has one posting that stands: a second one cannot be written down.
"""

entries = Table(
    "entries",
    metadata,
    Column("organisation_id", Uuid, primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("posting_id", Uuid, nullable=False),
    Column("connection_id", Uuid, nullable=False),
    Column("position", Integer, nullable=False),
    Column("write_id", String(16), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("body", Json, nullable=False),
    Column("currency", CurrencyCode, nullable=False),
    Column("amount_minor", Minor, nullable=False),
    Column("dated_on", Date, nullable=False),
    Column("account_external_id", ExternalId),
    Column("state", String(12), nullable=False),
    Column("code", Label),
    Column("reason", Label),
    Column("record_kind", String(40)),
    Column("external_id", ExternalId),
    Column("provider_version", Label),
    Column("standing", Json),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("posted_at", Instant),
    ForeignKeyConstraint(["organisation_id", "posting_id"], ["postings.organisation_id", "postings.id"]),
    Index(None, "organisation_id", "posting_id"),
    Index(None, "organisation_id", "write_id", unique=True),
    Index(None, "organisation_id", "connection_id", "record_kind", "external_id"),
    Index(None, "organisation_id", "connection_id", "state"),
)
"""One record of the books each. state: waiting, sent (in a stored call without an answer), unknown (to be looked up),
posted, refused, ending, ended. body: the ledger.entry.Entry; standing: what was read back (connectors.writing.Standing).
"""

post_batches = Table(
    "post_batches",
    metadata,
    Column("organisation_id", Uuid, primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("connection_id", Uuid, nullable=False),
    Column("purpose", String(10), nullable=False),
    Column("key", String(64), nullable=False),
    Column("method", String(8), nullable=False),
    Column("path", Label, nullable=False),
    Column("query", Json, nullable=False),
    Column("content_type", Label, nullable=False),
    Column("body", Blob, nullable=False),
    Column("state", String(10), nullable=False),
    Column("sends", Integer, nullable=False, default=0),
    Column("created_at", Instant, nullable=False),
    Column("sent_at", Instant),
    Column("settled_at", Instant),
    Column("problem", Label),
    Index(None, "organisation_id", "connection_id", "state"),
)
"""A call, stored before it is sent and never changed. purpose: post, end. state: stored, sent, settled."""

batch_members = Table(
    "batch_members",
    metadata,
    Column("organisation_id", Uuid, primary_key=True),
    Column("batch_id", Uuid, primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("entry_id", Uuid, nullable=False),
    Column("result", String(10)),
    Column("code", Label),
    Column("sentence", Label),
    ForeignKeyConstraint(["organisation_id", "batch_id"], ["post_batches.organisation_id", "post_batches.id"]),
    Index(None, "organisation_id", "entry_id"),
)

posting_states = Table(
    "posting_states",
    metadata,
    Column("organisation_id", Uuid, primary_key=True),
    Column("posting_id", Uuid, primary_key=True),
    Column("sequence", Integer, primary_key=True),
    Column("state", String(12), nullable=False),
    Column("by", Label, nullable=False),
    Column("reason", Label, nullable=False),
    Column("at", Instant, nullable=False),
    ForeignKeyConstraint(["organisation_id", "posting_id"], ["postings.organisation_id", "postings.id"]),
    Index(None, "organisation_id", "at"),
)
"""Every state that a posting has had; append-only. `postings.state` is the last of them."""

posting_rules = Table(
    "posting_rules",
    metadata,
    Column("organisation_id", Uuid, primary_key=True),
    Column("entity_id", Uuid, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("rules", Json, nullable=False),
    Column("note", Label, nullable=False),
    Column("made_by", Label, nullable=False),
    Column("made_at", Instant, nullable=False),
    ForeignKeyConstraint(["organisation_id", "entity_id"], ["entities.organisation_id", "entities.id"]),
)
"""An entity's rules of posting (posting/rules.py), append-only; none: nothing is written to its books."""

posting_stops = Table(
    "posting_stops",
    metadata,
    Column("organisation_id", Uuid, primary_key=True),
    Column("connection_id", Uuid, primary_key=True),
    Column("sequence", Integer, primary_key=True),
    Column("stopped", String(10), nullable=False),
    Column("reason", Label, nullable=False),
    Column("by", Label, nullable=False),
    Column("at", Instant, nullable=False),
)
"""The kill switch and the pauses after a storm of failures, append-only; the last row of a connection is true.

stopped: no, person, storm, poster (another app books the same).
"""
