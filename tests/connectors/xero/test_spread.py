"""Segments of one list side by side: the five things without which a row could be missed, each by itself, and the calls."""

from __future__ import annotations

from datetime import timedelta
from math import ceil
from random import Random

import pytest

from connectors.xero.spread import SEGMENTS_MAX
from tests.connectors.xero.changing import OPENED, Changing, Reader

LONG_AGO = 86_400.0


def quiet(rows: int, size: int = 4, apart: float = 10.0, since: float = LONG_AGO) -> Changing:
    """Nothing happens but what a test says; the newest row is so many seconds old."""
    books = Changing(Random(7), size=size, busy=0.0, lag=0.0)
    for number in range(rows):
        books.put(f"r{number:04}", number * apart)
    books.now = (rows - 1) * apart + since
    return books


def side_by_side(reader: Reader) -> bool:
    return "spread" in reader.state


def next_pass(reader: Reader) -> None:
    reader.books.happens = lambda _: None
    reader.books.now += 300
    assert reader.turn()
    assert reader.holds() == reader.books.newest()


def numbered(books: Changing) -> list[int]:
    return [call.page for call in books.calls if call.since is None]


@pytest.mark.parametrize(("rows", "size"), [(1_700, 100), (1_292, 100), (408, 100), (3_400, 100)])
def test_a_list_costs_its_pages_and_one_call_more_for_each_segment_at_most(rows: int, size: int) -> None:
    books = quiet(rows, size)
    reader = Reader(books)
    assert reader.turn()
    segments = len(numbered(books))
    assert 2 <= segments <= SEGMENTS_MAX + 1
    assert len(books.calls) <= ceil(rows / size) + segments
    assert reader.holds() == books.newest()
    assert reader.complete


@pytest.mark.parametrize("rows", [1, 4, 5, 11])
def test_a_short_list_is_read_in_turn(rows: int) -> None:
    books = quiet(rows)
    assert Reader(books).turn()
    assert numbered(books) == [1]


def test_where_xero_does_not_tell_its_time_a_list_is_read_in_turn() -> None:
    books = quiet(80)
    books.dated = False
    reader = Reader(books)
    assert reader.turn()
    assert numbered(books) == [1]
    assert reader.holds() == books.newest()


def test_a_pass_that_finds_little_is_one_call() -> None:
    books = quiet(80, apart=400.0)
    reader = Reader(books)
    assert reader.turn()
    made = len(books.calls)
    next_pass(reader)
    assert len(books.calls) == made + 1


def test_1_what_is_seen_late_is_not_passed_over_by_a_segment() -> None:
    """It bears a stamp below the newest that came, and the pass takes so long that the next one starts far behind it."""
    books = quiet(20, apart=40.0, since=1.0)

    def happens(_: int) -> None:
        asked = books.calls[-1].since
        if asked is not None and asked > OPENED + timedelta(seconds=600) and "late" not in books.rows:
            books.now += 200
            books.put("late", 650.0, books.now)
            books.now += 400
            books.put("newest", books.now)

    books.happens = happens
    reader = Reader(books, at_once=1)
    assert reader.turn()
    assert numbered(books) == [1, 3, 6]
    next_pass(reader)


def test_1_a_walk_that_was_cut_off_near_the_present_looks_there_again() -> None:
    books = quiet(14, since=1.0)
    late = books.now - 25
    books.dies_at = 5
    reader = Reader(books)
    assert not reader.turn()
    books.dies_at = None
    books.put("late", late, books.now + 100)
    books.now += 7_200
    books.put("newest", books.now)
    assert reader.turn()
    next_pass(reader)


@pytest.mark.parametrize("killed", range(2, 24))
@pytest.mark.parametrize("unstored", [0, 2])
def test_2_the_newest_stamp_is_no_place_to_go_on_from_until_all_segments_are_through(
    killed: int, unstored: int
) -> None:
    books = quiet(80)
    books.dies_at = killed
    reader = Reader(books)
    while not reader.turn(unstored):  # the last anchor came: so did nearly the newest stamp
        assert reader.state.get("high") is None or "from" in reader.state
        books.dies_at, unstored = None, 0
    assert reader.holds() == books.newest()
    assert reader.complete


def test_2_what_came_before_a_kill_is_not_asked_for_again() -> None:
    books, whole = quiet(80), quiet(80)
    Reader(whole, at_once=1).turn()
    reader = Reader(books, at_once=1)
    for call in range(2, 40):
        books.dies_at = call
        if reader.turn():
            break
        books.calls.pop()  # the one that never went out
    assert len(books.calls) == len(whole.calls)
    assert reader.holds() == books.newest()


@pytest.mark.parametrize("a_second", [3, 5, 11, 30])
def test_3_no_segment_ends_inside_a_second_that_fills_pages(a_second: int) -> None:
    books = quiet(0)
    for number in range(120):
        books.put(f"r{number:04}", number // a_second * 20.0)
    books.now = LONG_AGO

    def happens(call: int) -> None:
        if call in {5, 9, 14}:
            books.put(f"r{call * 6:04}", books.now)  # it leaves its second, and the others of it move up

    books.happens = happens
    reader = Reader(books)
    assert reader.turn()
    assert reader.holds() == books.newest()
    assert reader.complete


def test_3_what_lies_behind_a_second_of_many_pages_is_not_skipped_with_it() -> None:
    """The second itself comes to rest; edits of it move the rows behind it over the edge of a page that is here."""
    books = quiet(0)
    books.dated = False
    for number in range(8):
        books.put(f"s{number}", 100.5)
    for number in range(16):
        books.put(f"t{number:02}", 110.0 + 10 * number)
    books.now = LONG_AGO

    def happens(call: int) -> None:
        if call == 7:  # the second round's third page
            for number in range(5):
                books.put(f"s{number}", books.now)

    books.happens = happens
    reader = Reader(books)
    assert reader.turn()
    assert [(call.page, call.since is None) for call in books.calls[:7]] == [
        (1, True), (1, False), (2, False), (3, False), (1, False), (2, False), (3, False),
    ]  # fmt: skip
    assert reader.holds() == books.newest()
    assert reader.complete


def test_3_a_second_that_never_comes_to_rest_is_looked_at_again() -> None:
    """In each of four rounds edits move one and the same row over the edge of a page that is already here."""
    books = quiet(0)
    books.dated = False
    books.put("first", 0.0)
    for number in range(24):
        books.put(f"s{number:02}", 400.5)
    for number in range(8):
        books.put(f"t{number}", 500.0 + number)
    books.now = LONG_AGO
    edits = {(1, 5): range(1), (2, 4): range(1, 5), (3, 3): range(5, 9), (4, 2): range(9, 13)}
    rounds = [0]

    def happens(_: int) -> None:
        asked = books.calls[-1]
        if asked.since is None:
            return
        rounds[0] += asked.page == 1
        for number in edits.pop((rounds[0], asked.page), ()):
            books.put(f"s{number:02}", books.now)

    books.happens = happens
    reader = Reader(books)
    assert reader.turn()
    assert edits == {}
    assert "s16" not in reader.holds()
    assert not reader.complete
    next_pass(reader)


@pytest.mark.parametrize("odd", range(1, 25))
def test_4_a_page_in_another_order_sends_the_whole_list_by_page_numbers(odd: int) -> None:
    """The first page, or one of a segment."""
    books = quiet(80)
    books.odd = {odd}
    reader = Reader(books, at_once=1)
    assert reader.turn()
    assert not reader.complete, "page numbers may skip a row"
    assert reader.holds() == books.newest()
    first = 2 if odd == 1 else 1
    assert [(call.page, call.since) for call in books.calls[odd:]] == [(page, None) for page in range(first, 21)]


def test_4_what_changed_while_page_numbers_were_walked_has_the_list_read_anew() -> None:
    books = quiet(80)
    books.odd = {3}

    def happens(call: int) -> None:
        if call == 10:
            books.put("r0000", books.now)  # all behind it move up, and one of them slips past

    books.happens = happens
    reader = Reader(books)
    assert reader.turn()
    assert reader.holds() != books.newest()
    next_pass(reader)
    assert reader.complete


def test_5_a_row_that_moved_behind_a_segment_that_was_read_is_not_taken_for_gone() -> None:
    for moved in range(0, 80, 7):
        books = quiet(80)

        def happens(call: int, books: Changing = books, moved: int = moved) -> None:
            if call == 8:
                books.put(f"r{moved:04}", books.now)

        books.happens = happens
        reader = Reader(books)
        assert reader.turn()
        assert reader.complete
        assert reader.holds() == books.newest()


def test_5_every_segment_counts_that_came_before_a_kill() -> None:
    books = quiet(80)
    reader = Reader(books)
    books.dies_at = 12
    assert not reader.turn()
    assert side_by_side(reader)
    before = set(reader.holds())
    books.dies_at = None
    reader.stored.clear()
    assert reader.turn()
    assert reader.complete
    assert before | reader.holds().keys() == books.newest().keys()
    assert before - reader.holds().keys(), "what came before was passed over"
