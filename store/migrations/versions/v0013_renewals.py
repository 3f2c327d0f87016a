"""since when a token set's renewal waits for its answer"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import store.types

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("token_sets", sa.Column("asked_at", store.types.Instant(), nullable=True))


def downgrade() -> None:
    op.drop_column("token_sets", "asked_at")
