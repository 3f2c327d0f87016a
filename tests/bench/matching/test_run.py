"""The whole way: generate, match by a rival in its own process, score, print."""

import json
import sys
from pathlib import Path

import pytest

from bench.matching import files
from bench.matching.__main__ import main
from bench.matching.baselines.run import RIVALS, run
from bench.matching.cases import Kind
from bench.matching.run import Order
from bench.matching.run import run as run_all
from bench.matching.score import score


def test_run_prints_and_writes_a_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = f"{sys.executable} -m bench.matching baseline partner-and-reference"
    table, figures = tmp_path / "table.md", tmp_path / "figures.json"
    options = ["--seeds", "4", "--receipts", "300", "--command", command, "--table", str(table), "--json", str(figures)]
    assert main(["run", *options]) == 0
    assert table.read_text(encoding="utf-8") in capsys.readouterr().out
    made = json.loads(figures.read_text(encoding="utf-8"))
    assert (made[0]["receipts"], made[0]["seeds"]) == (300, [4])
    first = made[0]["runs"][0]
    assert first["total"]["receipts"] == 300
    assert first["seconds_best"] > 0
    assert first["peak_mb"] > 1


def test_learning_cuts_the_history_to_its_newest_rows(tmp_path: Path) -> None:
    command = f"{sys.executable} -m bench.matching baseline number-in-text"
    order = Order((4,), 300, 450, command, work=tmp_path, learning=(0, 5))
    assert [one.label for one in run_all(order).measured] == [
        "given command",
        "given command, 0 confirmations",
        "given command, 5 confirmations",
    ]
    whole, five, none = (
        list(files.read(tmp_path / "set-4-300" / f"{name}.csv")) for name in ("history", "history-5", "history-0")
    )
    assert (none, five) == ([], whole[-5:])


def test_a_failing_matcher_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = f"{sys.executable} -c raise(SystemExit(3))"
    assert main(["run", "--seeds", "4", "--receipts", "300", "--command", command, "--work", str(tmp_path)]) == 2
    assert "exit status 3" in capsys.readouterr().err


def test_score_from_the_command_line(made_set: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("number-in-text", made_set, tmp_path)
    assert main(["score", "--set", str(made_set), "--out", str(tmp_path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["receipts"] == 3000
    assert main(["score", "--set", str(made_set), "--out", str(tmp_path)]) == 0
    assert "| case |" in capsys.readouterr().out


@pytest.mark.parametrize("name", sorted(RIVALS))
def test_rivals_match_much_and_keep_the_books(name: str, made_set: Path, tmp_path: Path) -> None:
    run(name, made_set, tmp_path)
    result = score(made_set, tmp_path)
    recall = result.kinds[Kind.ONE].recall
    assert recall is not None
    assert 0.3 < recall < 0.9
    assert [sentence for sentence in result.broken if "issued later" not in sentence] == []
