"""How far an import is: over turns, with totals that shrink, and the time it may still take."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from runtime.progress import Standing, how_far
from sync.pull import Progress


def note(standing: Standing, feed: str, came: int, total: int | None, *, done: bool = False) -> None:
    standing.note(Progress(feed=feed, came=came, total=total, done=done))


def row(progress: dict[str, Any], since: date | None = None) -> Any:
    return SimpleNamespace(progress=progress, since=since, last_synced_at=None)


def test_a_history_is_most_of_an_import_with_a_start_date() -> None:
    standing = Standing.of(row({}, date(2026, 10, 1)), 3, full=False, behind=("history",))
    note(standing, "Contacts", 10, 10, done=True)
    note(standing, "Invoices", 10, 10, done=True)
    standing.note(Progress(feed="history", came=500, total=None, done=False, share=0.5))
    found = how_far(standing.content)
    assert found is not None
    assert found.share == pytest.approx(0.55)


def test_a_total_that_counts_what_is_left_does_not_shrink() -> None:
    standing = Standing.of(row({}), 1, full=False)
    for came, left in ((1000, 4000), (2000, 3000), (3000, 2000)):
        note(standing, "Invoices", came, left)
    found = how_far(standing.content)
    assert found is not None
    assert (found.came, found.total) == (3000, 4000)
    assert found.share == pytest.approx(0.75)


def test_turns_add_up_and_the_time_left_follows_their_pace() -> None:
    first = Standing.of(row({}), 2, full=False)
    note(first, "Contacts", 500, 500, done=True)
    note(first, "Invoices", 1000, 4000)
    first.spend(30.0)
    second = Standing.of(row(first.content), 2, full=False)
    note(second, "Invoices", 1000, 3000)
    second.spend(12.0)
    found = how_far(second.content)
    assert found is not None
    assert (found.came, found.total) == (2500, 4500)
    assert found.share == pytest.approx(0.75)
    assert found.seconds_left == 14
    assert Standing.of(row(first.content), 2, full=True).content["feeds"] == {}


def test_nothing_is_said_where_nothing_is_known() -> None:
    assert how_far({}) is None
    standing = Standing.of(row({}), 1, full=False)
    note(standing, "account", 900, None)
    found = how_far(standing.content)
    assert found is not None
    assert (found.total, found.share, found.seconds_left) == (None, 0.0, None)


def test_a_turn_leaves_out_what_an_earlier_one_has_read_unless_all_was() -> None:
    first = Standing.of(row({}), 2, full=False)
    note(first, "Contacts", 5, 5, done=True)
    second = Standing.of(row(first.content), 2, full=False)
    assert second.done == {"Contacts"}
    note(second, "Invoices", 5, 5, done=True)
    assert Standing.of(row(second.content), 2, full=False).done == frozenset()
    assert Standing.of(row(first.content), 2, full=True).done == frozenset()
