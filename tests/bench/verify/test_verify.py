"""The benchmark holds at a small size, so that it can be trusted at a large one."""

from __future__ import annotations

import json

import pytest

from bench.verify.__main__ import main


@pytest.mark.parametrize("books", ["quickbooks", "xero"])
def test_it_counts_calls_and_names_what_was_changed(books: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--books", books, "--customers", "30", "--invoices", "60"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["tied"]["calls"] == told["tied"]["ours"] < 20
    assert told["changed"]["causes"] == {"other_poster": 1, "changed_there": 1, "voided_there": 1}
