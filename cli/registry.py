"""Which module answers which command. A row is read when its command is called: starting one never imports another.

A module offers a function, or a `typer.Typer` where its command has commands of its own. To add a command, write its
module and give it a row here; `tests/cli/test_registry.py` holds the two together.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class Row:
    """`target` is `module:attribute`; `example` closes its help; `settings` go to typer as they are."""

    name: str
    target: str
    example: str
    settings: dict[str, Any] = field(default_factory=dict)


# What follows such a command belongs to another program (pytest, say) and is handed on unread.
PASSES_ON: Final = {"context_settings": {"allow_extra_args": True, "ignore_unknown_options": True}}

COMMANDS: Final[tuple[Row, ...]] = (
    Row(
        "match",
        "cli.match:match",
        "tieout match --invoices invoices.csv --receipts receipts.csv --out matched",
    ),
    Row("doctor", "cli.doctor:doctor", "tieout doctor --json"),
    Row("test", "cli.test:test", "tieout test -k money", PASSES_ON),
    Row("dev", "cli.dev:app", "tieout dev check"),
)

DEV_COMMANDS: Final[tuple[Row, ...]] = (
    Row("check", "cli.dev:check", "tieout dev check"),
    Row("gate", "cli.dev:gate", "tieout dev gate"),
)
