"""Migrations go up, down and up again, and end where the tables in code are; every tenant's key begins with its owner."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from runtime.settings import ROOT
from store import schema
from store.database import Database
from store.tables.all import metadata

# Not of one organisation: who they are about is known later, or they are about people, who may belong to several.
NO_TENANT = {
    "practices": "above organisations",
    "organisations": "the organisation itself",
    "inbox": "kept before anybody knows whose it is",
    "people": "belong to any number of organisations",
    "sign_in_links": "of a person",
    "sessions": "of a person",
    "webhook_sequences": "an app's events are counted over all its companies",
}


def test_up_down_and_up_again(database_url: str) -> None:
    database = Database(database_url)
    assert not schema.is_current(database)
    schema.upgrade(database)
    assert schema.is_current(database)
    first = _tables(database)
    schema.downgrade(database, "base")
    assert not schema.is_current(database)
    assert _tables(database) <= {"alembic_version"}
    schema.upgrade(database)
    assert schema.is_current(database)
    assert _tables(database) == first
    with database.read() as connection:
        assert schema.drift(connection) == []
    schema.upgrade(database)  # nothing to do
    database.close()


def test_the_newest_step_is_known_by_its_files_name() -> None:
    scripts = ScriptDirectory.from_config(schema._config())
    assert schema.head() == scripts.get_current_head()
    assert all(Path(step.path).stem.startswith(f"v{step.revision}_") for step in scripts.walk_revisions())


def test_alembic_is_imported_only_to_migrate() -> None:
    """Each start of a command asks whether the schema is current."""
    code = "import sys, cli.opened; sys.exit('alembic' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def _tables(database: Database) -> set[str]:
    with database.read() as connection:
        return set(inspect(connection).get_table_names())


def test_every_tenants_key_begins_with_its_organisation() -> None:
    for table in metadata.tables.values():
        if table.name in NO_TENANT:
            continue
        assert next(iter(table.primary_key)).name == "organisation_id", table.name
        for index in table.indexes:
            assert next(iter(index.columns)).name == "organisation_id" or table.name == "connections", index.name


def test_the_exceptions_are_tables_that_exist() -> None:
    assert set(NO_TENANT) <= set(metadata.tables)


def test_no_pulled_table_has_a_foreign_key_to_another() -> None:
    from store.tables.pulled import NOUNS

    assert not any(noun.table.foreign_keys for noun in NOUNS)
