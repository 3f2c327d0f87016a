"""Health checks against real and absent servers."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from runtime.health import check_all, check_database, check_home, check_queue
from runtime.settings import Settings
from store import schema
from store.database import Database


def settings(home: Path, **environ: str) -> Settings:
    return Settings.load(environ={f"TIEOUT_{name}": value for name, value in environ.items()}, home=home)


@contextmanager
def closed_port() -> Iterator[int]:
    """Nobody listens there, and nobody else may while it is held."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


def test_a_fresh_home_is_well(tmp_path: Path) -> None:
    assert [check.name for check in check_all(settings(tmp_path))] == ["versions", "home", "database", "queue"]
    assert all(check.is_well for check in check_all(settings(tmp_path)))
    assert not (tmp_path / "tieout.db").exists()


def test_a_database_without_our_schema_asks_for_a_person(tmp_path: Path, database_url: str) -> None:
    database = Database(database_url)
    with database.read():
        pass
    database.close()
    check = check_database(settings(tmp_path, DATABASE_URL=database_url))
    assert check.exit_status == 1
    assert "tieout db upgrade" in check.detail


def test_a_database_at_the_present_schema_is_well(tmp_path: Path, database_url: str) -> None:
    database = Database(database_url)
    schema.upgrade(database)
    database.close()
    assert check_database(settings(tmp_path, DATABASE_URL=database_url)).is_well


def test_a_database_that_does_not_answer_is_down_and_its_password_unseen(tmp_path: Path) -> None:
    with closed_port() as port:
        url = f"postgresql://me:hidden@127.0.0.1:{port}/tieout"
        check = check_database(settings(tmp_path, DATABASE_URL=url))
    assert check.exit_status == 3
    assert "hidden" not in check.detail


def test_a_queue_that_answers_is_well(tmp_path: Path, valkey: str) -> None:
    assert check_queue(settings(tmp_path, REDIS_URL=valkey)).is_well


def test_a_queue_that_does_not_answer_is_down_and_its_password_unseen(tmp_path: Path) -> None:
    with closed_port() as port:
        check = check_queue(settings(tmp_path, REDIS_URL=f"redis://:hidden@127.0.0.1:{port}/0"))
    assert check.exit_status == 3
    assert "hidden" not in check.detail
    assert "TIEOUT_REDIS_URL" in check.detail


def test_a_home_below_a_file_asks_for_a_person(tmp_path: Path) -> None:
    (tmp_path / "file").touch(mode=0o400)
    check = check_home(settings(tmp_path / "file", SECRET_KEY="s" * 32, ENCRYPTION_KEYS="A" * 43 + "="))
    assert check.exit_status == 1
