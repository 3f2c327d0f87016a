"""Brings a database to the present schema, and tells whether it is there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection

from ledger.faults import BadInput
from store.database import Database
from store.tables.all import metadata

_FOLDER = Path(__file__).parent / "migrations"


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    if connection is not None:
        config.attributes["connection"] = connection
    return config


def upgrade(database: Database, revision: str = "head") -> None:
    """Raises BadInput where the database was made by a later version."""
    try:
        with database.write() as connection:
            command.upgrade(_config(connection), revision)
    except CommandError:
        where = database.url.render_as_string(hide_password=True)
        raise BadInput(
            f"The database at {where} was made by a later version of Tieout; update Tieout, or restore an older copy."
        ) from None


def downgrade(database: Database, revision: str) -> None:
    with database.write() as connection:
        command.downgrade(_config(connection), revision)


def is_current(database: Database) -> bool:
    with database.read() as connection:
        standing = MigrationContext.configure(connection).get_current_revision()
    return standing == ScriptDirectory.from_config(_config()).get_current_head()


def drift(connection: Connection) -> list[Any]:
    """What the tables in code have that the migrated database has not, or the other way round."""
    context = MigrationContext.configure(connection, opts={"compare_type": False})
    return list(compare_metadata(context, metadata))
