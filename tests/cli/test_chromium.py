"""Finding the browser, or saying what to install."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cli import chromium
from ledger.faults import BadInput


def program(folder: Path, name: str, script: str = "exit 0") -> Path:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def empty_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(chromium, "ON_MACOS", ())
    return tmp_path


def test_any_of_the_usual_names_will_do(empty_path: Path) -> None:
    path = program(empty_path, "chromium-browser")
    assert chromium.find_chromium() == path
    assert chromium.demand_chromium() == path


def test_without_it_the_sentence_says_what_to_install(empty_path: Path) -> None:
    with pytest.raises(BadInput, match="no Chromium was found; install Chromium or Google Chrome"):
        chromium.demand_chromium()


def test_a_plain_user_is_told_the_line(empty_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(empty_path, "apt-get", f"touch {empty_path}/called")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(BadInput, match="sudo apt-get install -y chromium"):
        chromium.demand_chromium()
    assert not (empty_path / "called").exists()


def test_root_gets_debians_package(empty_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = f'[ "$1" = update ] || {{ printf "#!/bin/sh\\n" >{empty_path}/chromium; /bin/chmod 755 {empty_path}/chromium; }}'
    program(empty_path, "apt-get", script)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert chromium.demand_chromium() == empty_path / "chromium"


def test_an_installation_that_fails_is_told(empty_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(empty_path, "apt-get", "exit 100")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    with pytest.raises(BadInput, match="no Chromium was found"):
        chromium.demand_chromium()
