"""A small simulation in the suite: it holds, and the same seed is the same run."""

from __future__ import annotations

from tests.simulation.runs import run


def test_six_seeds_hold_and_a_seed_replays_exactly() -> None:
    found = run(*range(1, 7), steps=150, jobs=2)
    assert [(one.seed, one.step, one.invariant, one.sentence) for one in found.values() if not one.held] == []
    met = {
        name: sum(one.tallies.get(name, 0) for one in found.values()) for name in ("faults", "cuts", "post", "accept")
    }
    assert met["faults"] >= 60
    assert met["cuts"] >= 18
    assert met["post"] >= 18
    again = run(4, steps=150)  # in another process, after no other seed
    assert again[4].digest == found[4].digest
