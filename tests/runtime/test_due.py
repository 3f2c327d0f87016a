"""What the schedule finds due, from rows alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from runtime.due import (
    LOOK_AFTER,
    SYNC_EVERY,
    look_is_due,
    night_slot,
    recheck_is_due,
    sync_is_due,
    verify_is_due,
    was_cut_off,
)

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
BEFORE = NOW - timedelta(minutes=3)
LONG_AGO = NOW - timedelta(days=3)


def row(**values: Any) -> Any:
    plain = {
        "id": UUID(int=7), "state": "healthy", "token_set_id": UUID(int=1), "parked_until": None, "last_started_at": BEFORE,
        "last_synced_at": BEFORE, "last_failed_at": None, "catch_up_at": None, "rechecked_at": None, "progress": {},
        "connected_at": LONG_AGO, "look_due_at": None,
    }  # fmt: skip
    return SimpleNamespace(**{**plain, **values})


@pytest.mark.parametrize(
    ("values", "due"),
    [
        ({}, False),
        ({"last_started_at": None}, True),
        ({"last_started_at": NOW - SYNC_EVERY}, True),
        ({"last_started_at": NOW - SYNC_EVERY, "token_set_id": None}, False),
        ({"last_started_at": NOW - SYNC_EVERY, "state": "disconnected"}, False),
        ({"last_started_at": None, "parked_until": NOW + timedelta(seconds=1)}, False),
        ({"parked_until": NOW - timedelta(seconds=1)}, True),  # it wakes
        ({"parked_until": BEFORE - timedelta(seconds=1)}, False),  # it has woken
        ({"catch_up_at": NOW - timedelta(minutes=1)}, True),
        ({"catch_up_at": BEFORE - timedelta(minutes=1)}, False),
        ({"progress": {"feeds": {"a": {}}}}, True),  # cut off, or its turn was over and the queue was lost
        ({"progress": {"feeds": {"a": {}}}, "last_started_at": NOW - timedelta(seconds=30)}, False),
        ({"progress": {"feeds": {}, "of": 1}}, True),  # cut off before its first page
        ({"progress": {"feeds": {}, "of": 1}, "last_failed_at": NOW}, False),
        ({"state": "action_needed", "last_started_at": LONG_AGO, "last_failed_at": BEFORE}, False),
        ({"state": "action_needed", "last_started_at": LONG_AGO, "last_failed_at": NOW - timedelta(days=1)}, True),
    ],
)
def test_a_sync_is_due(values: dict[str, Any], due: bool) -> None:
    assert sync_is_due(row(**values), NOW) is due


@pytest.mark.parametrize(
    ("values", "left"),
    [
        ({}, True),
        ({"progress": {}}, False),
        ({"last_failed_at": NOW}, False),
        ({"last_failed_at": LONG_AGO}, True),
        ({"state": "disconnected"}, False),
        ({"state": "action_needed"}, False),
        ({"parked_until": NOW + timedelta(seconds=1)}, False),
    ],
)
def test_a_pass_was_cut_off(values: dict[str, Any], left: bool) -> None:
    assert was_cut_off(row(**{"progress": {"feeds": {}, "of": 1}, **values}), NOW) is left


def test_the_night_s_turn_comes_once() -> None:
    slot = night_slot(UUID(int=7), NOW, "Europe/London")
    assert recheck_is_due(row(), NOW, "Europe/London")
    assert recheck_is_due(row(rechecked_at=slot - timedelta(seconds=1)), NOW, "Europe/London")
    assert not recheck_is_due(row(rechecked_at=slot + timedelta(seconds=1)), NOW, "Europe/London")
    assert not recheck_is_due(row(connected_at=NOW), NOW, "Europe/London")  # it has just read everything
    assert not recheck_is_due(row(state="action_needed"), NOW, "Europe/London")
    assert not recheck_is_due(row(last_synced_at=None), NOW, "Europe/London")


def test_connections_are_spread_over_the_night_of_their_books() -> None:
    slots = {night_slot(UUID(int=number), NOW, "America/New_York") for number in range(60)}
    hours = {slot.astimezone(ZoneInfo("America/New_York")).hour for slot in slots}
    assert hours == {1, 2, 3, 4}
    assert len(slots) > 45
    assert all(NOW - timedelta(days=1) <= slot <= NOW for slot in slots)


def test_the_night_s_verification_follows_the_re_read_once() -> None:
    slot = night_slot(UUID(int=7), NOW, "Europe/London")
    after = slot + timedelta(minutes=1)
    assert not verify_is_due(row(), None, NOW, "Europe/London")
    assert not verify_is_due(row(rechecked_at=slot - timedelta(days=1)), None, NOW, "Europe/London")
    assert verify_is_due(row(rechecked_at=after), None, NOW, "Europe/London")
    assert verify_is_due(row(rechecked_at=after), slot - timedelta(hours=20), NOW, "Europe/London")
    assert not verify_is_due(row(rechecked_at=after), after, NOW, "Europe/London")  # also where it failed
    assert not verify_is_due(row(rechecked_at=after, state="action_needed"), None, NOW, "Europe/London")
    assert not verify_is_due(row(rechecked_at=after, parked_until=NOW + timedelta(hours=1)), None, NOW, "Europe/London")


@pytest.mark.parametrize(
    ("values", "due"),
    [
        ({}, True),
        ({"look_due_at": None}, False),
        ({"look_due_at": NOW - LOOK_AFTER + timedelta(seconds=1)}, False),  # whoever brought it is about to look
        ({"progress": {"feeds": {}}}, False),  # a pass looks at its end
        ({"progress": {"feeds": {}}, "last_failed_at": NOW}, True),
        ({"parked_until": NOW + timedelta(seconds=1)}, True),  # no provider is asked
        ({"state": "action_needed"}, True),
    ],
)
def test_a_look_is_due(values: dict[str, Any], due: bool) -> None:
    assert look_is_due(row(**{"look_due_at": NOW - LOOK_AFTER, **values}), NOW) is due
