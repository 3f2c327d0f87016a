"""A list divided into spans of time: every object comes, no call more than a span costs, from any place on."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from connectors.stripe.spans import Span, divided, new_span
from tests.connectors.stripe.shop import T0, Shop, ids, open_shop


def test_what_is_not_worth_it_is_not_divided() -> None:
    span = {**new_span(lo=0), "at": 100}
    assert divided(span, 100, 1) == [span]
    assert divided({**span, "listed": True}, 100, 5) == [{**span, "listed": True}]
    assert divided(span, 0, 5) == [span]  # a page of one second tells nothing of the pace


def _bounds(parts: list[Span], low: int | None, high: int | None) -> None:
    """They are the whole, one after the other."""
    bounds = [(part["lo"], part["hi"]) for part in parts]
    for (lower, _), (_, upper) in pairwise(bounds):
        assert lower == upper
    assert (bounds[0][1], bounds[-1][0]) == (high, low)


@pytest.mark.parametrize("count", range(2, 9))
@pytest.mark.parametrize("lo", [None, 0, 5_000, 9_500])
def test_the_parts_are_the_whole(count: int, lo: int | None) -> None:
    span = {**new_span(lo=lo), "at": 10_000, "after": "in_9"}
    parts = divided(span, 100, count)
    assert parts[0]["after"] == "in_9"
    _bounds(parts, lo, None)
    assert len(parts) == (min(count, 6) if lo is None else count)


def test_guesses_reach_no_further_than_accounts_do() -> None:
    year = 365 * 86_400
    parts = divided({**new_span(), "at": 50 * year, "after": "cus_9"}, year, 8)
    assert [(part["hi"], part["lo"]) for part in parts] == [(None, 47 * year), (47 * year, None)]


def test_what_is_older_than_all_guesses_is_reached_for_by_what_is_known() -> None:
    rest = {**new_span(hi=10_000), "at": 9_900, "after": "in_9"}
    parts = divided(rest, 50, 8, reached=4_000)
    assert [(part["hi"], part["lo"]) for part in parts] == [(10_000, 8_900), (8_900, None)]


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
