"""Databases that stand ready, and a ledger with open invoices connected to one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.posting.desk import Desk, desk_over
from store.database import Database
from tests.store.prepared import database, postgres_database, postgres_template, sqlite_database, sqlite_template

__all__ = ["database", "postgres_database", "postgres_template", "sqlite_database", "sqlite_template"]


@pytest.fixture(params=["quickbooks", "xero"])
def desk(request: pytest.FixtureRequest, sqlite_database: Database, tmp_path: Path) -> Iterator[Desk]:
    """Each ledger, over SQLite, with 40 open invoices."""
    with desk_over(sqlite_database, tmp_path / "home", request.param, count=40, customers=8) as made:
        yield made


@pytest.fixture(params=["quickbooks", "xero"])
def many(request: pytest.FixtureRequest, sqlite_database: Database, tmp_path: Path) -> Iterator[Desk]:
    """As `desk`, with invoices for several calls."""
    with desk_over(sqlite_database, tmp_path / "home", request.param, count=130, customers=8) as made:
        yield made
