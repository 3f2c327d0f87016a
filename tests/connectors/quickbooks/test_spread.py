"""Pages of one list side by side: whatever is made and deleted meanwhile, a row that stood all the while is seen."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import count
from random import Random
from typing import Any

import pytest

from connectors.quickbooks.spread import Spread, spread_of

SIZE = 6


def page(rows: list[str], position: int, by: Callable[[str], Any]) -> list[str]:
    return sorted(rows, key=by)[position - 1 : position - 1 + SIZE]


def walked(rows: list[str], by: Callable[[str], Any], rng: Random, *, changes: float) -> tuple[set[str], bool]:
    """Reads pages in any order while rows come and go; the ids that were seen, and whether it ended whole."""
    seen: set[str] = set()
    fresh = count(max(map(int, rows)) + 1)  # an id is never given twice
    where: Spread | None = Spread(size=SIZE, count=len(rows))
    assert where is not None
    while where is not None and not where.whole:
        while (position := where.to_ask(where.asked)) is not None:
            where = where.with_asked(position)
        if not where.asked:
            where = where.again()
            continue
        position = rng.choice(where.asked)
        where = spread_of(json.loads(json.dumps(where.as_json())))  # killed and gone on with
        if rng.random() < changes:
            rows.remove(rng.choice(rows))
        if rng.random() < changes:
            rows.append(str(next(fresh)))
        came = page(rows, position, by)
        seen |= set(came)
        where = where.with_page(position, came)
    return seen, where is not None


@pytest.mark.parametrize("by", [int, str])
def test_a_row_that_stood_all_the_while_is_seen(by: Callable[[str], Any]) -> None:
    ended = []
    for seed in range(150):
        rng = Random(seed)
        rows = [str(number) for number in range(rng.choice((1, 95)), 130)]
        stood = set(rows)
        seen, whole = walked(rows, by, rng, changes=0.08)
        ended.append(whole)
        if whole:
            assert seen >= stood & set(rows), seed
    assert sum(ended) > 100  # a list that does not come to rest is walked in another way, and that is rare


def test_a_quiet_list_takes_a_page_for_each_five_new_rows() -> None:
    for number in range(40):
        where = Spread(size=SIZE, count=number)
        rows = [str(10 + one) for one in range(number)]
        asked = 0
        while not where.whole:
            position = where.to_ask(())
            assert position is not None
            after = where.with_asked(position).with_page(position, page(rows, position, int))
            assert after is not None
            where, asked = after, asked + 1
        assert asked == max(1, -(-number // (SIZE - 1)))


def test_rows_in_no_order_of_ids_are_given_up() -> None:
    assert Spread(size=SIZE).with_page(1, ["3", "1", "2"]) is None
    assert Spread(size=SIZE).with_page(1, ["9", "10", "9"]) is None
    numbers = Spread(size=SIZE).with_page(1, ["8", "9", "10", "11", "12", "13"])
    assert numbers is not None
    assert numbers.orders == ("number",)
    assert numbers.with_page(6, ["13", "130", "14"]) is None
