"""Processes that need a new token at once: one refresh, the same token for all; a lost answer is asked for again."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select, update

from connectors.tokens import TokenSet
from runtime.settings import ROOT, Settings, environment
from runtime.wiring import App
from sandbox.run import Sandbox
from store import tenancy
from store.database import Database
from store.tables.tenancy import token_sets

PROCESSES = 3


@dataclass
class Office:
    """A Xero organisation, connected, with an access token whose time is nearly up."""

    sandbox: Sandbox
    app: App
    environ: dict[str, str]
    organisation_id: UUID
    connection_id: UUID
    token_set_id: UUID

    def refreshes(self) -> int:
        calls = self.sandbox.stands["xero"].journal.as_json()
        return sum(1 for call in calls if call["path"].startswith("/connect/token") and call["status"] == 200)

    def age(self) -> None:
        """The access token is about to end, here and at the provider."""
        soon = self.app.clock.now() + timedelta(seconds=30)
        with self.app.database.write() as connection:
            connection.execute(update(token_sets).values(expires_at=soon))


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(providers=("xero",), real_limits=False) as running:
        yield running


@pytest.fixture
def office(sandbox: Sandbox, database: Database, tmp_path: Path) -> Iterator[Office]:
    environ = {
        **sandbox.settings(),
        "TIEOUT_HOME": str(tmp_path / "home"),
        "TIEOUT_DATABASE_URL": database.url.render_as_string(hide_password=False),
    }
    app = App.build(Settings.load(environ))
    with app.database.write() as connection:
        organisation_id = tenancy.add_organisation(connection, "Acme", actor="test", now=app.clock.now())
    held = sandbox.connections()[0]
    given = sandbox.credentials(held)
    tokens = TokenSet(access_token=given["access_token"], refresh_token=given["refresh_token"])
    company = app.describe("xero", tokens, held.tenant)
    made = app.connecting(organisation_id).save(
        "xero", company, tokens, entity_id=None, since=None, actor="test", now=app.clock.now()
    )
    with app.database.read() as connection:
        token_set_id = connection.execute(select(token_sets.c.id)).scalar_one()
    yield Office(sandbox, app, environ, organisation_id, made.connection_id, token_set_id)
    sandbox.stands["xero"].mishaps.clear()
    app.database.close()


def test_processes_that_refresh_at_once_make_one_call(office: Office, tmp_path: Path) -> None:
    office.age()
    before = office.refreshes()
    office.sandbox.stands["xero"].mishaps.add("slow", "/connect/token", seconds=0.3)
    start = tmp_path / "start"
    words = [str(office.organisation_id), str(office.token_set_id), str(start)]
    command = [sys.executable, "-m", "tests.runtime.refresher", *words]
    running = [
        subprocess.Popen(command, cwd=ROOT, env=environment(**office.environ), stdout=subprocess.PIPE, text=True)
        for _ in range(PROCESSES)
    ]
    for process in running:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    start.touch()
    digests = {process.communicate(timeout=60)[0] for process in running}
    assert [process.returncode for process in running] == [0] * PROCESSES
    assert len(digests) == 1
    assert office.refreshes() - before == 1


def test_a_refresh_whose_answer_is_cut_is_asked_for_with_the_old_token(office: Office) -> None:
    office.age()
    before = office.refreshes()
    office.sandbox.stands["xero"].mishaps.add("cut", "/connect/token")
    with office.app.database.read() as connection:
        row = tenancy.find_connection_row(connection, office.organisation_id, office.connection_id)
    assert office.app.connector(row).company().name
    assert office.refreshes() - before == 2  # the old token lived on in its grace
    with office.app.database.read() as connection:
        assert connection.execute(select(token_sets.c.dead_at)).scalar_one() is None
