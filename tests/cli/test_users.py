"""`tieout users`: who may sign in, and the link that lets them in once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.users import app
from ledger.faults import BadInput, NotFound

runner = CliRunner()


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIEOUT_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)


def test_the_first_owner_gets_an_organisation_and_a_link() -> None:
    told = json.loads(runner.invoke(app, ["add", "--owner", "Ann@Acme.example", "--json"]).stdout)
    assert (told["email"], told["role"]) == ("ann@acme.example", "owner")
    assert told["sign_in"].startswith("http://127.0.0.1:8765/sign-in/link/")
    listed = json.loads(runner.invoke(app, ["list", "--json"]).stdout)
    assert [(row["email"], row["role"], row["active"]) for row in listed] == [("ann@acme.example", "owner", True)]


def test_adding_again_changes_the_role_and_lets_back_in() -> None:
    runner.invoke(app, ["add", "ann@acme.example"])
    runner.invoke(app, ["disable", "ann@acme.example"])
    assert json.loads(runner.invoke(app, ["list", "--json"]).stdout)[0]["active"] is False
    runner.invoke(app, ["add", "ann@acme.example", "--role", "auditor", "--name", "Ann"])
    row = json.loads(runner.invoke(app, ["list", "--json"]).stdout)[0]
    assert (row["name"], row["role"], row["active"]) == ("Ann", "auditor", True)


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (["add", "nobody"], BadInput),
        (["add", "a b@acme.example"], BadInput),
        (["add", "ann@acme.example", "--role", "king"], BadInput),
        (["disable", "ann@acme.example"], NotFound),
    ],
)
def test_what_cannot_be_is_said(arguments: list[str], fault: type[Exception]) -> None:
    runner.invoke(app, ["list"])
    assert isinstance(runner.invoke(app, arguments).exception, fault)
