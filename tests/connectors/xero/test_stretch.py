"""Seconds that were read: what one page vouches for, and how pages meet."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from connectors.port import Record
from connectors.xero.stretch import Stretch, joined, past, read_whole

ZERO = datetime(1970, 1, 1, tzinfo=UTC)
FAR = 10**9


def page(*seconds: float | None) -> list[Record]:
    stamps = [None if one is None else ZERO + timedelta(seconds=one) for one in seconds]
    return [
        Record(kind="Invoices", external_id=str(number), raw=b"", seen_at=ZERO, updated_at=stamp)
        for number, stamp in enumerate(stamps)
    ]


def stretch(begin: int | None, end: int) -> Stretch:
    return Stretch(begin=begin, end=end)


def test_a_page_by_its_number_vouches_for_neither_second_at_its_edges() -> None:
    assert read_whole(page(5.2, 6.0, 9.9), None, FAR, from_begin=False) == stretch(6, 9)
    assert read_whole(page(5.0, 6.9), None, FAR, from_begin=False) is None
    assert read_whole(page(5.0, 5.5), None, FAR, from_begin=False) is None


def test_one_that_was_asked_for_from_a_second_on_vouches_for_it() -> None:
    assert read_whole(page(5.2, 9.9), 5, FAR, from_begin=True) == stretch(5, 9)
    assert read_whole(page(5.2, 9.9), None, FAR, from_begin=True) == stretch(None, 9)
    assert read_whole(page(5.2, 5.9), 5, FAR, from_begin=True) is None


def test_nothing_is_vouched_for_that_may_still_change_or_bears_no_stamp() -> None:
    assert read_whole(page(1, 20), None, 8, from_begin=False) == stretch(2, 8)
    assert read_whole(page(9, 20), None, 8, from_begin=False) is None
    assert read_whole(page(1, None, 20), None, FAR, from_begin=False) is None
    assert read_whole([], None, FAR, from_begin=True) is None


def test_those_that_touch_are_one() -> None:
    assert joined([stretch(7, 9), stretch(None, 3), stretch(3, 5)]) == (stretch(None, 5), stretch(7, 9))
    assert joined([stretch(2, 9), stretch(4, 5)]) == (stretch(2, 9),)


@pytest.mark.parametrize(("second", "after"), [(0, 5), (4, 5), (5, 5), (6, 6), (7, 9), (9, 9)])
def test_what_was_read_is_passed_over(second: int, after: int) -> None:
    assert past(second, (stretch(None, 5), stretch(7, 9))) == after
