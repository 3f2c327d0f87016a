"""The rig's databases are real and each test's own."""

from __future__ import annotations

import psycopg
import sqlalchemy
from sqlalchemy import text


def test_a_table_is_written_and_read_back(database_url: str) -> None:
    engine = sqlalchemy.create_engine(database_url)
    with engine.begin() as link:
        link.execute(text("CREATE TABLE receipt (id INTEGER PRIMARY KEY, amount_minor BIGINT NOT NULL)"))
        link.execute(text("INSERT INTO receipt VALUES (1, 1250)"))
    with engine.begin() as link:
        assert link.execute(text("SELECT amount_minor FROM receipt")).scalar_one() == 1250
    engine.dispose()


def test_a_fresh_database_holds_no_table(database_url: str) -> None:
    engine = sqlalchemy.create_engine(database_url)
    assert sqlalchemy.inspect(engine).get_table_names() == []
    engine.dispose()


def test_the_server_is_postgresql(postgres_url: str) -> None:
    with psycopg.connect(postgres_url.replace("+psycopg", "")) as link:
        version = link.execute("SHOW server_version_num").fetchone()
    assert version is not None
    assert int(version[0]) >= 160000
