"""The warm-path measure, on a small index."""

from pathlib import Path

import pytest

from bench.matching.__main__ import main
from bench.matching.warm import Shape, warm


def test_single_steps_are_timed() -> None:
    measured = warm(Shape(450, 40, 100, 5))
    assert (measured.receipt.steps, measured.invoice.steps) == (40, 40)
    for one in (measured.receipt, measured.invoice):
        assert 0 < one.median <= one.p99 <= one.most


def test_the_command_prints_a_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["warm", "--invoices", "450", "--steps", "5", "--table", str(tmp_path / "warm.md")]) == 0
    assert "| one new receipt decided | 5 |" in capsys.readouterr().out
