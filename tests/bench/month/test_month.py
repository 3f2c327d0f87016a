"""The first days of the month through the whole product, on both ledgers; `python -m bench.month` is the whole of it."""

from __future__ import annotations

import pytest

from bench.month.run import run

DAYS = 13  # another app's week, then disputes, refunds, a payout that comes back and a reserve


@pytest.mark.parametrize("books", ["quickbooks", "xero"])
def test_it_ties_out_to_the_cent(books: str) -> None:
    told = run(books, 3, days=DAYS)
    assert told.wrong == []
    assert told.failed == []
    assert {one["unexplained"] for one in told.last} == {f"{one['currency']} 0.00" for one in told.last}
    assert told.coded == 2 * (DAYS - 1)
    assert "changed_there" in told.changed[0]
    assert "paused" in told.paused
