"""which posting covers which part of a balance transaction, and what people said that one is"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import store.types

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "treatments",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("transaction_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("treatment", sa.String(length=30), nullable=False),
        sa.Column("choices", store.types.Json(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("said_by", sa.Text(), nullable=False),
        sa.Column("said_at", store.types.Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "transaction_id", "sequence", name=op.f("pk_treatments")),
    )
    op.create_table(
        "posting_parts",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("posting_id", sa.Uuid(), nullable=False),
        sa.Column("transaction_id", sa.Uuid(), nullable=False),
        sa.Column("part", sa.String(length=8), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("released_at", store.types.Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id", "posting_id"],
            ["postings.organisation_id", "postings.id"],
            name=op.f("fk_posting_parts_organisation_id_posting_id_postings"),
        ),
        sa.PrimaryKeyConstraint(
            "organisation_id", "posting_id", "transaction_id", "part", name=op.f("pk_posting_parts")
        ),
    )
    op.create_index(
        "uq_posting_parts_transaction",
        "posting_parts",
        ["organisation_id", "transaction_id", "part"],
        unique=True,
        sqlite_where=sa.text("released_at IS NULL"),
        postgresql_where=sa.text("released_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_table("posting_parts")
    op.drop_table("treatments")
