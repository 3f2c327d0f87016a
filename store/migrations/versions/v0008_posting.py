"""the outbox, its rules, verifications and closes"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import store.types

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "post_batches",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("connection_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(length=10), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("method", sa.String(length=8), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("query", store.types.Json(), nullable=False),
        sa.Column("content_type", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("sends", sa.Integer(), nullable=False),
        sa.Column("created_at", store.types.Instant(timezone=True), nullable=False),
        sa.Column("sent_at", store.types.Instant(timezone=True), nullable=True),
        sa.Column("settled_at", store.types.Instant(timezone=True), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_post_batches")),
    )
    op.create_index(
        op.f("ix_post_batches_organisation_id_connection_id_state"),
        "post_batches",
        ["organisation_id", "connection_id", "state"],
        unique=False,
    )
    op.create_table(
        "posting_stops",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("connection_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("stopped", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", store.types.Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "connection_id", "sequence", name=op.f("pk_posting_stops")),
    )
    op.create_table(
        "verifications",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=False),
        sa.Column("connection_id", sa.Uuid(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("started_at", store.types.Instant(timezone=True), nullable=False),
        sa.Column("ended_at", store.types.Instant(timezone=True), nullable=True),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("totals", store.types.Json(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_verifications")),
    )
    op.create_index(
        op.f("ix_verifications_organisation_id_connection_id_started_at"),
        "verifications",
        ["organisation_id", "connection_id", "started_at"],
        unique=False,
    )
    op.create_table(
        "batch_members",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("result", sa.String(length=10), nullable=True),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("sentence", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id", "batch_id"],
            ["post_batches.organisation_id", "post_batches.id"],
            name=op.f("fk_batch_members_organisation_id_batch_id"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "batch_id", "position", name=op.f("pk_batch_members")),
    )
    op.create_index(
        op.f("ix_batch_members_organisation_id_entry_id"),
        "batch_members",
        ["organisation_id", "entry_id"],
        unique=False,
    )
    op.create_table(
        "verification_rows",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("verification_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("check", sa.String(length=30), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("ours_minor", sa.BigInteger(), nullable=True),
        sa.Column("theirs_minor", sa.BigInteger(), nullable=True),
        sa.Column("cause", sa.String(length=30), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("remedy", sa.Text(), nullable=False),
        sa.Column("detail", store.types.Json(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "verification_id"],
            ["verifications.organisation_id", "verifications.id"],
            name=op.f("fk_verification_rows_organisation_id_verification_id"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "verification_id", "position", name=op.f("pk_verification_rows")),
    )
    op.create_table(
        "closes",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=False),
        sa.Column("through", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("pack", store.types.Json(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("prepared_by", sa.Text(), nullable=False),
        sa.Column("prepared_at", store.types.Instant(timezone=True), nullable=False),
        sa.Column("signed_by", sa.Text(), nullable=True),
        sa.Column("signed_at", store.types.Instant(timezone=True), nullable=True),
        sa.Column("reviewed_by", sa.Text(), nullable=True),
        sa.Column("reviewed_at", store.types.Instant(timezone=True), nullable=True),
        sa.Column("reopened_by", sa.Text(), nullable=True),
        sa.Column("reopened_at", store.types.Instant(timezone=True), nullable=True),
        sa.Column("reopened_why", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id", "entity_id"],
            ["entities.organisation_id", "entities.id"],
            name=op.f("fk_closes_organisation_id_entity_id"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_closes")),
    )
    op.create_index(
        op.f("ix_closes_organisation_id_entity_id_through"),
        "closes",
        ["organisation_id", "entity_id", "through"],
        unique=False,
    )
    op.create_table(
        "posting_rules",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("rules", store.types.Json(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", store.types.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "entity_id"],
            ["entities.organisation_id", "entities.id"],
            name=op.f("fk_posting_rules_organisation_id_entity_id"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "entity_id", "version", name=op.f("pk_posting_rules")),
    )
    op.create_table(
        "postings",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=False),
        sa.Column("connection_id", sa.Uuid(), nullable=True),
        sa.Column("cause_kind", sa.String(length=30), nullable=False),
        sa.Column("cause_id", sa.String(length=255), nullable=False),
        sa.Column("match_id", sa.Uuid(), nullable=True),
        sa.Column("receipt_id", sa.Uuid(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("dated_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("remedy", sa.Text(), nullable=True),
        sa.Column("choices", store.types.Json(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", store.types.Instant(timezone=True), nullable=True),
        sa.Column("approved_by", sa.Text(), nullable=False),
        sa.Column("created_at", store.types.Instant(timezone=True), nullable=False),
        sa.Column("updated_at", store.types.Instant(timezone=True), nullable=False),
        sa.Column("posted_at", store.types.Instant(timezone=True), nullable=True),
        sa.Column("rules_version", sa.Integer(), nullable=True),
        sa.Column("batch_id", sa.Uuid(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "entity_id"],
            ["entities.organisation_id", "entities.id"],
            name=op.f("fk_postings_organisation_id_entity_id"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_postings")),
    )
    op.create_index(
        op.f("ix_postings_organisation_id_entity_id_state"),
        "postings",
        ["organisation_id", "entity_id", "state"],
        unique=False,
    )
    op.create_index(
        op.f("ix_postings_organisation_id_match_id"), "postings", ["organisation_id", "match_id"], unique=False
    )
    op.create_index(
        op.f("ix_postings_organisation_id_receipt_id"), "postings", ["organisation_id", "receipt_id"], unique=False
    )
    op.create_index(
        "uq_postings_cause",
        "postings",
        ["organisation_id", "cause_kind", "cause_id"],
        unique=True,
        sqlite_where=sa.text("state NOT IN ('withdrawn', 'undone')"),
        postgresql_where=sa.text("state NOT IN ('withdrawn', 'undone')"),
    )
    op.create_table(
        "close_files",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("close_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("content_type", sa.String(length=80), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "close_id"],
            ["closes.organisation_id", "closes.id"],
            name=op.f("fk_close_files_organisation_id_close_id"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "close_id", "name", name=op.f("pk_close_files")),
    )
    op.create_table(
        "entries",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("posting_id", sa.Uuid(), nullable=False),
        sa.Column("connection_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("write_id", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("body", store.types.Json(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("dated_on", sa.Date(), nullable=False),
        sa.Column("account_external_id", sa.String(length=255), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("record_kind", sa.String(length=40), nullable=True),
        sa.Column("external_id", sa.String(length=255), nullable=True),
        sa.Column("provider_version", sa.Text(), nullable=True),
        sa.Column("standing", store.types.Json(), nullable=True),
        sa.Column("created_at", store.types.Instant(timezone=True), nullable=False),
        sa.Column("updated_at", store.types.Instant(timezone=True), nullable=False),
        sa.Column("posted_at", store.types.Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id", "posting_id"],
            ["postings.organisation_id", "postings.id"],
            name=op.f("fk_entries_organisation_id_posting_id"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_entries")),
    )
    op.create_index(
        op.f("ix_entries_organisation_id_connection_id_record_kind_external_id"),
        "entries",
        ["organisation_id", "connection_id", "record_kind", "external_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_entries_organisation_id_connection_id_state"),
        "entries",
        ["organisation_id", "connection_id", "state"],
        unique=False,
    )
    op.create_index(
        op.f("ix_entries_organisation_id_posting_id"), "entries", ["organisation_id", "posting_id"], unique=False
    )
    op.create_index(
        op.f("ix_entries_organisation_id_write_id"), "entries", ["organisation_id", "write_id"], unique=True
    )
    op.create_table(
        "posting_states",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("posting_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", store.types.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "posting_id"],
            ["postings.organisation_id", "postings.id"],
            name=op.f("fk_posting_states_organisation_id_posting_id"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "posting_id", "sequence", name=op.f("pk_posting_states")),
    )


def downgrade() -> None:
    op.drop_table("posting_states")
    op.drop_index(op.f("ix_entries_organisation_id_write_id"), table_name="entries")
    op.drop_index(op.f("ix_entries_organisation_id_posting_id"), table_name="entries")
    op.drop_index(op.f("ix_entries_organisation_id_connection_id_state"), table_name="entries")
    op.drop_index(op.f("ix_entries_organisation_id_connection_id_record_kind_external_id"), table_name="entries")
    op.drop_table("entries")
    op.drop_table("close_files")
    op.drop_index(
        "uq_postings_cause",
        table_name="postings",
        sqlite_where=sa.text("state NOT IN ('withdrawn', 'undone')"),
        postgresql_where=sa.text("state NOT IN ('withdrawn', 'undone')"),
    )
    op.drop_index(op.f("ix_postings_organisation_id_receipt_id"), table_name="postings")
    op.drop_index(op.f("ix_postings_organisation_id_match_id"), table_name="postings")
    op.drop_index(op.f("ix_postings_organisation_id_entity_id_state"), table_name="postings")
    op.drop_table("postings")
    op.drop_table("posting_rules")
    op.drop_index(op.f("ix_closes_organisation_id_entity_id_through"), table_name="closes")
    op.drop_table("closes")
    op.drop_table("verification_rows")
    op.drop_index(op.f("ix_batch_members_organisation_id_entry_id"), table_name="batch_members")
    op.drop_table("batch_members")
    op.drop_index(op.f("ix_verifications_organisation_id_connection_id_started_at"), table_name="verifications")
    op.drop_table("verifications")
    op.drop_table("posting_stops")
    op.drop_index(op.f("ix_post_batches_organisation_id_connection_id_state"), table_name="post_batches")
    op.drop_table("post_batches")
