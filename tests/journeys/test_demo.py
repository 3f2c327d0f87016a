"""`tieout demo --once` as a person runs it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from bench.spine.house import last_line
from runtime.settings import ROOT


def _demo(home: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "cli.main", "demo", "--once", "--json", "--home", str(home)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=90)


def _checked(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def test_the_demo_ties_out_twice_in_one_home(tmp_path: Path) -> None:
    home = tmp_path / "demo"
    answer = _checked(_demo(home))
    assert set(answer) == {"connections", "receipts", "differences", "seconds"}
    assert answer["differences"] == []
    assert answer["seconds"] < 90
    assert sorted(one["provider"] for one in answer["connections"]) == ["quickbooks", "stripe", "stripe", "xero"]
    for one in answer["connections"]:
        assert one["pulled"] == one["held_by_provider"], one["connection"]
        assert sum(one["pulled"].values()) > 100
        assert one["calls"] >= 10
        assert one["connection"].startswith(f"{one['provider']}:")
    assert min(answer["receipts"].values()) > 0
    assert {"matched", "suggested", "already_recorded"} <= set(answer["receipts"])
    again = _checked(_demo(home))
    assert (again["receipts"], again["differences"]) == (answer["receipts"], [])


def test_a_home_of_somebody_else_is_refused_and_left_alone(tmp_path: Path) -> None:
    kept = tmp_path / "letters.txt"
    kept.write_text("dear", encoding="utf-8")
    done = _demo(tmp_path)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "was not made by the demo" in last_line(done.stderr)
    assert [path.name for path in tmp_path.iterdir()] == ["letters.txt"]
