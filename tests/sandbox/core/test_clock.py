"""The sandbox clock."""

from datetime import UTC, datetime, timedelta

import pytest

from sandbox.core.clock import SandboxClock

START = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


def test_a_stopped_clock_moves_only_when_told() -> None:
    clock = SandboxClock(START, running=False)
    assert clock.now() == clock.now() == START
    clock.advance(90)
    clock.advance(timedelta(days=1))
    assert clock.now() == START + timedelta(days=1, seconds=90)


def test_a_running_clock_starts_where_it_was_put() -> None:
    clock = SandboxClock(START)
    assert clock.running
    assert timedelta() <= clock.now() - START < timedelta(minutes=1)


def test_set_stops_and_run_lets_go_on_from_there() -> None:
    clock = SandboxClock()
    clock.set(START)
    assert not clock.running
    assert clock.now() == START
    clock.run()
    assert clock.running
    assert START <= clock.now() < START + timedelta(minutes=1)


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="needs its zone"):
        SandboxClock(datetime(2026, 3, 1))
