"""Pages of a sorted kind."""

from __future__ import annotations

from sandbox.stripe.shelf import Shelf, Span


def shelf(*created: int) -> Shelf:
    made = Shelf()
    for number, moment in enumerate(created):
        made.add(f"r{number}", moment)
    return made


def everything(_: str) -> bool:
    return True


def test_newest_first_and_later_arrivals_before_earlier_at_the_same_moment() -> None:
    assert list(shelf(10, 30, 20, 30).newest()) == ["r3", "r1", "r2", "r0"]


def test_pages_walk_to_the_end_without_repeating() -> None:
    rows = shelf(*range(10))
    seen: list[str] = []
    after = None
    while True:
        found = rows.page(rows.row(), 3, span=Span(), keep=everything, after=after)
        seen += found.ids
        if not found.has_more:
            break
        after = found.ids[-1]
    assert seen == [f"r{number}" for number in range(9, -1, -1)]


def test_a_page_before_a_record_is_the_one_next_to_it() -> None:
    rows = shelf(*range(10))
    found = rows.page(rows.row(), 3, span=Span(), keep=everything, before="r2")
    assert found.ids == ["r5", "r4", "r3"]
    assert found.has_more


def test_a_span_bounds_both_sides() -> None:
    rows = shelf(10, 20, 30, 40)
    assert rows.page(rows.row(), 9, span=Span(20, 40), keep=everything).ids == ["r2", "r1"]


def test_a_dropped_record_leaves_its_place_as_a_cursor() -> None:
    rows = shelf(10, 20, 30)
    rows.group("customer", "c", "r1")
    rows.drop("r1")
    assert rows.page(rows.row(), 9, span=Span(), keep=everything, after="r1").ids == ["r0"]
    assert list(rows.newest("customer", "c")) == []
    assert len(rows) == 2
