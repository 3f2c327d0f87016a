"""A connected shop, on both databases; and one whose settings a worker finds in its environment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from runtime import jobs
from runtime.settings import Settings
from runtime.wiring import App
from store.database import Database
from tests.rig.waits import Leaps
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
    with shop_over(database, tmp_path / "home", valkey) as made, working_here(made.environ, monkeypatch):
        yield made


@contextmanager
def working_here(environ: Mapping[str, str], patch: pytest.MonkeyPatch) -> Iterator[None]:
    """A worker of this process, whose waits take no time: it keeps its limits itself, since a server's time cannot leap."""
    for name, value in environ.items():
        patch.setenv(name, value)
    leaps = Leaps()

    @cache
    def app() -> App:
        built = App.build(replace(Settings.load(), redis_url=None))
        return replace(built, sleep=leaps.sleep, monotonic=leaps.monotonic)

    forget_parts()
    patch.setattr(jobs, "_app", app)
    yield
    forget_parts()


def forget_parts() -> None:
    """What a worker process would take with it."""
    if jobs._app.cache_info().currsize:
        jobs._app().database.close()
    if jobs._nudges.cache_info().currsize:
        jobs._nudges().close()
    jobs._app.cache_clear()
    jobs._nudges.cache_clear()
