"""A processor's money on its way into the books: what covers each part of it, and what people said that it is."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKeyConstraint, Index, Integer, String, Table, Uuid, text

from store.tables.base import metadata
from store.types import CurrencyCode, Instant, Json, Label, Minor

_COVERS = text("released_at IS NULL")

posting_parts = Table(
    "posting_parts",
    metadata,
    Column("organisation_id", Uuid, primary_key=True),
    Column("posting_id", Uuid, primary_key=True),
    Column("transaction_id", Uuid, primary_key=True),
    Column("part", String(8), primary_key=True),
    Column("currency", CurrencyCode, nullable=False),
    Column("amount_minor", Minor, nullable=False),
    Column("released_at", Instant),
    ForeignKeyConstraint(["organisation_id", "posting_id"], ["postings.organisation_id", "postings.id"]),
    Index(
        "uq_posting_parts_transaction",
        "organisation_id",
        "transaction_id",
        "part",
        unique=True,
        sqlite_where=_COVERS,
        postgresql_where=_COVERS,
    ),
)
"""Which part of which balance transaction a posting puts into the books: gross or fee, signed as it moves the balance.

No part is covered twice: a second posting of it cannot be written down. released_at: its posting was withdrawn or undone.
What pays a receivable is covered by its match instead.
"""

treatments = Table(
    "treatments",
    metadata,
    Column("organisation_id", Uuid, primary_key=True),
    Column("transaction_id", Uuid, primary_key=True),
    Column("sequence", Integer, primary_key=True),
    Column("treatment", String(30), nullable=False),
    Column("choices", Json, nullable=False),
    Column("note", Label, nullable=False),
    Column("said_by", Label, nullable=False),
    Column("said_at", Instant, nullable=False),
)
"""A person's word on what a balance transaction is (ledger.balance.Treatment), append-only; the last one is true.

choices: what goes with it (customer, account, tax_code, the end of a lost dispute).
"""
