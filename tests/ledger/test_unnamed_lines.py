"""A payment names a journal and no line: customer, side and amount tell which was meant, and nothing is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.unnamed_lines import Line, Use, lines_of

PARENTS = {"kid": "mum", "grandkid": "kid", "loop": "pool", "pool": "loop"}


def journal(*lines: tuple[str, int]) -> list[Line]:
    return [Line(external_id=str(n), customer=who, currency="USD", minor=minor) for n, (who, minor) in enumerate(lines)]


def told(lines: list[Line], *uses: tuple[str, int], used: dict[str, int] | None = None) -> list[dict[str, int] | None]:
    """A use below 0 comes out of a credit."""
    wanted = [
        Use(lines=lines, customer=who, currency="USD", sign=1 if minor > 0 else -1, minor=abs(minor))
        for who, minor in uses
    ]
    return [None if parts is None else dict(parts) for parts in lines_of(wanted, used or {}, PARENTS)]


def test_the_customer_tells() -> None:
    lines = journal(("a", 30), ("b", 20))
    assert told(lines, ("a", 30), ("b", 20)) == [{"0": 30}, {"1": 20}]
    assert told(lines, ("b", 7), ("a", 5), ("a", 25)) == [{"1": 7}, {"0": 5}, {"0": 25}]
    assert told(lines, ("c", 30)) == [None]


def test_the_side_tells() -> None:
    transfer = journal(("a", 40), ("b", -40), ("a", -15))
    assert told(transfer, ("a", 40), ("a", -15), ("b", -40)) == [{"0": 40}, {"2": 15}, {"1": 40}]
    assert told(transfer, ("b", 40)) == [None]


def test_a_lone_line_is_meant_whoever_pays() -> None:
    assert told(journal(("a", 30)), ("z", 30), ("z", -5)) == [{"0": 30}, {"0": 5}]


def test_the_amount_tells_whatever_comes_first() -> None:
    lines = journal(("a", 30), ("a", 20), ("a", 10))
    assert told(lines, ("a", 20), ("a", 10), ("a", 30)) == [{"1": 20}, {"2": 10}, {"0": 30}]
    assert told(lines, ("a", 5), ("a", 30), ("a", 25)) == [{"1": 5}, {"0": 30}, {"1": 15, "2": 10}]
    assert told(lines, ("a", 12), used={"0": 18}) == [{"0": 12}]


def test_equal_lines_are_paid_in_order_and_one_amount_may_pay_several() -> None:
    lines = journal(("a", 10), ("a", 10), ("b", 10))
    assert told(lines, ("a", 10), ("a", 10)) == [{"0": 10}, {"1": 10}]
    assert told(lines, ("a", 20)) == [{"0": 10, "1": 10}]
    assert told(lines, ("a", 23)) == [{"0": 10, "1": 13}]
    assert told(lines, ("a", 4), used={"0": 10, "1": 10}) == [{"1": 4}]


def test_parents_and_children_pay_for_one_another_after_themselves() -> None:
    lines = journal(("kid", 10), ("mum", 20), ("x", 30))
    assert told(lines, ("mum", 20), ("mum", 10)) == [{"1": 20}, {"0": 10}]
    assert told(lines, ("mum", 30)) == [{"0": 10, "1": 20}]
    assert told(lines, ("grandkid", 10), ("grandkid", 20)) == [{"0": 10}, {"1": 20}]
    assert told(journal(("loop", 1), ("x", 1)), ("pool", 1), ("x", 1)) == [{"0": 1}, {"1": 1}]


@pytest.mark.parametrize("customer", [None, "a"])
def test_another_currency_or_nobody_is_never_meant(customer: str | None) -> None:
    lines = [Line(external_id=n, customer=customer, currency="EUR", minor=5) for n in "01"]
    assert lines_of([Use(lines=lines, customer=customer, currency="USD", sign=1, minor=5)], {}, {}) == [None]


_AMOUNTS = st.integers(1, 50)


@given(st.lists(_AMOUNTS, min_size=1, max_size=5), st.data())
def test_no_cent_is_lost_and_lines_paid_in_all_are_paid_each(amounts: list[int], data: st.DataObject) -> None:
    left, uses = sum(amounts), []
    while left:
        part = data.draw(st.integers(1, left))
        uses.append(("a", part))
        left -= part
    sums = dict.fromkeys(map(str, range(len(amounts))), 0)
    for (_, minor), parts in zip(uses, told(journal(*[("a", each) for each in amounts], ("b", 9)), *uses), strict=True):
        assert parts is not None
        assert sum(parts.values()) == minor
        for name, part in parts.items():
            sums[name] += part
    assert list(sums.values()) == amounts
