"""Imported bank statements: the files, the statements in them, which line each lists, and how an account's CSV reads."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Date, ForeignKeyConstraint, Index, Integer, String, Table, Uuid

from store.tables.base import metadata
from store.types import Blob, CurrencyCode, ExternalId, Instant, Json, Label, Minor

statement_imports = Table(
    "statement_imports",
    metadata,
    Column("organisation_id", Uuid, primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("entity_id", Uuid, nullable=False),
    Column("state", String(10), nullable=False),
    Column("file_name", Label, nullable=False),
    Column("file_bytes", BigInteger, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("format", String(20), nullable=False),
    Column("body", Blob),
    Column("lines_new", Integer, nullable=False),
    Column("lines_known", Integer, nullable=False),
    Column("by", Label, nullable=False),
    Column("at", Instant, nullable=False),
    Column("undone_by", Label),
    Column("undone_at", Instant),
    Column("work", Json),
    ForeignKeyConstraint(["organisation_id", "entity_id"], ["entities.organisation_id", "entities.id"]),
    Index(None, "organisation_id", "at"),
)
"""state: waiting (uploaded, to be confirmed; `body` is the file, zstandard), importing (a worker's), done, undone. work: of a
large file, what was chosen of it, the stage it is in, and why it was refused."""

statement_sheets = Table(
    "statement_sheets",
    metadata,
    Column("organisation_id", Uuid, primary_key=True),
    Column("import_id", Uuid, primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("connection_id", Uuid, nullable=False),
    Column("number", Label, nullable=False),
    Column("currency", CurrencyCode, nullable=False),
    Column("first_on", Date),
    Column("last_on", Date),
    Column("opening_minor", Minor),
    Column("closing_minor", Minor),
    Column("sum_minor", Minor, nullable=False),
    Column("lines", Integer, nullable=False),
    Column("pending", Integer, nullable=False),
    ForeignKeyConstraint(
        ["organisation_id", "import_id"], ["statement_imports.organisation_id", "statement_imports.id"]
    ),
    Index(None, "organisation_id", "connection_id", "first_on"),
)
"""One statement of a file. sum: of its booked lines; opening and closing stand where the bank tells them."""

statement_listings = Table(
    "statement_listings",
    metadata,
    Column("organisation_id", Uuid, primary_key=True),
    Column("import_id", Uuid, primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("sheet", Integer, nullable=False),
    Column("connection_id", Uuid, nullable=False),
    Column("external_id", ExternalId, nullable=False),
    Column("format", String(20), nullable=False),
    Column("booked_on", Date, nullable=False),
    Column("amount_minor", Minor, nullable=False),
    Column("content", String(32), nullable=False),
    Column("bank_reference", Label, nullable=False),
    Column("balance_minor", Minor),
    Column("words", Label, nullable=False),
    ForeignKeyConstraint(
        ["organisation_id", "import_id"], ["statement_imports.organisation_id", "statement_imports.id"]
    ),
    Index(None, "organisation_id", "connection_id", "booked_on"),
    Index(None, "organisation_id", "connection_id", "external_id"),
)
"""Each booked line of each import, as that file tells it: by these a later file's lines are known again.

external_id: the line's record. content: digest of all that the format tells of it. balance: the account's behind it.
words: name and text, folded, for comparing with another format's.
"""

statement_layouts = Table(
    "statement_layouts",
    metadata,
    Column("organisation_id", Uuid, primary_key=True),
    Column("connection_id", Uuid, primary_key=True),
    Column("heading", String(64), primary_key=True),
    Column("layout", Json, nullable=False),
    Column("by", Label, nullable=False),
    Column("at", Instant, nullable=False),
)
"""What a person confirmed of how an account's CSV reads; heading: digest of the file's header row."""
