"""bank statements: imports, the statements in them, what they list, and layouts of CSV; a bank line's other side"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import store.types

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_OF_BANK_ENTRIES = ("value_on", "counterparty", "counterparty_account", "bank_reference")
_OF_ENTITY = ("entities.organisation_id", "entities.id")
_OF_IMPORT = ("statement_imports.organisation_id", "statement_imports.id")


def upgrade() -> None:
    op.add_column("bank_entries", sa.Column("value_on", sa.Date(), nullable=True))
    for name in _OF_BANK_ENTRIES[1:]:
        op.add_column("bank_entries", sa.Column(name, sa.Text(), nullable=True))
    _imports()
    _sheets()
    _listings()
    op.create_table(
        "statement_layouts",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("connection_id", sa.Uuid(), nullable=False),
        sa.Column("heading", sa.String(length=64), nullable=False),
        sa.Column("layout", store.types.Json(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", store.types.Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "connection_id", "heading", name="pk_statement_layouts"),
    )


def _imports() -> None:
    op.create_table(
        "statement_imports",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("file_bytes", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("format", sa.String(length=20), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("lines_new", sa.Integer(), nullable=False),
        sa.Column("lines_known", sa.Integer(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", store.types.Instant(timezone=True), nullable=False),
        sa.Column("undone_by", sa.Text(), nullable=True),
        sa.Column("undone_at", store.types.Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id", "entity_id"], list(_OF_ENTITY), name="fk_statement_imports_organisation_id_entity_id"
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name="pk_statement_imports"),
    )
    op.create_index("ix_statement_imports_organisation_id_at", "statement_imports", ["organisation_id", "at"])


def _sheets() -> None:
    op.create_table(
        "statement_sheets",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("connection_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=True),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.Column("opening_minor", sa.BigInteger(), nullable=True),
        sa.Column("closing_minor", sa.BigInteger(), nullable=True),
        sa.Column("sum_minor", sa.BigInteger(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("pending", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "import_id"], list(_OF_IMPORT), name="fk_statement_sheets_organisation_id_import_id"
        ),
        sa.PrimaryKeyConstraint("organisation_id", "import_id", "position", name="pk_statement_sheets"),
    )
    op.create_index(
        "ix_statement_sheets_organisation_id_connection_id_first_on",
        "statement_sheets",
        ["organisation_id", "connection_id", "first_on"],
    )


def _listings() -> None:
    op.create_table(
        "statement_listings",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("sheet", sa.Integer(), nullable=False),
        sa.Column("connection_id", sa.Uuid(), nullable=False),
        sa.Column("external_id", sa.String(length=255), nullable=False),
        sa.Column("format", sa.String(length=20), nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.String(length=32), nullable=False),
        sa.Column("bank_reference", sa.Text(), nullable=False),
        sa.Column("balance_minor", sa.BigInteger(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "import_id"], list(_OF_IMPORT), name="fk_statement_listings_organisation_id_import_id"
        ),
        sa.PrimaryKeyConstraint("organisation_id", "import_id", "position", name="pk_statement_listings"),
    )
    for column in ("booked_on", "external_id"):
        op.create_index(
            f"ix_statement_listings_organisation_id_connection_id_{column}",
            "statement_listings",
            ["organisation_id", "connection_id", column],
        )


def downgrade() -> None:
    for table in ("statement_layouts", "statement_listings", "statement_sheets", "statement_imports"):
        op.drop_table(table)
    with op.batch_alter_table("bank_entries") as batch:
        for name in _OF_BANK_ENTRIES:
            batch.drop_column(name)
