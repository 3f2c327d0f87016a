"""Which list of a full pass is the longest, guessed from what its pages covered."""

from __future__ import annotations

from math import inf

from connectors.stripe.pace import Pace
from connectors.stripe.spans import new_lane, new_span


def test_the_list_with_the_most_left_is_told_from_its_pages() -> None:
    lanes = {kind: new_lane([new_span()]) for kind in ("invoices", "customers", "refunds")}
    pace = Pace(lanes)
    assert pace.pages_left("invoices", lanes["invoices"]) == inf
    pace.note("invoices", 10_000, 9_900)
    pace.note("customers", 10_000, 8_000)
    lanes["invoices"]["spans"]["0"]["at"] = 9_900
    lanes["customers"]["spans"]["0"]["at"] = 8_000
    assert pace.pages_left("invoices", lanes["invoices"]) == 1 + 1_900 / 100  # as far back as the oldest customer
    assert pace.pages_left("customers", lanes["customers"]) == 1
    assert pace.pages_left("refunds", lanes["refunds"]) == inf


def test_a_pass_that_goes_on_knows_how_far_back_it_was() -> None:
    lanes = {"invoices": new_lane([{**new_span(lo=1_000), "at": 5_000}, {**new_span(), "listed": True}])}
    pace = Pace(lanes)
    pace.note("invoices", 5_100, 5_000)
    assert pace.pages_left("invoices", lanes["invoices"]) == 1 + 40 + 1


def test_the_span_with_the_most_left_is_divided_and_any_near_the_end() -> None:
    long, short = {**new_span(lo=1_000), "at": 5_000}, {**new_span(lo=5_000), "at": 5_900}
    lane = new_lane([long, short])
    pace = Pace({"invoices": lane})
    pace.note("invoices", 6_000, 5_900)
    assert pace.is_worth_dividing("invoices", lane, "0", long)
    assert not pace.is_worth_dividing("invoices", lane, "1", short)
    lane["spans"]["0"] = long = {**long, "at": 1_300}
    assert pace.is_worth_dividing("invoices", lane, "0", long)
