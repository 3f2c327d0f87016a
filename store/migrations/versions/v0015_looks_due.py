"""whether what came from a connection has been settled and matched"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import store.types

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("connections", sa.Column("look_due_at", store.types.Instant(), nullable=True))


def downgrade() -> None:
    op.drop_column("connections", "look_due_at")
