"""Processes that need a new token at once: one refresh, the same token for all, also while an answer is lost."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from runtime.settings import ROOT, environment
from sandbox.run import Sandbox
from store.database import Database
from tests.runtime.office import Office, open_office

PROCESSES = 2


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(providers=("quickbooks", "xero"), real_limits=False) as running:
        yield running


def _at_once(office: Office, start: Path) -> set[str]:
    """What processes print that ask for a live token at the same moment: a digest of the token that each has got."""
    words = [str(office.organisation_id), str(office.connection_id), str(start)]
    command = [sys.executable, "-m", "tests.runtime.refresher", *words]
    running = [
        subprocess.Popen(command, cwd=ROOT, env=environment(**office.environ), stdout=subprocess.PIPE, text=True)
        for _ in range(PROCESSES)
    ]
    for process in running:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    start.touch()
    digests = {process.communicate(timeout=240)[0] for process in running}
    assert [process.returncode for process in running] == [0] * PROCESSES
    return digests


@pytest.mark.parametrize(
    ("database", "provider", "mishap", "granted"),
    [("sqlite", "quickbooks", "cut", 2), ("postgres", "xero", "lost", 2), ("postgres", "quickbooks", "slow", 1)],
    indirect=["database"],
)
def test_processes_that_refresh_at_once(
    sandbox: Sandbox, database: Database, tmp_path: Path, provider: str, mishap: str, granted: int
) -> None:
    with open_office(sandbox, provider, database, tmp_path / "home") as office:
        office.age()
        before = office.refreshes()
        office.spoil(mishap, seconds=0.2)
        assert len(_at_once(office, tmp_path / "start")) == 1
        assert office.refreshes() - before == granted  # a lost answer is asked for once more, by who lost it
        assert office.dead_at() is None
        assert not office.waits_for_an_answer()
