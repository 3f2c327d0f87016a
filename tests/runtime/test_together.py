"""Writes of many threads share transactions; each thread hears of its own, and nobody is answered early."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from runtime.together import AT_ONCE_MAX, Together


class Desk:
    """Writes down what it is given; the first batch waits until the test lets it go."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.begun = threading.Event()
        self.go_on = threading.Event()

    def write(self, items: Sequence[str]) -> None:
        if not self.begun.is_set():
            self.begun.set()
            assert self.go_on.wait(10)
        if "bad" in items:
            raise ValueError("not this one")
        self.batches.append(list(items))


def _while_the_first_is_written(desk: Desk, together: Together[str], others: Sequence[Sequence[str]]) -> list[object]:
    """The outcome of each of `others`, put while the first batch is under way: None, or what was raised."""

    def put(items: Sequence[str]) -> object:
        try:
            together.put(items)
        except ValueError as error:
            return error
        return None

    with ThreadPoolExecutor(len(others) + 1) as pool:
        first = pool.submit(put, ["first"])
        assert desk.begun.wait(10)
        running = [pool.submit(put, items) for items in others]
        while len(together._waiting) < len(others):
            threading.Event().wait(0.001)
        assert not any(one.done() for one in running)
        desk.go_on.set()
        assert first.result(10) is None
        return [one.result(10) for one in running]


def test_who_comes_during_a_write_shares_the_next() -> None:
    desk = Desk()
    together = Together(desk.write)
    outcomes = _while_the_first_is_written(desk, together, [[f"item {number}"] for number in range(12)])
    assert outcomes == [None] * 12
    assert len(desk.batches) == 2
    assert sorted(desk.batches[1]) == sorted(f"item {number}" for number in range(12))


def test_one_that_cannot_be_written_costs_no_other_theirs() -> None:
    desk = Desk()
    together = Together(desk.write)
    outcomes = _while_the_first_is_written(desk, together, [["a"], ["bad"], ["b"]])
    assert [type(outcome) for outcome in outcomes] == [type(None), ValueError, type(None)]
    assert sorted(item for batch in desk.batches for item in batch) == ["a", "b", "first"]


def test_a_transaction_has_a_bound() -> None:
    desk = Desk()
    together = Together(desk.write)
    many = [f"item {number}" for number in range(AT_ONCE_MAX - 1)]
    assert _while_the_first_is_written(desk, together, [many, ["x"], ["y"]]) == [None] * 3
    assert max(len(batch) for batch in desk.batches) <= AT_ONCE_MAX
    assert sum(len(batch) for batch in desk.batches) == AT_ONCE_MAX + 2


def test_after_a_failure_the_next_is_written() -> None:
    desk = Desk()
    desk.begun.set()
    together = Together(desk.write)
    with pytest.raises(ValueError, match="not this one"):
        together.put(["bad"])
    together.put(["good"])
    assert desk.batches == [["good"]]


def test_a_hundred_threads_are_all_written_once() -> None:
    desk = Desk()
    desk.begun.set()
    together = Together(desk.write)
    with ThreadPoolExecutor(32) as pool:
        list(pool.map(lambda number: together.put([str(number)]), range(1_000)))
    assert sorted(int(item) for batch in desk.batches for item in batch) == list(range(1_000))
