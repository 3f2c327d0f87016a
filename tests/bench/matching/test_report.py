"""What a run prints: its command, only the parts asked for, one line for each size, and why a rival is missing."""

import sys
from pathlib import Path

import pytest

from bench.matching.__main__ import main

COMMAND = f"{sys.executable} -m bench.matching baseline number-in-text"


def printed(options: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    assert main(["run", "--seeds", "4", "--command", COMMAND, *options]) == 0
    return capsys.readouterr().out


def test_parts_and_the_command_that_made_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    json = tmp_path / "all.json"
    text = printed(
        ["--receipts", "300", "--parts", "learning,families", "--learning", "0", "--json", str(json)], capsys
    )
    assert text.startswith("    python -m bench.matching run --seeds 4 --command ")
    assert str(json) not in text
    assert "| confirmed before |" in text
    assert "| all of history |" in text
    assert "| traps |" in text
    assert "| case |" not in text


def test_several_sizes_are_one_table(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [line for line in printed(["--sizes", "300,400"], capsys).splitlines() if line.startswith("| ")]
    assert [row.split(" | ")[0] for row in rows[1:]] == ["| ---:", "| 300", "| 400"]


def test_a_rival_that_cannot_be_installed_stands_in_the_table_with_the_reason(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder", encoding="utf-8")
    options = ["--receipts", "300", "--baselines", "splink-0.99", "--venv", str(blocked / "venv"), "--repeats", "2"]
    text = printed(options, capsys)
    assert "| splink-0.99 | not measured: splink==5.0.0 and recordlinkage==0.16 could not be installed" in text
    assert "each timed 2 times in turn" in text
