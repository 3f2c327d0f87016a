"""A ledger with what was posted to it, on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.posting.desk import Desk, desk_over, paid_by_bank
from store.database import Database
from tests.store.prepared import database, postgres_database, postgres_template, sqlite_database, sqlite_template

__all__ = ["database", "postgres_database", "postgres_template", "sqlite_database", "sqlite_template"]


@pytest.fixture(params=["quickbooks", "xero"])
def posted(request: pytest.FixtureRequest, database: Database, tmp_path: Path) -> Iterator[Desk]:
    """Three bank lines that pay an invoice each, accepted, posted and read back."""
    with desk_over(database, tmp_path / "home", request.param, count=12, customers=4) as desk:
        desk.rules()
        paid_by_bank(desk, range(3), customers=4)
        desk.reconcile()
        assert desk.accept_all() == 3
        desk.ask()
        assert desk.post().posted == 3
        yield desk
