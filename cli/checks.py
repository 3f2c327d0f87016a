"""The checks of format, lint, types and imports: `tieout dev check` runs them, and the suite holds each as a test."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from typing import Final

from runtime.settings import ROOT, environment


@dataclass(frozen=True, slots=True)
class Check:
    """`arguments` go to this very Python: the tools of another installation are never met."""

    name: str
    arguments: tuple[str, ...]


CHECKS: Final = (
    Check("format", ("-m", "ruff", "format", "--check", "--output-format", "concise", ".")),
    Check("lint", ("-m", "ruff", "check", "--output-format", "concise", ".")),
    Check("types", ("-m", "mypy", "--no-error-summary")),
    Check("imports", ("-c", "from importlinter.cli import lint_imports_command as run; run(['--no-logo'])")),
)


@dataclass(frozen=True, slots=True)
class Outcome:
    check: Check
    passed: bool
    output: str


def run_check(check: Check) -> Outcome:
    done = subprocess.run(
        [sys.executable, *check.arguments],
        cwd=ROOT,
        env=environment(PYTHONPATH=str(ROOT)),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return Outcome(check, done.returncode == 0, done.stdout.strip())
