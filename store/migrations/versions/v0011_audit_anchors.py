"""anchors of the audit log: how long its chain was, sealed"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import store.types

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_anchors",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", store.types.Instant(timezone=True), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("head", sa.String(length=64), nullable=False),
        sa.Column("made_for", sa.String(length=20), nullable=False),
        sa.Column("accepted", sa.Text(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=16), nullable=False),
        sa.Column("mac", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_audit_anchors_organisation_id_organisations")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "number", name=op.f("pk_audit_anchors")),
    )
    op.add_column("verifications", sa.Column("anchor", store.types.Json(), nullable=True))


def downgrade() -> None:
    op.drop_column("verifications", "anchor")
    op.drop_table("audit_anchors")
