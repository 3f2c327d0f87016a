from __future__ import annotations

import pytest

from connectors.limits import APP, ENDPOINT, Rule, SlidingWindows, Together
from ledger.faults import RateLimited


class Time:
    """A clock that the sleeper moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def read(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def buckets(time: Time, *rules: Rule) -> SlidingWindows:
    return SlidingWindows(rules, monotonic=time.read, sleep=time.sleep)


def test_no_window_of_the_rule_s_length_holds_more_calls_than_it_allows() -> None:
    time = Time()
    limiter = buckets(time, Rule(calls=10, per_seconds=1, scope="second"))
    sent = []
    for number in range(45):
        limiter.acquire("a")
        sent.append(time.now)
        time.now += 0.03 * (number % 4)
    for first in sent:
        assert sum(1 for moment in sent if first <= moment < first + 1 - 1e-9) <= 10


def test_each_endpoint_may_have_a_budget_of_its_own() -> None:
    time = Time()
    limiter = buckets(time, Rule(calls=1, per_seconds=1, scope="second", each_endpoint=True))
    limiter.acquire("a")
    limiter.acquire("b")
    assert time.now == 100.0
    limiter.acquire("a")
    assert time.now == pytest.approx(101.0)


def test_a_rule_may_be_about_one_endpoint_alone() -> None:
    limiter = buckets(Time(), Rule(calls=1, per_seconds=60, scope="minute", only="batch"))
    limiter.acquire("batch")
    for _ in range(5):
        limiter.acquire("query")
    with pytest.raises(RateLimited):
        limiter.acquire("batch")


def test_a_long_wait_is_a_fault_and_not_a_sleep() -> None:
    time = Time()
    limiter = buckets(time, Rule(calls=1, per_seconds=86_400, scope="day"))
    limiter.acquire("a")
    with pytest.raises(RateLimited) as raised:
        limiter.acquire("a")
    assert raised.value.scope == "day"
    assert raised.value.retry_after_seconds == pytest.approx(86_400)


def test_a_refusal_closes_the_endpoint_for_a_while() -> None:
    time = Time()
    limiter = buckets(time, Rule(calls=10, per_seconds=1, scope="second"))
    limiter.refused("a", 3.0)
    limiter.acquire("a")
    assert time.now == pytest.approx(103.0)


def test_a_place_in_flight_is_given_back() -> None:
    time = Time()
    limiter = SlidingWindows((), monotonic=time.read, sleep=time.sleep, in_flight=1)
    for _ in range(3):
        limiter.acquire("a")
        limiter.release("a")
    with pytest.raises(ValueError, match="too many"):
        limiter.release("a")


def test_a_refusal_of_one_endpoint_leaves_the_company_s_others() -> None:
    time = Time()
    rules = (
        Rule(calls=9, per_seconds=1, scope="second"),
        Rule(calls=9, per_seconds=1, scope="second", each_endpoint=True),
    )
    limiter = buckets(time, *rules)
    limiter.refused("a", 3.0, ENDPOINT)
    limiter.acquire("b")
    assert time.now == 100.0
    limiter.acquire("a")
    assert time.now == pytest.approx(103.0)


def test_what_the_provider_counts_lowers_ours_and_never_raises_it() -> None:
    time = Time()
    limiter = buckets(time, Rule(calls=3, per_seconds=60, scope="minute"))
    limiter.acquire("a")
    limiter.told({"minute": 2, "day": 10})
    limiter.acquire("a")
    limiter.told({"minute": 0})
    with pytest.raises(RateLimited):
        limiter.acquire("a")
    time.now += 60
    limiter.told({"minute": 3})
    limiter.acquire("a")


def test_an_app_s_minute_is_shared_by_its_companies() -> None:
    time = Time()
    app = buckets(time, Rule(calls=2, per_seconds=60, scope=APP))
    one, two = (Together(buckets(time, Rule(calls=2, per_seconds=60, scope="minute")), app) for _ in range(2))
    for limiter in (one, two):
        limiter.acquire("a")
        limiter.release("a")
    with pytest.raises(RateLimited) as raised:
        two.acquire("a")
    assert raised.value.scope == APP
    time.now += 60
    one.refused("a", 3.0, "minute")
    two.acquire("a")
    one.told({APP: 0, "minute": 2})
    with pytest.raises(RateLimited):
        two.acquire("a")
