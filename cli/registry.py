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
    Row("demo", "cli.demo:demo", "tieout demo --once --json"),
    Row("serve", "cli.serve:serve", "tieout serve --port 8765"),
    Row("web", "cli.serve:web", "tieout web --port 8765"),
    Row("worker", "cli.serve:worker", "tieout worker"),
    Row("schedule", "cli.serve:schedule", "tieout schedule"),
    Row("connect", "cli.connect:connect", "tieout connect stripe --credentials stripe.json"),
    Row("connections", "cli.connections:connections", "tieout connections --json"),
    Row("sync", "cli.sync:sync", "tieout sync stripe:acct_1Abc"),
    Row(
        "import-statement",
        "cli.import_statement:import_statement",
        "tieout import-statement statement.xml --account Operating",
    ),
    Row("reconcile", "cli.reconcile:reconcile", "tieout reconcile --json"),
    Row("shadow", "cli.shadow:shadow", "tieout shadow --json"),
    Row("policy", "cli.policy:app", "tieout policy show --json"),
    Row("close", "cli.close:close", "tieout close --entity Harrow --through 2026-03-31 --out march"),
    Row("verify", "cli.verify:verify", "tieout verify --json"),
    Row("post", "cli.post:post", "tieout post --dry-run"),
    Row("posting", "cli.posting:app", "tieout posting set bank Checking"),
    Row("findings", "cli.findings:findings", "tieout findings --json"),
    Row("export", "cli.export:export", "tieout export invoices --format csv --out invoices.csv"),
    Row("users", "cli.users:app", "tieout users add --owner ann@example.com"),
    Row("db", "cli.db:app", "tieout db backup"),
    Row("audit", "cli.audit:app", "tieout audit verify"),
    Row("hooks", "cli.hooks:app", "tieout hooks replay"),
    Row("keys", "cli.keys:app", "tieout keys rotate"),
    Row("simulate", "cli.simulate:simulate", "tieout simulate --seeds 20 --steps 500"),
    Row("doctor", "cli.doctor:doctor", "tieout doctor --json"),
    Row("test", "cli.test:test", "tieout test -k money", PASSES_ON),
    Row("dev", "cli.dev:app", "tieout dev check"),
)

DEV_COMMANDS: Final[tuple[Row, ...]] = (
    Row("check", "cli.dev:check", "tieout dev check"),
    Row("gate", "cli.dev:gate", "tieout dev gate"),
    Row("samples", "cli.samples:samples", "tieout dev samples ../samples"),
)
