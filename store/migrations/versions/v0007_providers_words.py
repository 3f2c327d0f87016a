"""providers' own words have no length: a status that nobody has seen yet must not cost the page it is on"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

COLUMNS = (
    ("versions", "status", 20, True),
    ("versions", "provider_version", 64, False),
    ("records", "version", 64, False),
    ("inbox", "type", 80, True),
    ("receipts", "method", 40, True),
)


def upgrade() -> None:
    for table, column, length, nullable in COLUMNS:
        _change(table, column, sa.String(length), sa.Text(), nullable=nullable)


def downgrade() -> None:
    for table, column, length, nullable in reversed(COLUMNS):
        _change(table, column, sa.Text(), sa.String(length), nullable=nullable)


def _change(table: str, column: str, old: sa.String, new: sa.String, *, nullable: bool) -> None:
    """SQLite keeps no lengths: there is nothing to change, and a large table need not be copied."""
    if op.get_bind().dialect.name == "postgresql":
        cut = f"left({column}, {new.length})" if new.length else column
        op.alter_column(table, column, existing_type=old, type_=new, existing_nullable=nullable, postgresql_using=cut)
