"""Commands for those who work on Tieout itself."""

from __future__ import annotations

import sys

from cli.checks import CHECKS, run_check
from cli.lazy import lazy_group
from cli.registry import DEV_COMMANDS

app = lazy_group(DEV_COMMANDS, "For work on Tieout itself.", "dev")


def check() -> int:
    """Format, lint, types and imports, without the tests."""
    failed = 0
    for each in CHECKS:
        outcome = run_check(each)
        print(f"{each.name}: {'ok' if outcome.passed else 'failed'}", flush=True)
        if not outcome.passed:
            failed += 1
            print(outcome.output, file=sys.stderr, flush=True)
    return 1 if failed else 0


def gate() -> int:
    """Everything, exactly as CI runs it."""
    from cli.test import run_suite

    return run_suite([])
