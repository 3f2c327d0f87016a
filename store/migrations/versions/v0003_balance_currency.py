"""a balance has a currency of its own: a customer billed in dollars may be owed for in pounds"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("accounts", "customers"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(sa.Column("balance_currency", sa.String(length=3), nullable=True))


def downgrade() -> None:
    for table in ("accounts", "customers"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_column("balance_currency")
