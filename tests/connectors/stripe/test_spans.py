"""A list divided into spans of time: every object comes, no call more than a span costs, from any place on."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from connectors.stripe.spans import divided, new_span
from tests.connectors.stripe.shop import T0, Shop, ids, open_shop


def test_quick_calls_are_not_divided() -> None:
    span = {**new_span(), "at": 100}
    assert divided(span, 200, 0) == [span]
    assert divided({**span, "listed": True}, 200, 5) == [{**span, "listed": True}]
    assert divided(span, 100, 5) == [span]  # a page of one second tells nothing of the pace


@pytest.mark.parametrize("places", range(1, 6))
@pytest.mark.parametrize("lo", [None, 0, 5_000, 9_500])
def test_the_parts_are_the_whole(places: int, lo: int | None) -> None:
    span = {**new_span(lo=lo, hi=20_000), "at": 10_000, "after": "in_9"}
    parts = divided(span, 10_100, places)
    assert parts[0]["after"] == "in_9"
    bounds = [(part["lo"], part["hi"]) for part in parts]
    for (low, _), (_, high) in pairwise(bounds):
        assert low == high
    assert (bounds[0][1], bounds[-1][0]) == (20_000, lo)
    assert len(parts) <= places + 1


def test_a_short_rest_is_not_divided() -> None:
    span = {**new_span(lo=9_900), "at": 10_000}
    assert divided(span, 10_100, 5) == [span]


def _long(count: int) -> Shop:
    shop = Shop(page=3)
    for number in range(count):
        shop.add("charges", {"id": f"ch_{number:03}", "object": "charge", "currency": "usd", "amount": number})
    return shop


class _Slow:
    """A clock by which each call takes a second."""

    def __init__(self) -> None:
        self.moment = datetime.fromtimestamp(T0 + 1_000_000).astimezone()

    def __call__(self) -> datetime:
        self.moment += timedelta(milliseconds=120)
        return self.moment


def test_slow_calls_are_made_side_by_side_and_bring_everything() -> None:
    with open_shop(_long(120)) as site:
        site.connector._clock = _Slow()
        pages = site.pull()
        found = ids(pages)
        assert {f"ch_{n:03}" for n in range(120)} == {own for kind, own in found if kind == "charges"}
        spans = max(page.state["lanes"]["charges"]["next"] for page in pages if "lanes" in page.state)
        assert spans > 3
        calls = sum(call.path == "/v1/charges" for call in site.calls)
        assert calls <= 40 + spans
        for cut in range(1, len(pages), 7):
            state = json.loads(json.dumps(pages[cut - 1].state))
            rest = site.pull(state)
            assert set(ids(pages[:cut])) | set(ids(rest)) == set(found)
            assert rest[-1].done
