"""A copy taken while the database is in use, and the way back; nothing is overwritten unasked."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from ledger.faults import BadInput
from store.backup import backup, restore
from store.database import Database
from store.tenancy import find_organisation
from tests.store.place import NOW, make_place


def _names(database: Database) -> str:
    with database.read() as connection:
        return str(find_organisation(connection, None).name)


def test_a_copy_and_the_way_back(sqlite_database: Database, tmp_path: Path) -> None:
    make_place(sqlite_database, "First")
    copy = tmp_path / "copies" / "one.db"
    with sqlite_database.write():  # somebody is writing meanwhile
        backup(sqlite_database, copy)
    assert copy.stat().st_mode & 0o077 == 0
    make_place(sqlite_database, "Second")
    kept = restore(sqlite_database, copy, now=NOW)
    assert _names(sqlite_database) == "First"
    assert kept is not None
    restore(sqlite_database, kept, now=NOW + timedelta(seconds=1))
    with sqlite_database.read() as connection:
        assert find_organisation(connection, "second").name == "Second"


@pytest.mark.parametrize("page_bytes", [4096, 32_768])
def test_a_copy_with_pages_of_another_size_is_put_back(
    sqlite_database: Database, tmp_path: Path, page_bytes: int
) -> None:
    """As an older version made them."""
    make_place(sqlite_database, "First")
    copy = tmp_path / "old.db"
    with closing(sqlite3.connect(str(sqlite_database.url.database))) as own:
        own.execute(f"PRAGMA page_size={page_bytes}")
        own.execute("VACUUM INTO ?", (str(copy),))
    make_place(sqlite_database, "Second")
    restore(sqlite_database, copy, now=NOW)
    assert _names(sqlite_database) == "First"
    other = Database(f"sqlite+pysqlite:///{tmp_path}/new/own.db")
    restore(other, copy, now=NOW)
    assert _names(other) == "First"
    other.close()
    assert not list(tmp_path.rglob(".restore-*"))


def test_a_file_that_stands_is_not_overwritten(sqlite_database: Database, tmp_path: Path) -> None:
    (tmp_path / "one.db").write_bytes(b"mine")
    with pytest.raises(BadInput, match="exists already"):
        backup(sqlite_database, tmp_path / "one.db")


def test_what_is_no_copy_is_not_restored(sqlite_database: Database, tmp_path: Path) -> None:
    make_place(sqlite_database, "First")
    (tmp_path / "odd.db").write_bytes(b"no database at all, only words" * 100)
    with pytest.raises(BadInput, match="no copy of a Tieout database"):
        restore(sqlite_database, tmp_path / "odd.db", now=NOW)
    with pytest.raises(BadInput, match="does not exist"):
        restore(sqlite_database, tmp_path / "none.db", now=NOW)
    assert _names(sqlite_database) == "First"
