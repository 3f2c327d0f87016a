"""What every test gets: a home of its own, no settings from outside, no way off this machine; and, on demand, real
servers and a real browser (tests/rig)."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from playwright.sync_api import Browser, Page

from bench.spine.warm import Warm
from runtime.names import PREFIX
from runtime.servers import EmbeddedValkey
from runtime.settings import environment
from tests.rig.browser import chromium, fresh_profile
from tests.rig.databases import PostgresServer, postgres_server
from tests.rig.engines import share_compiled_statements
from tests.rig.loopback import close_the_network
from tests.rig.memory import keep_files_in_memory
from tests.rig.order import Spread, long_first, spread

# Chosen by --hypothesis-profile. No deadline: how long an example takes depends on who else uses the machine.
hypothesis.settings.register_profile("desk", max_examples=30, deadline=None)
hypothesis.settings.register_profile("gate", max_examples=100, deadline=None, derandomize=True)
hypothesis.settings.register_profile("night", max_examples=5000, deadline=None)
hypothesis.settings.load_profile("desk")


def pytest_configure(config: pytest.Config) -> None:
    keep_files_in_memory(config)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    long_first(items)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Spread:
    return spread(config, log)


@pytest.fixture(scope="session", autouse=True)
def plain_environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No TIEOUT_ setting of the person at the desk reaches a test, and no test reaches that person's home."""
    with pytest.MonkeyPatch.context() as patch:
        for name in environment():
            if name.startswith(PREFIX):
                patch.delenv(name)
        patch.setenv("HOME", str(tmp_path_factory.mktemp("home")))
        runtime = tmp_path_factory.mktemp("runtime")
        # The wheel's PostgreSQL keeps its lock here; else it takes one name for all users of the machine, and whoever
        # runs the tests second is refused.
        (runtime / "python_PostgresServer").mkdir()
        patch.setenv("XDG_RUNTIME_DIR", str(runtime))
        yield


@pytest.fixture(scope="session", autouse=True)
def loopback_only() -> Iterator[None]:
    """Sockets are closed except to this machine."""
    with pytest.MonkeyPatch.context() as patch:
        close_the_network(patch)
        yield


@pytest.fixture(scope="session", autouse=True)
def compiled_once() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        share_compiled_statements(patch)
        yield


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """The session's PostgreSQL server; `postgres_url` is a database on it."""
    with postgres_server() as server:
        yield server


@pytest.fixture
def postgres_url(postgres: PostgresServer) -> Iterator[str]:
    """An empty PostgreSQL database of this test's own."""
    with postgres.database() as url:
        yield url


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """An SQLite file of this test's own."""
    return f"sqlite+pysqlite:///{tmp_path / 'tieout.db'}"


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The test runs twice: on SQLite and on PostgreSQL."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture(scope="session")
def valkey_server() -> Iterator[EmbeddedValkey]:
    with tempfile.TemporaryDirectory(prefix="tieout-q-") as folder, EmbeddedValkey(Path(folder)) as server:
        yield server


@pytest.fixture
def valkey(valkey_server: EmbeddedValkey) -> str:
    """The address of a real, emptied Valkey."""
    valkey_server.clear()
    return valkey_server.url


@pytest.fixture(scope="session")
def warm() -> Iterator[Warm]:
    """For the many commands of a test whose own subject is not their start."""
    made = Warm()
    yield made
    made.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The session's Chromium; `page` is a fresh profile in it."""
    with chromium() as running:
        yield running


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page without cookies or storage; a script error on it fails the test."""
    context = fresh_profile(browser)
    opened = context.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    try:
        yield opened
    finally:
        context.close()
    assert not errors, f"The page raised: {errors}"
