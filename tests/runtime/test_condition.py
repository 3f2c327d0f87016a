"""The state of a connection, why, and what to do about it, from its row at a moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from runtime.condition import condition_of

NOW = datetime(2026, 3, 14, 9, 30, tzinfo=UTC)
_AGO = NOW - timedelta(minutes=5)
_LONG_AGO = NOW - timedelta(hours=3)


def row(**values: Any) -> Any:
    """A ledger that was synced five minutes ago."""
    plain: dict[str, Any] = {
        "state": "healthy", "state_reason": None, "role": "books", "provider": "xero", "company_name": "Acme",
        "last_started_at": _AGO - timedelta(seconds=9), "last_synced_at": _AGO, "last_failed_at": None,
        "parked_until": None, "progress": {}, "catch_up_at": None,
    }  # fmt: skip
    return SimpleNamespace(**{**plain, **values})


@pytest.mark.parametrize(
    ("values", "state", "says"),
    [
        ({}, "healthy", None),
        ({"last_started_at": None, "last_synced_at": None}, "syncing", "waits for a worker"),
        ({"last_started_at": NOW}, "syncing", None),
        ({"state": "delayed", "state_reason": "Down.", "last_failed_at": NOW}, "delayed", "Down. It is asked again by itself"),
        ({"state": "delayed", "state_reason": "Down.", "last_failed_at": _AGO, "last_started_at": NOW}, "syncing", None),
        ({"state": "delayed", "state_reason": "A limit.", "parked_until": NOW + timedelta(hours=1)}, "parked", "A limit. Nothing is asked"),
        ({"catch_up_at": _AGO}, "healthy", "Webhooks did not come. What they told of is read by itself"),
        ({"catch_up_at": _LONG_AGO}, "healthy", None),
        ({"state": "action_needed", "state_reason": "No.", "last_started_at": NOW}, "action_needed", "No. An owner connects it"),
        ({"state": "disconnected", "last_synced_at": _LONG_AGO}, "disconnected", None),
        ({"role": "statement", "last_started_at": None, "last_synced_at": _LONG_AGO}, "healthy", None),
    ],
)  # fmt: skip
def test_a_state_with_its_remedy(values: dict[str, Any], state: str, says: str | None) -> None:
    told = condition_of(row(**values), NOW)
    assert told.state == state
    assert (told.sentence is None) if says is None else (says in str(told.sentence))


@pytest.mark.parametrize("state", ["healthy", "delayed"])
def test_what_nobody_looks_after_is_not_healthy(state: str) -> None:
    long = {"last_started_at": _LONG_AGO - timedelta(seconds=9), "last_synced_at": _LONG_AGO}
    told = condition_of(row(state=state, **long), NOW)
    assert told.state == "delayed"
    assert "tieout serve" in str(told.sentence)
    assert condition_of(row(state=state, **long, parked_until=_AGO), NOW).state == state  # it is only just awake


def test_a_pass_that_was_killed_falls_silent() -> None:
    begun = {"last_started_at": _LONG_AGO}
    assert (
        condition_of(row(**begun, last_synced_at=None, progress={"told_at": _AGO.isoformat()}), NOW).state == "syncing"
    )
    silent = (NOW - timedelta(minutes=11)).isoformat()
    told = condition_of(row(**begun, last_synced_at=None, progress={"told_at": silent}), NOW)
    assert told.state == "delayed"
    assert "where it was cut off" in str(told.remedy)
