"""`tieout demo --once` as a person runs it."""

from __future__ import annotations

import http.client
import json
import logging
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bench.spine.house import last_line, wait_until
from bench.spine.served import free_port
from runtime.settings import ROOT, environment

WAIT_SECONDS = 240.0
_log = logging.getLogger(__name__)


def _demo(home: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "cli.main", "demo", "--once", "--json", "--home", str(home)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=WAIT_SECONDS)


def _beside(home: Path, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """A command in another window: the home says whom it talks to."""
    command = [sys.executable, "-m", "cli.main", *words]
    env = environment(TIEOUT_HOME=str(home), **settings)
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False, timeout=WAIT_SECONDS)


def _checked(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def test_the_demo_ties_out_twice_in_one_home(tmp_path: Path) -> None:
    home = tmp_path / "demo"
    answer = _checked(_demo(home))
    assert set(answer) == {"connections", "receipts", "differences", "seconds"}
    assert answer["differences"] == []
    assert answer["seconds"] > 0
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


def test_the_demo_serves_what_it_matched_until_it_is_told_to_end(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "cli.main", "demo", "--home", str(tmp_path / "demo"), "--port", str(free_port())]
    said = tmp_path / "said.txt"
    with said.open("w", encoding="utf-8") as out:
        running = subprocess.Popen(command, cwd=ROOT, stdout=out, stderr=subprocess.STDOUT)
        try:
            wait_until(
                "the demo", lambda: "Tieout is at" in said.read_text() or running.poll() is not None, WAIT_SECONDS
            )
            assert running.poll() is None
            link = re.search(r"Sign in once at (\S+)", said.read_text(encoding="utf-8"))
            assert link is not None
            where = urlsplit(link[1])
            web = http.client.HTTPConnection(where.netloc, timeout=WAIT_SECONDS)
            web.request("GET", where.path)
            assert web.getresponse().status == 200
            web.close()
            beside = _beside(tmp_path / "demo", "sync", "quickbooks")
            assert (beside.returncode, beside.stderr) == (0, "")
            away = _beside(tmp_path / "demo", "sync", TIEOUT_XERO_API_BASE="https://api.xero.com/api.xro/2.0")
            assert (away.returncode, "is elsewhere" in last_line(away.stderr)) == (2, True)
        except BaseException:
            _log.error("what the demo said:\n%s", said.read_text())
            raise
        finally:
            running.send_signal(signal.SIGTERM)
            status = running.wait(WAIT_SECONDS)
    assert status == 0
    assert "Differences: 0." in said.read_text(encoding="utf-8")


def test_a_home_of_somebody_else_is_refused_and_left_alone(tmp_path: Path) -> None:
    kept = tmp_path / "letters.txt"
    kept.write_text("dear", encoding="utf-8")
    done = _demo(tmp_path)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "was not made by the demo" in last_line(done.stderr)
    assert [path.name for path in tmp_path.iterdir()] == ["letters.txt"]
