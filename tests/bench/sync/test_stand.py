"""The stand-ins answer as our connectors expect of the providers: every row comes, in the calls that it takes."""

from __future__ import annotations

from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from bench.sync.limits import OURS, THEIRS, floor_seconds
from bench.sync.ours import connector
from bench.sync.serve import provider
from bench.sync.stripe import SHARES, world
from connectors.limits import APP

ROWS = 1_300
DIVIDED = 10  # a list whose call takes longer than 80 ms is read in spans side by side, each for a call more


@pytest.mark.parametrize(("name", "own", "calls"), [("stripe", 0, 24), ("quickbooks", 12, 18), ("xero", 2, 13)])
def test_every_row_comes_and_a_second_pass_asks_little(name: str, own: int, calls: int) -> None:
    with provider(name, ROWS) as stand:
        reader = connector(name, stand.base, limits=False)
        found: set[tuple[str, str]] = set()
        states = {}
        for feed in reader.feeds():
            for page in reader.pull(feed, None):
                found |= {(record.kind, record.external_id) for record in page.records}
                states[feed] = page.state
        rows = {kind for kind, _ in found}
        assert len(found) - ROWS in range(own + 3)
        assert reader.calls <= calls + (DIVIDED if name == "stripe" else 0)
        before = reader.calls
        for feed in reader.feeds():
            assert [page.done for page in reader.pull(feed, states[feed])][-1]
        assert reader.calls - before <= 13
        assert rows


def test_a_stand_in_with_limits_refuses_what_is_beyond_them() -> None:
    with provider("stripe", 400, limits=True) as stand:
        reader = connector("stripe", stand.base, limits=False)
        assert sum(len(page.records) for feed in reader.feeds() for page in reader.pull(feed, None)) == 400
        assert stand.sent()["refused"] == 0


def test_after_a_rest_a_pass_with_limits_of_its_own_may_begin() -> None:
    calls = THEIRS["xero"][0][0][0]
    with provider("xero", 30, limits=True) as stand:
        for refused in range(2):
            for _ in range(calls):
                urlopen(f"{stand.base}/Invoices").close()
            assert stand.sent()["refused"] == refused
            with pytest.raises(HTTPError, match="429"):
                urlopen(f"{stand.base}/Invoices")
            urlopen(f"{stand.base}/-/rest").close()


def test_the_same_seed_is_the_same_world() -> None:
    one, other = world(500, 3), world(500, 3)
    assert {kind: objects.raws for kind, objects in one.items()} == {k: o.raws for k, o in other.items()}
    assert sum(len(objects.ids) for objects in one.values()) == 500
    assert set(SHARES) < set(one)
    assert one["charges"].stamps == sorted(one["charges"].stamps, reverse=True)


def test_what_limits_alone_allow() -> None:
    assert floor_seconds("stripe", 170_000, 200) == 20.2  # 510 calls of one list at 25 a second
    assert floor_seconds("xero", 34_000, 200) == 1.8  # 45 calls, within one minute's, five at once
    assert floor_seconds("xero", 170_000, 200) == 180.2  # 181 calls: three minutes pass before the last one may go
    assert floor_seconds("quickbooks", 34_000, 200) == 4.2  # 49 calls at ten a second


@pytest.mark.parametrize("name", OURS)
def test_a_worker_keeps_just_under_what_is_documented(name: str) -> None:
    windows, at_once = THEIRS[name]
    rules, in_flight = OURS[name]
    own = [rule for rule in rules if rule.scope != APP and not rule.only]

    for calls, seconds, each in windows:
        same = [rule for rule in own if rule.each_endpoint is each and (rule.per_seconds > 5) is (seconds > 5)]
        assert 0.95 <= min(rule.calls / rule.per_seconds for rule in same) / (calls / seconds) <= 0.985
    assert not at_once or in_flight <= at_once
