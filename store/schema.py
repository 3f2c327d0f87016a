"""Brings a database to the present schema, and tells whether it is there.

Alembic is imported where it migrates: it takes as long to import as the rest of the store, and every start of every
command asks whether the schema is current.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Connection, column, inspect, select, table

from ledger.faults import BadInput
from store.database import Database
from store.tables.all import metadata

if TYPE_CHECKING:
    from alembic.config import Config

_FOLDER: Final = Path(__file__).parent / "migrations"
_STANDING: Final = table("alembic_version", column("version_num"))


def _config(connection: Connection | None = None) -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    if connection is not None:
        config.attributes["connection"] = connection
    return config


def upgrade(database: Database, revision: str = "head") -> None:
    """Raises BadInput where the database was made by a later version."""
    from alembic import command
    from alembic.util import CommandError

    try:
        with database.write() as connection:
            command.upgrade(_config(connection), revision)
    except CommandError:
        where = database.url.render_as_string(hide_password=True)
        raise BadInput(
            f"The database at {where} was made by a later version of Tieout; update Tieout, or restore an older copy."
        ) from None


def downgrade(database: Database, revision: str) -> None:
    from alembic import command

    with database.write() as connection:
        command.downgrade(_config(connection), revision)


@cache
def head() -> str:
    """The present revision: the number of the newest step, by which its file is named."""
    return max(path.stem[1:].partition("_")[0] for path in (_FOLDER / "versions").glob("v[0-9]*.py"))


def is_current(database: Database) -> bool:
    with database.read() as connection:
        if not inspect(connection).has_table(_STANDING.name):
            return False
        return list(connection.execute(select(_STANDING.c.version_num)).scalars()) == [head()]


def drift(connection: Connection) -> list[Any]:
    """What the tables in code have that the migrated database has not, or the other way round."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    context = MigrationContext.configure(connection, opts={"compare_type": False})
    return list(compare_metadata(context, metadata))
