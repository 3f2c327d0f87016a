"""Debts that stand twice, and changes that arrive by themselves."""

from __future__ import annotations

from pathlib import Path

from bench.spine.hooks import hooks
from bench.spine.house import House
from bench.spine.twins import twins
from sandbox.run import Sandbox

DEBTS = 60


def test_a_debt_that_stands_twice_is_counted_once_and_closed_by_either(tmp_path: Path) -> None:
    with Sandbox(real_limits=False) as own:  # it adds a company of its own
        told = twins(own, tmp_path, 3, DEBTS)
    assert told.linked == DEBTS
    assert told.here == {"books": told.owed, "processor": 0}
    assert told.after_paying["processor"] == 0
    assert told.after_paying["books"] < told.owed
    assert told.wrong == []


def test_changes_arrive_by_webhook_within_seconds(house: House) -> None:
    arrived = hooks(house, 5)
    assert [(one.what, one.status) for one in arrived] == [
        ("quickbooks new invoice", "open"),
        ("quickbooks payment", "open"),
        ("stripe charge of a stranger", "unmatched"),
        ("stripe payment of a mirrored invoice", "matched"),
        ("xero new invoice", "open"),
        ("xero payment", "open"),
        ("stripe charge of a stranger", "unmatched"),
        ("stripe payment of a mirrored invoice", "matched"),
    ]
