"""`tieout post` and `tieout posting` as a person types them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bench.posting.desk import Desk, desk_over, paid_by_bank
from cli.main import run
from store.database import Database
from tests.store.prepared import database, sqlite_database, sqlite_template

__all__ = ["database", "sqlite_database", "sqlite_template"]


@pytest.fixture
def desk(sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    with desk_over(sqlite_database, tmp_path / "home", "quickbooks", count=6, customers=3) as made:
        for name, value in made.environ.items():
            monkeypatch.setenv(name, value)
        paid_by_bank(made, range(3), customers=3)
        made.reconcile()
        assert made.accept_all() == 3
        yield made


def _json(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, Any]:
    capsys.readouterr()
    status = run([*words, "--json"])
    return status, json.loads(capsys.readouterr().out)


def test_off_it_says_how_to_switch_it_on(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    status, told = _json(capsys, "post")
    [one] = told["connections"]
    assert status == 1
    assert one["ready"] == 3
    assert "tieout posting on" in one["stopped"]
    assert desk.stands() == {}


def test_accounts_are_named_posting_is_on_and_what_is_ready_is_posted(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["posting", "set", "bank", "checking"]) == 0
    assert run(["posting", "on"]) == 0
    status, shown = _json(capsys, "posting", "show")
    [entity] = shown["entities"]
    assert (status, entity["mode"], entity["version"], entity["postings"]) == (0, "by_hand", 2, {"ready": 3})
    assert [(one["role"], one["account_name"]) for one in entity["places"]] == [("bank", "Checking")]
    status, dry = _json(capsys, "post", "--dry-run")
    assert status == 0
    assert len(dry["connections"][0]["plan"]) == 3
    assert all(one["payer"] and not one["paused"] for one in dry["connections"][0]["plan"])
    assert run(["post", "--dry-run"]) == 0
    assert f"posting {dry['connections'][0]['plan'][0]['posting_id']}" in capsys.readouterr().out
    assert desk.stands() == {}
    status, told = _json(capsys, "post")
    assert (status, told["connections"][0]["posted"], told["connections"][0]["ready"]) == (0, 3, 0)
    assert desk.stands()[""] == 3
    assert run(["post"]) == 0


def test_one_that_fails_ends_with_1(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["posting", "set", "bank", "Checking"]) == 0
    assert run(["posting", "on"]) == 0
    desk.stand.change(desk.tenant, "void_invoice", {"invoice": "inv1"})
    status, told = _json(capsys, "post")
    assert (status, told["connections"][0]["posted"], told["connections"][0]["failed"]) == (1, 2, 1)


def test_stopped_nothing_goes_until_it_is_resumed(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    desk.rules()
    assert run(["posting", "stop", "--reason", "Audit."]) == 0
    status, told = _json(capsys, "post")
    assert status == 1
    assert "Audit." in told["connections"][0]["stopped"]
    assert run(["posting", "resume"]) == 0
    assert run(["post"]) == 0
    assert desk.stands()[""] == 3


def test_automatic_waits_for_a_replay(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    desk.rules()
    assert run(["posting", "on", "--automatic"]) == 2
    assert "Replay" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["posting", "set", "bank", "No Such Account"], "no account"),
        (["posting", "set", "vault", "Checking"], "no role"),
        (["posting", "set"], "Name a role"),
    ],
)
def test_wrong_use_is_said(desk: Desk, capsys: pytest.CaptureFixture[str], words: list[str], says: str) -> None:
    assert run(words) == 2
    assert says in capsys.readouterr().err
    assert desk.states() == {"ready": 3}


def test_nothing_waits_of_a_processor_that_is_not_there(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    assert _json(capsys, "posting", "waits") == (0, {"waits": []})
    assert run(["posting", "waits"]) == 0
    assert "Nothing of a processor's money waits" in capsys.readouterr().out
