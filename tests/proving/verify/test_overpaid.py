"""An overpaid invoice: the ledger's own record of the money comes to nothing beside the overpayment, and is not gone."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.posting.desk import CENTS, desk_over
from posting.rules import Mode
from runtime.proving import verify_connection
from store.database import Database
from tests.store.prepared import sqlite_database, sqlite_template

__all__ = ["sqlite_database", "sqlite_template"]


@pytest.mark.parametrize("provider", ["quickbooks", "xero"])
def test_what_was_posted_with_a_remainder_ties_out(sqlite_database: Database, tmp_path: Path, provider: str) -> None:
    with desk_over(sqlite_database, tmp_path / "home", provider, count=2, customers=2) as desk:
        desk.rules(Mode.AUTOMATIC)
        desk.bank([("Customer 000 Ltd", "INV-1000", CENTS + 335)])
        desk.reconcile()
        assert desk.accept_all() == 1
        assert desk.post().posted == 1
        found = verify_connection(desk.app, desk.organisation_id, desk.connection_id, by="ann@acme.example")
        assert (found.state, found.rows) == ("tied", ())
