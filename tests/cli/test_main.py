"""The program from outside: what it prints, where, and what it ends with."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pytest

from bench.spine.house import COMMAND_SECONDS
from bench.spine.warm import LIBRARIES, Warm
from cli.registry import COMMANDS
from runtime.settings import ROOT, environment


class Tieout(Protocol):
    def __call__(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]: ...


@pytest.fixture(scope="module")
def tieout() -> Iterator[Tieout]:
    """Each command loads what is ours by itself, so none hangs on what another has loaded."""
    warm = Warm(LIBRARIES)

    def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return warm.run(arguments, ROOT, environment(**variables), COMMAND_SECONDS)

    yield run
    warm.close()


def test_the_version_is_the_projects(tieout: Tieout) -> None:
    done = tieout("--version")
    assert (done.returncode, done.stdout, done.stderr) == (0, "tieout 0.1.0\n", "")


def test_help_shows_examples(tieout: Tieout) -> None:
    done = tieout("--help")
    assert done.returncode == 0
    assert "Examples:" in done.stdout
    assert "tieout demo" in done.stdout
    assert all(f"  {row.name}" in done.stdout for row in COMMANDS)


def test_alone_it_shows_its_help_as_wrong_use(tieout: Tieout) -> None:
    done = tieout()
    assert done.returncode == 2
    assert "Commands:" in done.stderr
    assert not done.stdout


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["frobnicate"], "No such command 'frobnicate'; see `tieout --help`."),
        (["--frobnicate"], "No such option: --frobnicate; see `tieout --help`."),
        (["doctor", "--frobnicate"], "No such option: --frobnicate; see `tieout doctor --help`."),
    ],
)
def test_wrong_use_is_one_sentence_and_ends_with_2(arguments: list[str], sentence: str, tieout: Tieout) -> None:
    done = tieout(*arguments)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"tieout: {sentence}\n")


def test_a_wrong_setting_is_one_sentence_and_ends_with_2(tmp_path: Path, tieout: Tieout) -> None:
    done = tieout("doctor", TIEOUT_HOME=str(tmp_path), TIEOUT_REDIS="x")
    assert done.returncode == 2
    assert done.stderr == "tieout: TIEOUT_REDIS (from environment) is not a setting; did you mean TIEOUT_REDIS_URL?\n"


def test_doctor_on_a_fresh_machine_ends_with_0(tmp_path: Path, tieout: Tieout) -> None:
    done = tieout("doctor", TIEOUT_HOME=str(tmp_path), TIEOUT_XERO_CLIENT_SECRET="hidden")
    assert done.returncode == 0, done.stderr
    assert "TIEOUT_XERO_CLIENT_SECRET" in done.stdout
    assert "hidden" not in done.stdout
    assert f"TIEOUT_HOME                         {tmp_path}  (environment)" in done.stdout


def test_doctor_answers_programs_in_json_and_ends_with_3_where_the_queue_is_down(
    tmp_path: Path, tieout: Tieout
) -> None:
    done = tieout("doctor", "--json", TIEOUT_HOME=str(tmp_path), TIEOUT_REDIS_URL=f"unix://{tmp_path}/none.sock")
    assert done.returncode == 3
    answer = json.loads(done.stdout)
    assert {each["name"]: each["exit_status"] for each in answer["checks"]}["queue"] == 3
    assert answer["settings"][0] == {
        "name": "TIEOUT_HOME",
        "value": str(tmp_path),
        "origin": "environment",
        "meaning": "folder of the embedded storage",
    }


def test_a_reader_that_leaves_early_is_no_failure(tmp_path: Path) -> None:
    command = f"'{sys.executable}' -m cli.main doctor; echo $? >'{tmp_path}/status'"
    subprocess.run(
        ["sh", "-c", f"({command}) | true"],
        cwd=ROOT,
        env=environment(PYTHONPATH=str(ROOT), TIEOUT_HOME=str(tmp_path)),
        check=True,
    )
    assert (tmp_path / "status").read_text() == "0\n"


@pytest.mark.parametrize("name", [row.name for row in COMMANDS])
def test_every_command_has_help_with_an_example(name: str, tieout: Tieout) -> None:
    done = tieout(name, "--help")
    assert done.returncode == 0, done.stderr
    assert "Example:" in done.stdout
    assert f"tieout {name}" in done.stdout


def test_a_start_date_of_books_is_told_to_change_the_order_alone(tmp_path: Path, tieout: Tieout) -> None:
    done = tieout("connect", "xero", "--since", "2026-01-01", TIEOUT_HOME=str(tmp_path))
    assert "Books are read whole" in done.stderr
