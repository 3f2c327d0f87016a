"""calls by day, the numbers of webhooks; when a connection failed, until when it is parked, what it has to catch up"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import store.types

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_MOMENTS = ("last_failed_at", "parked_until", "catch_up_at", "rechecked_at")


def upgrade() -> None:
    for name in _MOMENTS:
        op.add_column("connections", sa.Column(name, store.types.Instant(timezone=True), nullable=True))
    op.add_column("connections", sa.Column("last_failure", sa.Text(), nullable=True))
    op.create_table(
        "call_counts",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("connection_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("provider", sa.String(length=20), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("told", store.types.Json(), nullable=False),
        sa.Column("updated_at", store.types.Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "connection_id", "day", name="pk_call_counts"),
    )
    op.create_index("ix_call_counts_organisation_id_day", "call_counts", ["organisation_id", "day"], unique=False)
    op.create_table(
        "webhook_sequences",
        sa.Column("provider", sa.String(length=20), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.Column("heard_at", store.types.Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("provider", name="pk_webhook_sequences"),
    )


def downgrade() -> None:
    op.drop_table("webhook_sequences")
    op.drop_index("ix_call_counts_organisation_id_day", table_name="call_counts")
    op.drop_table("call_counts")
    op.drop_column("connections", "last_failure")
    for name in reversed(_MOMENTS):
        op.drop_column("connections", name)
