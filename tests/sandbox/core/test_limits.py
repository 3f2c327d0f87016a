"""Fixed windows and calls in flight."""

from datetime import UTC, datetime

from sandbox.core.clock import SandboxClock
from sandbox.core.limits import FixedWindows, Window


def _limits(**windows: Window) -> tuple[SandboxClock, FixedWindows]:
    clock = SandboxClock(datetime(2026, 3, 1, tzinfo=UTC), running=False)
    return clock, FixedWindows(clock, windows, in_flight=2)


def _call(limits: FixedWindows, key: str = "t") -> str | None:
    verdict = limits.enter(key)
    if verdict.allowed:
        limits.leave(key)
    return verdict.problem


def test_a_full_window_refuses_until_it_begins_anew() -> None:
    clock, limits = _limits(minute=Window(3, 60), day=Window(100, 86400))
    assert [_call(limits) for _ in range(4)] == [None, None, None, "minute"]
    refused = limits.enter("t")
    assert refused.remaining == {"minute": 0, "day": 97}  # a refused call counts nowhere
    assert refused.retry_after is not None
    assert 1 <= refused.retry_after <= 60
    clock.advance(refused.retry_after)
    assert _call(limits) is None


def test_each_key_has_its_own_count() -> None:
    _, limits = _limits(minute=Window(1, 60))
    assert _call(limits, "a") is None
    assert _call(limits, "b") is None
    assert _call(limits, "a") == "minute"


def test_the_day_is_named_before_the_minute() -> None:
    _, limits = _limits(minute=Window(1, 60), day=Window(1, 86400))
    assert _call(limits) is None
    assert _call(limits) == "day"


def test_calls_in_flight_are_capped_without_a_time_to_wait() -> None:
    _, limits = _limits(minute=Window(60, 60))
    assert limits.enter("t").allowed
    assert limits.enter("t").allowed
    third = limits.enter("t")
    assert third.problem == "in_flight"
    assert third.retry_after is None
    limits.leave("t")
    assert limits.enter("t").allowed


def test_configure_replaces_the_limits_and_counts_anew() -> None:
    _, limits = _limits(minute=Window(1, 60))
    assert [_call(limits), _call(limits)] == [None, "minute"]
    limits.configure({"minute": Window(2, 60)})
    assert [_call(limits) for _ in range(3)] == [None, None, "minute"]
