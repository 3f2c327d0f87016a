"""kept payloads are compressed before they come; the server stores them as they are"""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _stored("EXTERNAL")


def downgrade() -> None:
    _stored("EXTENDED")


def _stored(how: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"ALTER TABLE records ALTER COLUMN body SET STORAGE {how}")
