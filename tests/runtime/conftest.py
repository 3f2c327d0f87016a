"""A connected shop, on both databases; and one whose settings a worker finds in its environment."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from runtime import jobs
from store.database import Database
from tests.runtime.shop import Shop, shop_over
from tests.store.prepared import database, postgres_database, postgres_template, sqlite_database, sqlite_template

__all__ = ["database", "postgres_database", "postgres_template", "sqlite_database", "sqlite_template"]


@pytest.fixture
def shop(database: Database, tmp_path: Path) -> Iterator[Shop]:
    with shop_over(database, tmp_path / "home") as made:
        yield made


@pytest.fixture
def worked_shop(database: Database, valkey: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    """A worker in this process finds its settings in the environment, as one of its own would."""
    with shop_over(database, tmp_path / "home", valkey) as made:
        for name, value in made.environ.items():
            monkeypatch.setenv(name, value)
        forget_parts()
        yield made
        forget_parts()


def forget_parts() -> None:
    """What a worker process would take with it."""
    if jobs._app.cache_info().currsize:
        jobs._app().database.close()
    if jobs._nudges.cache_info().currsize:
        jobs._nudges().close()
    jobs._app.cache_clear()
    jobs._nudges.cache_clear()
