"""Which list of a full pass is the longest, guessed from what its pages covered."""

from __future__ import annotations

from math import inf

from connectors.stripe.pace import Pace
from connectors.stripe.spans import new_lane, new_span


def test_the_list_with_the_most_left_is_told_from_its_pages() -> None:
    lanes = {kind: new_lane([new_span()]) for kind in ("invoices", "customers", "refunds")}
    pace = Pace(lanes)
    assert pace.pages_left("invoices", lanes["invoices"]) == inf
    pace.note("invoices", 10_000, 9_900, whole=True)
    pace.note("customers", 10_000, 8_000, whole=True)
    lanes["invoices"]["spans"]["0"]["at"] = 9_900
    lanes["customers"]["spans"]["0"]["at"] = 8_000
    assert pace.pages_left("invoices", lanes["invoices"]) == 1 + 1_900 / 100  # as far back as the oldest customer
    assert pace.pages_left("customers", lanes["customers"]) == 1
    assert pace.pages_left("refunds", lanes["refunds"]) == inf


def test_a_pass_that_goes_on_knows_how_far_back_it_was() -> None:
    lanes = {"invoices": new_lane([{**new_span(lo=1_000), "at": 5_000}, {**new_span(), "listed": True}])}
    pace = Pace(lanes)
    pace.note("invoices", 5_100, 5_000, whole=True)
    assert pace.pages_left("invoices", lanes["invoices"]) == 1 + 40 + 1


def test_a_span_that_would_end_after_all_others_is_divided() -> None:
    long, short = {**new_span(lo=1_000), "at": 5_000}, {**new_span(lo=5_000), "at": 5_900}
    lane = new_lane([long, short])
    pace = Pace({"invoices": lane})
    pace.note("invoices", 6_000, 5_900, whole=True)  # 41 and 10 pages
    assert [pace.parts("invoices", lane, long, places) for places in (1, 2, 5, 10)] == [1, 2, 4, 8]
    assert [pace.parts("invoices", lane, short, places) for places in (5, 10)] == [1, 2]
    brief = {**new_span(lo=1_000), "at": 1_300}
    assert pace.parts("invoices", new_lane([brief]), brief, 8) == 2  # a page and a half each
    pace.note("invoices", 700, 690, whole=False)
    assert pace.parts("invoices", lane, long, 10) == 8  # the last page of a list is no measure


def test_how_much_of_a_list_is_known() -> None:
    pace = Pace({})
    assert pace.reached("invoices", 5_000) == 0
    pace.note("invoices", 9_000, 8_000, whole=True)
    pace.note("invoices", 6_000, 5_000, whole=True)
    assert pace.reached("invoices", 5_000) == 4_000
