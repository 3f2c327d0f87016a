"""indexes for lists of postings: counted, summed and paged where there are very many"""

from __future__ import annotations

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_postings_sums", "postings", ["organisation_id", "state", "connection_id", "currency", "amount_minor"]
    )
    op.create_index("ix_postings_by_day", "postings", ["organisation_id", "state", "dated_on", "id"])
    op.create_index("ix_postings_by_posted", "postings", ["organisation_id", "state", "posted_at", "id"])
    op.create_index(op.f("ix_posting_states_organisation_id_at"), "posting_states", ["organisation_id", "at"])


def downgrade() -> None:
    op.drop_index(op.f("ix_posting_states_organisation_id_at"), "posting_states")
    op.drop_index("ix_postings_by_posted", "postings")
    op.drop_index("ix_postings_by_day", "postings")
    op.drop_index("ix_postings_sums", "postings")
