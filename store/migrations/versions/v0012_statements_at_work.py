"""imports of bank statements that a worker takes in: what was chosen, how far it is, what went wrong"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import store.types

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("statement_imports", sa.Column("work", store.types.Json(), nullable=True))


def downgrade() -> None:
    op.drop_column("statement_imports", "work")
