"""A site for each test, over a database that stands ready."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from store.database import Database
from tests.store.prepared import database, postgres_database, postgres_template, sqlite_database, sqlite_template
from tests.webapp.site import Site, open_questions, served

__all__ = ["database", "postgres_database", "postgres_template", "sqlite_database", "sqlite_template"]


@pytest.fixture
def site(sqlite_database: Database, tmp_path: Path) -> Iterator[Site]:
    with served(sqlite_database, tmp_path) as made:
        yield made


@pytest.fixture
def busy(database: Database, tmp_path: Path) -> Iterator[Site]:
    """With receipts to decide on, on both databases."""
    with served(database, tmp_path) as made:
        open_questions(made.books)
        yield made
