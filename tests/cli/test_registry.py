"""The table of commands and the modules that answer them."""

from __future__ import annotations

import re

import pytest

from cli.lazy import load
from cli.registry import COMMANDS, DEV_COMMANDS, Row
from runtime.settings import ROOT

# Modules of cli that serve others and are no command themselves have no function or Typer in the table.
_OFFERS_APP = re.compile(r"^app(: [\w.]+)? = (typer\.Typer|lazy_group)\(", re.MULTILINE)


@pytest.mark.parametrize("row", [*COMMANDS, *DEV_COMMANDS], ids=lambda row: str(row.target))
def test_every_row_leads_to_a_command_with_a_first_sentence(row: Row) -> None:
    command = load(row)
    assert command.name == row.name
    assert command.help, f"{row.target} has no docstring for its help"


def test_no_name_stands_twice() -> None:
    names = [row.name for row in COMMANDS]
    assert len(names) == len(set(names))


def test_every_module_that_offers_commands_has_its_row() -> None:
    targets = {row.target.partition(":")[0] for row in (*COMMANDS, *DEV_COMMANDS)}
    offering = {
        f"cli.{path.stem}"
        for path in (ROOT / "cli").glob("*.py")
        if path.stem != "main" and _OFFERS_APP.search(path.read_text(encoding="utf-8"))
    }
    assert offering <= targets
