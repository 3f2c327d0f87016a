"""Runs migrations on the connection that store/schema.py hands over."""

from __future__ import annotations

from alembic import context

from store.tables.all import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=False,
)
with context.begin_transaction():
    context.run_migrations()
