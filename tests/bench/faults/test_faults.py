"""One run of the fault bench, everything at once; `python -m bench.faults` runs the others."""

from __future__ import annotations

from bench.faults.__main__ import run_case


def test_a_storm_ends_with_the_truth_and_no_token_lost() -> None:
    told = run_case("storm", seed=3)
    assert (told.lost, told.untied, told.unequal) == ([], [], [])
    assert told.parked >= 1
    assert told.rows > 2_000
