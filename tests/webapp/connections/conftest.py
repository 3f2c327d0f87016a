"""Stand-ins of the three providers, once for all tests here: loading their business takes seconds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.run import Sandbox
from store.database import Database
from tests.webapp.site import Site, served


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    running = Sandbox("small")
    yield running
    running.close()


@pytest.fixture
def near(sandbox: Sandbox, sqlite_database: Database, tmp_path: Path) -> Iterator[Site]:
    """A site whose settings name the stand-ins, with a clock that goes as theirs."""
    with served(sqlite_database, tmp_path, **sandbox.settings()) as made:
        made.clock.set(sandbox.clock.now())
        yield made
