"""policies, replays and what was forgotten; a second person, a batch, evidence and rivals of matches; members that ended"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import store.types

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _policies()
    _replays()
    _forgotten()
    op.add_column("matches", sa.Column("seconded_by", sa.Text(), nullable=True))
    op.add_column("matches", sa.Column("seconded_at", store.types.Instant(timezone=True), nullable=True))
    op.add_column("matches", sa.Column("batch_id", sa.Uuid(), nullable=True))
    op.add_column("matches", sa.Column("evidence", sa.String(length=60), nullable=True))
    op.add_column("matches", sa.Column("rivals", store.types.Json(), nullable=True))
    op.create_index("ix_matches_organisation_id_batch_id", "matches", ["organisation_id", "batch_id"], unique=False)
    op.add_column("memberships", sa.Column("active", sa.Boolean(), nullable=False, server_default=sa.true()))


def _policies() -> None:
    op.create_table(
        "policies",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("choices", store.types.Json(), nullable=False),
        sa.Column("whole", store.types.Json(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", store.types.Instant(timezone=True), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name="fk_policies_organisation_id"),
        sa.PrimaryKeyConstraint("organisation_id", "version", name="pk_policies"),
    )


def _replays() -> None:
    op.create_table(
        "replays",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("asked_at", store.types.Instant(timezone=True), nullable=False),
        sa.Column("ended_at", store.types.Instant(timezone=True), nullable=True),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("rules_digest", sa.String(length=32), nullable=False),
        sa.Column("receipts", sa.Integer(), nullable=False),
        sa.Column("automatic", sa.Integer(), nullable=False),
        sa.Column("progress", sa.Integer(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name="fk_replays_organisation_id"),
        sa.PrimaryKeyConstraint("organisation_id", "id", name="pk_replays"),
    )
    op.create_index("ix_replays_organisation_id_asked_at", "replays", ["organisation_id", "asked_at"], unique=False)
    op.create_table(
        "replay_cases",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("replay_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("evidence", sa.String(length=60), nullable=False),
        sa.Column("verdict", sa.String(length=10), nullable=False),
        sa.Column("receipt_id", sa.Uuid(), nullable=True),
        sa.Column("connection_id", sa.Uuid(), nullable=False),
        sa.Column("external_id", sa.String(length=255), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("payer_name", sa.Text(), nullable=True),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("answer", store.types.Json(), nullable=False),
        sa.Column("truth", store.types.Json(), nullable=False),
        sa.Column("said_by", sa.Text(), nullable=False),
        sa.Column("reasons", store.types.Json(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "replay_id"],
            ["replays.organisation_id", "replays.id"],
            name="fk_replay_cases_organisation_id_replay_id",
        ),
        sa.PrimaryKeyConstraint("organisation_id", "replay_id", "number", name="pk_replay_cases"),
    )
    op.create_index(
        "ix_replay_cases_organisation_id_replay_id_verdict", "replay_cases",
        ["organisation_id", "replay_id", "verdict"], unique=False,
    )  # fmt: skip


def _forgotten() -> None:
    op.create_table(
        "forgotten",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("forgotten_by", sa.Text(), nullable=False),
        sa.Column("forgotten_at", store.types.Instant(timezone=True), nullable=False),
        sa.Column("restored_by", sa.Text(), nullable=True),
        sa.Column("restored_at", store.types.Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name="fk_forgotten_organisation_id"),
        sa.PrimaryKeyConstraint("organisation_id", "id", name="pk_forgotten"),
    )
    op.create_index(
        "ix_forgotten_organisation_id_customer_id", "forgotten", ["organisation_id", "customer_id"], unique=False
    )


def downgrade() -> None:
    # Written out: a table that others refer to cannot be made anew, as Alembic does for SQLite.
    op.execute("ALTER TABLE memberships DROP COLUMN active")
    op.drop_index("ix_matches_organisation_id_batch_id", table_name="matches")
    for column in ("rivals", "evidence", "batch_id", "seconded_at", "seconded_by"):
        op.execute(f"ALTER TABLE matches DROP COLUMN {column}")
    for table in ("forgotten", "replay_cases", "replays", "policies"):
        op.drop_table(table)
