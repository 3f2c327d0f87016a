"""Posting as it runs: from a signed webhook to a payment in the books with nobody clicking, and killed on the way."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.posting.calls import calls
from bench.posting.kills import kills
from bench.posting.webhook import webhook


@pytest.mark.parametrize("provider", ["quickbooks", "xero"])
def test_one_webhook_is_one_payment_in_the_books(tmp_path: Path, provider: str) -> None:
    told = webhook(provider, tmp_path, charges=1)
    assert told.right, told


def test_a_worker_killed_while_it_posts_writes_each_payment_once(tmp_path: Path) -> None:
    """Xero surely knows a key for some minutes, so that nothing has to be waited out; QuickBooks is in bench.posting."""
    told = kills("xero", tmp_path, seed=5, matches=120, count=3)
    assert told.kills
    assert told.holds, told


@pytest.mark.parametrize("provider", ["quickbooks", "xero"])
def test_posting_takes_the_least_calls(tmp_path: Path, provider: str) -> None:
    told = calls(provider, tmp_path, matches=200)
    assert told.holds, told
