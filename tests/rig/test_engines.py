from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from store.database import Database
from tests.rig.engines import share_compiled_statements


def test_two_databases_share_what_is_compiled_and_no_row(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    share_compiled_statements(monkeypatch)
    made = [Database(sqlite_url), Database(f"sqlite+pysqlite:///{tmp_path / 'unmet.db'}")]
    with made[1].write() as connection:
        connection.execute(text("CREATE TABLE names (name TEXT)"))
        connection.execute(text("INSERT INTO names VALUES ('Ann')"))
    made.append(Database(f"sqlite+pysqlite:///{tmp_path / 'third.db'}"))
    assert made[1].engine.dialect is not made[0].engine.dialect, "the first had met no server when the second was made"
    assert made[2].engine.dialect is made[1].engine.dialect
    with made[2].write() as connection:
        connection.execute(text("CREATE TABLE names (name TEXT)"))
        assert connection.execute(text("SELECT name FROM names")).all() == []
    with made[1].read() as connection:
        assert connection.execute(text("SELECT name FROM names")).scalars().all() == ["Ann"]
    for one in made:
        one.close()
