"""`tieout db`: the schema, and a copy of the embedded database."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from cli.group import group
from cli.opened import open_app
from ledger.faults import BadInput
from runtime.anchoring import after_restore
from runtime.settings import Settings
from runtime.wiring import App
from store import schema
from store.backup import backup as copy_database
from store.backup import restore as put_back

app = group("The database: bring it up to date, copy it, put a copy back.")


@app.command()
def upgrade() -> None:
    """Bring the database to the schema of this version."""
    parts = App.build(Settings.load())
    schema.upgrade(parts.database)
    print("The database is up to date.")


@app.command()
def backup(
    out: Annotated[Path | None, typer.Argument(help="File to write; beside the database without it.")] = None,
) -> None:
    """Copy the embedded database to a file, while everything runs on. Tokens in it stay sealed."""
    parts = open_app()
    if not parts.database.is_sqlite:
        raise BadInput("This database is PostgreSQL; back it up with pg_dump, which does it best.")
    path = out or parts.settings.home / f"tieout-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.db"
    copy_database(parts.database, path)
    print(path)


@app.command()
def restore(source: Annotated[Path, typer.Argument(help="A file that `tieout db backup` wrote.")]) -> None:
    """Put a copy back; what stood there is kept beside it."""
    settings = Settings.load()
    parts = App.build(settings)
    if not parts.database.is_sqlite:
        raise BadInput("This database is PostgreSQL; restore it with pg_restore.")
    kept = put_back(parts.database, source, now=datetime.now(UTC))
    schema.upgrade(parts.database)
    lacking = after_restore(parts, f"{source.name} was put back by `tieout db restore`.")
    print(f"Restored from {source}; what stood there is kept as {kept}." if kept else f"Restored from {source}.")
    for words in lacking:
        print(words)
