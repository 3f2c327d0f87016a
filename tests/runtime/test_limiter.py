"""Limits that several workers keep together, over a real server; and what holds where there is none."""

from __future__ import annotations

import logging
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from connectors.limits import APP, ENDPOINT, Rule, SlidingWindows
from connectors.quickbooks.limits import rules as quickbooks_rules
from connectors.stripe.limits import rules as stripe_rules
from connectors.xero.limits import rules as xero_rules
from ledger.faults import RateLimited
from runtime.limiter import SharedWindows, link_to
from runtime.settings import ROOT

MINUTE = Rule(calls=5, per_seconds=60, scope="minute")
IN_ALL = Rule(calls=8, per_seconds=60, scope=APP)
_FOREIGN = """
import sys
from redis import Redis
from connectors.limits import NoLimit, Rule
from runtime.limiter import SharedWindows
link = Redis.from_url(sys.argv[1])
windows = SharedWindows(link, ("xero", "one"), [Rule(calls=5, per_seconds=60, scope="minute")], in_flight=2,
    fallback=NoLimit(), sleep=lambda _: None, longest_wait_seconds=1.0)
for _ in range(int(sys.argv[2])):
    windows.acquire("a")
    if sys.argv[3] == "release":
        windows.release("a")
"""


def windows(
    url: str,
    *rules: Rule,
    company: str = "one",
    in_flight: int = 5,
    longest: float = 1.0,
    naps: list[float] | None = None,
) -> SharedWindows:
    taken = [] if naps is None else naps
    own = SlidingWindows(
        [rule for rule in rules if rule.scope != APP], monotonic=time.monotonic, sleep=taken.append, in_flight=in_flight,
        longest_wait_seconds=longest,
    )  # fmt: skip
    link = link_to(url, Path())
    assert link is not None
    return SharedWindows(
        link, ("xero", company), rules, in_flight=in_flight, fallback=own, sleep=taken.append,
        longest_wait_seconds=longest,
    )  # fmt: skip


def call(limiter: SharedWindows, endpoint: str = "a") -> None:
    limiter.acquire(endpoint)
    limiter.release(endpoint)


def elsewhere(url: str, calls: int, then: str) -> None:
    """Calls of another process, which then dies."""
    subprocess.run([sys.executable, "-c", _FOREIGN, url, str(calls), then], cwd=ROOT, check=True, timeout=240)


def test_two_processes_share_one_minute(valkey: str) -> None:
    elsewhere(valkey, 3, "release")
    limiter = windows(valkey, MINUTE)
    call(limiter)
    call(limiter)
    with pytest.raises(RateLimited) as raised:
        limiter.acquire("a")
    assert raised.value.scope == "minute"
    assert 50 < raised.value.retry_after_seconds <= 60


@pytest.mark.parametrize("rules", [stripe_rules(live=True), stripe_rules(live=False), quickbooks_rules(), xero_rules()])
def test_the_server_takes_the_rules_that_workers_keep(
    valkey: str, rules: tuple[Rule, ...], caplog: pytest.LogCaptureFixture
) -> None:
    """A window of 0.207 seconds is no whole number of milliseconds to a computer; the server wants one."""
    limiter = windows(valkey, *rules)
    with caplog.at_level(logging.WARNING):
        call(limiter)
        limiter.told({rule.scope: rule.calls - 1 for rule in rules})
    assert caplog.records == []


def test_a_rule_may_be_about_one_endpoint_alone(valkey: str) -> None:
    limiter = windows(valkey, MINUTE, Rule(calls=1, per_seconds=60, scope="second", only="batch"))
    call(limiter, "batch")
    for _ in range(3):
        call(limiter, "query")
    with pytest.raises(RateLimited) as raised:
        limiter.acquire("batch")
    assert raised.value.scope == "second"
    limiter.refused("query", 30.0, "second")
    with pytest.raises(RateLimited) as raised:
        limiter.acquire("query")
    assert raised.value.scope == "minute"


def test_threads_of_one_process_never_exceed_it(valkey: str) -> None:
    limiter = windows(valkey, Rule(calls=40, per_seconds=60, scope="minute"), in_flight=8)

    def one(_: int) -> bool:
        try:
            call(limiter)
        except RateLimited:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(one, range(60))) == 40


def test_companies_have_minutes_of_their_own_and_one_app(valkey: str) -> None:
    first, second = (windows(valkey, MINUTE, IN_ALL, company=name) for name in ("one", "two"))
    for _ in range(5):
        call(first)
    for _ in range(3):
        call(second)
    with pytest.raises(RateLimited) as raised:
        second.acquire("a")
    assert raised.value.scope == APP


def test_an_endpoint_may_have_a_budget_of_its_own(valkey: str) -> None:
    limiter = windows(valkey, Rule(calls=1, per_seconds=60, scope="second", each_endpoint=True))
    call(limiter, "a")
    call(limiter, "b")
    with pytest.raises(RateLimited):
        limiter.acquire("a")


def test_a_place_that_a_dead_worker_held_is_free_when_its_lease_ends(valkey: str) -> None:
    elsewhere(valkey, 2, "keep")
    link = link_to(valkey, Path())
    assert link is not None
    key = "tieout:limit:xero:one:flight"
    assert link.zcard(key) == 2
    limiter = windows(valkey, MINUTE, in_flight=2, naps=[])
    with pytest.raises(RateLimited) as raised:
        limiter.acquire("a")  # the naps of this test take no time: it asks until a lease's length has gone by
    assert raised.value.scope == "concurrent"
    for member in list(link.zrange(key, 0, -1)):
        link.execute_command("ZADD", key, 1, member)  # as if their time were up
    call(limiter)
    assert link.zcard(key) == 0


@pytest.mark.parametrize(("scope", "own", "other"), [("minute", False, True), (APP, False, False), ("", False, True)])
def test_a_refusal_closes_what_it_is_about_for_everybody(valkey: str, scope: str, own: bool, other: bool) -> None:
    rules = (MINUTE, IN_ALL)
    windows(valkey, *rules).refused("a", 30.0, scope)
    for company, open_ in (("one", own), ("two", other)):
        limiter = windows(valkey, *rules, company=company)
        if open_:
            call(limiter)
        else:
            with pytest.raises(RateLimited) as raised:
                limiter.acquire("a")
            assert 25 < raised.value.retry_after_seconds <= 30


def test_a_refusal_of_one_endpoint_leaves_the_others(valkey: str) -> None:
    limiter = windows(valkey, MINUTE, Rule(calls=2, per_seconds=1, scope="second", each_endpoint=True))
    limiter.refused("a", 30.0, ENDPOINT)
    call(limiter, "b")
    with pytest.raises(RateLimited):
        limiter.acquire("a")


def test_what_the_provider_counts_is_believed_where_it_is_more(valkey: str) -> None:
    limiter = windows(valkey, MINUTE)
    call(limiter)
    limiter.told({"minute": 4, "day": 900})
    call(limiter)
    limiter.told({"minute": 1})  # somebody else spent two
    call(limiter)
    with pytest.raises(RateLimited):
        limiter.acquire("a")


def test_a_short_wait_is_slept_through(valkey: str) -> None:
    naps: list[float] = []
    limiter = windows(valkey, Rule(calls=1, per_seconds=0.05, scope="second"), naps=naps)
    call(limiter)
    call(limiter)
    assert naps
    assert max(naps) <= 0.05


def test_without_its_server_a_process_keeps_its_own_limits(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    limiter = windows("unix:///nowhere/valkey.sock", MINUTE)
    for _ in range(5):
        call(limiter)
    limiter.told({"minute": 0})
    with pytest.raises(RateLimited):
        limiter.acquire("a")
    assert caplog.text.count("kept by this process alone") == 1


def test_no_server_no_link(tmp_path: Path) -> None:
    assert link_to(None, tmp_path) is None
