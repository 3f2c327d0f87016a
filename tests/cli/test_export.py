"""Tables that a spreadsheet opens: a text is never a formula, and a number stays one."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest

from cli.export import write_text

COLUMNS = ("name", "amount")


def _written(form: str, **row: Any) -> str:
    file = io.StringIO()
    write_text(file, form, COLUMNS, [row])
    return file.getvalue()


@pytest.mark.parametrize(
    "text", ['=HYPERLINK("http://x.example")', "+1+cmd|' /C calc'!A1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "-", "+44 20 7946"]
)  # fmt: skip
def test_a_text_that_reads_like_a_formula_is_led_by_an_apostrophe(text: str) -> None:
    _, row = csv.reader(io.StringIO(_written("csv", name=text, amount="-12.50"), newline=""))
    assert row == [f"'{text}", "-12.50"]
    assert json.loads(_written("jsonl", name=text, amount="-12.50")) == {"name": text, "amount": "-12.50"}


@pytest.mark.parametrize(
    "value", ["-12.50", "-1200", "+7", "0.001", "-0.00", "1-2", "Smith & Co =", "", None, True, -3]
)
def test_numbers_and_other_texts_stay_as_they_are(value: Any) -> None:
    _, row = csv.reader(io.StringIO(_written("csv", name="x", amount=value), newline=""))
    assert row == ["x", "" if value is None else str(value)]
