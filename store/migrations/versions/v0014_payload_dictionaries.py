"""dictionaries that kept payloads are compressed with"""

from __future__ import annotations

import sqlalchemy as sa
import zstandard
from alembic import op

import store.types

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_AT_ONCE = 500


def upgrade() -> None:
    op.create_table(
        "payload_dictionaries",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("connection_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", store.types.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "connection_id", "number", name=op.f("pk_payload_dictionaries")),
    )


def downgrade() -> None:
    """What was compressed with a dictionary is compressed without: it could not be read any more."""
    bind = op.get_bind()
    names = ("organisation_id", "connection_id", "kind", "external_id", "codec", "body")
    records = sa.table("records", *(sa.column(name) for name in names))
    key = [records.c[name] for name in names[:4]]
    held = bind.execute(sa.text("SELECT organisation_id, connection_id, number, content FROM payload_dictionaries"))
    known = {tuple(row[:3]): zstandard.ZstdCompressionDict(row[3]) for row in held}
    pack = zstandard.ZstdCompressor(level=1).compress
    query = sa.select(*key, records.c.body).where(records.c.codec == "zstd1d").limit(_AT_ONCE)
    change = (
        records.update()
        .where(*(column == sa.bindparam(f"own_{column.name}") for column in key))
        .values(codec="zstd1", body=sa.bindparam("plain"))
    )
    while rows := bind.execute(query).all():
        changed = []
        for *own, body in rows:
            number = zstandard.get_frame_parameters(body).dict_id
            plain = zstandard.ZstdDecompressor(dict_data=known[*own[:2], number]).decompress(body)
            changed.append(
                {f"own_{name}": part for name, part in zip(names, own, strict=False)} | {"plain": pack(plain)}
            )
        bind.execute(change, changed)
    op.drop_table("payload_dictionaries")
