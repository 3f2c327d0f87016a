"""receipts and records of the books that may be, are, or are not the same cash"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import store.types

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "recordings",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("receipt_id", sa.Uuid(), nullable=False),
        sa.Column("connection_id", sa.Uuid(), nullable=False),
        sa.Column("record_kind", sa.String(length=40), nullable=False),
        sa.Column("external_id", sa.String(length=255), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decided_at", store.types.Instant(timezone=True), nullable=True),
        sa.Column("recorded_at", store.types.Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint(
            "organisation_id", "receipt_id", "connection_id", "record_kind", "external_id", name="pk_recordings"
        ),
    )
    op.create_index(
        "ix_recordings_organisation_id_entity_id_state",
        "recordings",
        ["organisation_id", "entity_id", "state"],
        unique=False,
    )


def downgrade() -> None:
    op.drop_table("recordings")
