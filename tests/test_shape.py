"""House rules that matter, each a test with a sentence."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest

from runtime.names import NAMES
from runtime.settings import ROOT
from store.tables.all import metadata
from tests.rig.tree import project_files, python_files

WITH_DATA_ONLY: Final = frozenset({"docs", "requirements"})
MINIFIED_LINE_CHARACTERS: Final = 1000  # no person writes such a line of script or style


@cache
def pyproject() -> dict[str, Any]:
    with (ROOT / "pyproject.toml").open("rb") as file:
        return tomllib.load(file)


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def packages() -> set[str]:
    """Top-level folders that hold Python."""
    return {path.relative_to(ROOT).parts[0] for path in python_files() if path.parent != ROOT} - WITH_DATA_ONLY


def test_every_package_stands_under_the_import_picture() -> None:
    picture = set(pyproject()["tool"]["importlinter"]["root_packages"])
    assert packages() == picture


def test_every_layer_of_the_picture_is_a_package_and_the_others_are_fenced() -> None:
    contracts = {each["id"]: each for each in pyproject()["tool"]["importlinter"]["contracts"]}
    layers = {name.strip() for line in contracts["house"]["layers"] for name in re.split(r"[|:]", line)}
    assert layers | {"sandbox", "simulation", "tests", "bench"} == packages()
    assert set(contracts["witness"]["forbidden_modules"]) == packages() - {"sandbox"}
    assert set(contracts["sandbox-users"]["source_modules"]) == layers - {"cli"}


def test_mypy_and_setuptools_name_every_package() -> None:
    tools = pyproject()["tool"]
    assert set(tools["mypy"]["files"]) == packages()
    assert {name.rstrip("*") for name in tools["setuptools"]["packages"]["find"]["include"]} == packages() - {"tests"}


def test_every_folder_with_python_is_a_package() -> None:
    """Without `__init__.py` a folder slips past import-linter unseen."""
    folders = {path.parent for path in python_files() if path.parent != ROOT}
    missing = sorted(relative(folder) for folder in folders if not (folder / "__init__.py").is_file())
    assert not missing, f"add __init__.py to {missing}"


def test_an_init_holds_its_docstring_only() -> None:
    """Code there would run on every import below it, and draw the whole package into each of its parts."""
    for path in python_files():
        if path.name == "__init__.py":
            body = _body(path)
            assert len(body) == 1, f"{relative(path)} holds more than a docstring"
            assert isinstance(body[0], ast.Expr), f"{relative(path)} begins with code"


def test_the_ledger_needs_the_standard_library_only() -> None:
    for path in (ROOT / "ledger").glob("**/*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            foreign = {name.partition(".")[0] for name in names} - sys.stdlib_module_names - {"ledger"}
            assert not foreign, f"{relative(path)} imports {foreign}"


def test_every_setting_is_documented_and_no_other() -> None:
    text = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if line.startswith("| TIEOUT_")]
    documented = {name for row in rows for name in re.findall(r"TIEOUT_[A-Z_]+[A-Z]", row.split("|")[1])}
    assert documented == {each.name for each in NAMES}


def test_every_default_in_the_documents_is_the_real_one() -> None:
    text = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    for each in NAMES:
        if each.default is not None and not each.name.endswith("_SCOPES"):
            assert f"`{each.default}`" in text, f"docs/settings.md has another default for {each.name}"


# Spelt so that this file does not hold what it looks for.
_FORBIDDEN: Final = {
    "a path of one machine": r"(?:^|[^A-Za-z0-9_.])/(?:work|farm|root)/",
    "an index of packages": "|".join(("index" + "-url", "find" + "-links", r"https?://[^\s\"']+/" + "simple")),
    "an address of a package": r"https?://[^\s\"']+\.(?:whl|tar\.gz|tgz)\b",
    "a store of packages": "pythonhosted" + r"\.org",
}


@pytest.mark.parametrize("kind", _FORBIDDEN)
def test_no_file_names_a_machine_or_a_registry(kind: str) -> None:
    pattern = re.compile(_FORBIDDEN[kind])
    for path in project_files():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found = pattern.search(text)
        assert found is None, f"{relative(path)} holds {kind}: {found.group()}"


def test_no_minified_file_of_others_is_kept() -> None:
    for path in project_files():
        if path.suffix in {".js", ".css", ".mjs"}:
            assert ".min." not in path.name, f"{relative(path)} is minified"
            longest = max((len(line) for line in path.read_text(encoding="utf-8").splitlines()), default=0)
            assert longest < MINIFIED_LINE_CHARACTERS, f"{relative(path)} is minified"


def test_no_test_is_left_out() -> None:
    """A skipped test is a part left out silently: what the suite needs, it brings or asks for."""
    pattern = re.compile(r"pytest\.(?:skip|xfail|importorskip)\(|mark\.(?:skip|xfail|skipif)\b")
    for path in python_files():
        if path != Path(__file__):
            assert not pattern.search(path.read_text(encoding="utf-8")), f"{relative(path)} leaves a test out"


def test_every_test_file_is_found_by_pytest() -> None:
    """A file of tests under another name would never run."""
    for path in python_files():
        if relative(path).startswith("tests/") and not path.name.startswith("test_") and path.name != "conftest.py":
            functions = (node for node in _body(path) if isinstance(node, ast.FunctionDef))
            names = [node.name for node in functions if node.name.startswith("test_")]
            assert not names, f"{relative(path)} holds {names}, which pytest does not collect"


def test_ci_runs_the_readmes_test_command_and_nothing_else() -> None:
    lines = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    commands = [line for line in lines if line and not line.startswith(("#", "set ", "cd "))]
    assert commands == ["exec ./tieout test"]


def _body(path: Path) -> list[ast.stmt]:
    return ast.parse(path.read_text(encoding="utf-8")).body


# Everything else belongs to one organisation, so that a query can never show one the books of another.
_TABLES_ABOVE_ORGANISATIONS: Final = {
    "organisations": "is the organisation",
    "practices": "an accountant's practice holds several organisations",
    "people": "a person may work for several organisations; memberships say which",
    "sign_in_links": "opens the door for a person",
    "webhook_sequences": "a provider numbers its events over all companies of our app",
}


def test_every_table_belongs_to_an_organisation_or_is_listed_with_its_reason() -> None:
    free = {name for name, table in metadata.tables.items() if "organisation_id" not in table.columns}
    assert free == set(_TABLES_ABOVE_ORGANISATIONS)


def test_what_is_pulled_is_tied_to_its_connection() -> None:
    for name, table in metadata.tables.items():
        if "external_id" in table.columns:
            assert "connection_id" in table.columns, f"{name} holds a provider's id without the connection it means"
