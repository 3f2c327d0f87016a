"""Format, lint, types and imports of everything: what `tieout dev check` runs, held here so that nothing is left out."""

from __future__ import annotations

import pytest

from cli.checks import CHECKS, Check, run_check


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: str(check.name))
def test_the_whole_tree_passes(check: Check) -> None:
    outcome = run_check(check)
    assert outcome.passed, outcome.output
