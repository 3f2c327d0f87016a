"""The locks hold what pyproject.toml asks for, every file of it by hash."""

from __future__ import annotations

import re
import tomllib
from typing import Any, Final

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from runtime.settings import ROOT

ENTRY: Final = re.compile(r"^(?P<pin>[a-z0-9][^\s;]*==[^\s;]+)(?P<rest>(?:[^\n]*\\\n)*[^\n]*)", re.MULTILINE)


def pyproject() -> dict[str, Any]:
    with (ROOT / "pyproject.toml").open("rb") as file:
        return tomllib.load(file)


def locked(name: str) -> dict[str, set[str]]:
    """The versions of each package in a lock; several where they differ by system or Python."""
    found: dict[str, set[str]] = {}
    for entry in ENTRY.finditer((ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")):
        package, _, version = entry["pin"].partition("==")
        found.setdefault(canonicalize_name(package.partition("[")[0]), set()).add(version)
    return found


@pytest.mark.parametrize("name", ["app", "dev"])
def test_the_lock_has_what_is_asked_for(name: str) -> None:
    asked = list(pyproject()["project"]["dependencies"])
    asked += pyproject()["dependency-groups"]["dev"] if name == "dev" else []
    lock = locked(name)
    for requirement in map(Requirement, asked):
        versions = lock.get(canonicalize_name(requirement.name), set())
        assert versions, f"requirements/{name}.txt lacks {requirement.name}; lock again"
        assert all(requirement.specifier.contains(version) for version in versions), f"lock {requirement} again"


@pytest.mark.parametrize("name", ["app", "dev"])
def test_every_package_is_held_by_hash(name: str) -> None:
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    entries = list(ENTRY.finditer(text))
    assert entries
    assert all("--hash=sha256:" in entry["rest"] for entry in entries)


def test_the_larger_lock_holds_the_smaller_one_as_it_is() -> None:
    """`./tieout test` then serves the app too, with the very versions that are tested."""
    app, dev = locked("app"), locked("dev")
    assert {name: dev.get(name) for name in app} == app
