"""`tieout policy` and `tieout shadow`: the same gates as on the page."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from cli.policy import app
from cli.shadow import shadow
from cli.users import app as users
from ledger.faults import BadInput, Refused

runner = CliRunner()


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIEOUT_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    runner.invoke(users, ["add", "--owner", "ann@acme.example"])


def test_set_makes_a_version_and_show_tells_it(tmp_path: Path) -> None:
    wanted = {"unattended": {"second_above": [{"currency": "EUR", "most": 5000}]}, "matching": {"oldest_first": True}}
    (tmp_path / "policy.json").write_text(json.dumps(wanted))
    assert json.loads(runner.invoke(app, ["set", "policy.json", "--json"]).stdout) == {"version": "2"}
    shown = json.loads(runner.invoke(app, ["show", "--json"]).stdout)
    assert (shown["version"], shown["choices"]) == ("2", wanted)
    assert "5000 EUR" in runner.invoke(app, ["show"]).stdout


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("{", BadInput),
        ("[]", BadInput),
        ('{"unattended": {"nonsense": 1}}', BadInput),
        ('{"unattended": {"on": true, "classes": ["number"], "caps": [{"currency": "EUR", "most": 9}]}}', Refused),
    ],
)
def test_what_cannot_be_is_refused(text: str, fault: type[Exception]) -> None:
    assert isinstance(runner.invoke(app, ["set", "-"], input=text).exception, fault)
    assert json.loads(runner.invoke(app, ["show", "--json"]).stdout)["version"] == "1"


def test_a_replay_of_nothing_says_so() -> None:
    replaying = typer.Typer()
    replaying.command()(shadow)
    told = json.loads(runner.invoke(replaying, ["--json"]).stdout)
    assert (told["receipts"], told["automatic"], told["wrong_cases"]) == (0, 0, [])
    assert "0 checked" in runner.invoke(replaying, []).stdout
