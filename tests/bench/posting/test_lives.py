"""The kills fall over the whole work, and none after it."""

from __future__ import annotations

import random

import pytest

from bench.posting.lives import CALL_HOLDS, Fall, Life, drawn, table

MATCHES, COUNT = 2_000, 100


def _killed(provider: str, seed: int) -> list[Fall]:
    """Lives that write whole calls, and one call too many now and then: the kill comes a moment later."""
    chance, beside = random.Random(seed), random.Random(-seed)
    falls, stood = [], 0
    for number in range(COUNT):
        life = drawn(provider, chance, stood=stood, matches=MATCHES, number=number, count=COUNT)
        holds = CALL_HOLDS[provider]
        wrote = -(-life.entries // holds) * holds + (holds if life.entries and beside.random() < 0.2 else 0)
        wrote = min(wrote, MATCHES - stood)
        stood += wrote
        falls.append(Fall(stood=stood, wrote=wrote, closed=0, calls=life.calls))
    return falls


@pytest.mark.parametrize("provider", CALL_HOLDS)
@pytest.mark.parametrize("seed", range(1, 9))
def test_all_kills_fall_while_there_is_work_and_over_all_of_it(provider: str, seed: int) -> None:
    falls = _killed(provider, seed)
    assert falls[-1].stood < MATCHES
    assert falls[-1].stood >= MATCHES * 8 // 10
    tenths = [sum(fall.stood * 10 // MATCHES == tenth for fall in falls) for tenth in range(10)]
    assert max(tenths) <= COUNT // 4
    assert all(tenths)
    wrote = sum(fall.wrote > 0 for fall in falls)
    assert wrote >= (COUNT // 5 if provider == "xero" else COUNT // 3)


def test_the_same_seed_draws_the_same_lives() -> None:
    def lives() -> list[Life]:
        chance = random.Random(7)
        return [drawn("xero", chance, stood=500, matches=MATCHES, number=25, count=COUNT) for _ in range(50)]

    assert lives() == lives()
    assert any(life.entries for life in lives())
    assert any(life.calls for life in lives())
    assert any(not life.entries and not life.calls for life in lives())


def test_the_table_counts_each_kill_once() -> None:
    falls = [Fall(0, 0, 0, 0), Fall(0, 0, 0, 2), Fall(199, 30, 0, 5), Fall(2_000, 50, 0, 5)]
    lines = table(falls, 2_000).splitlines()
    assert lines[1].split() == ["0", "to", "199", "3", "1", "1", "1"]
    assert lines[-1].split() == ["1800", "to", "1999", "1", "1", "0", "0"]
    assert sum(int(line.split()[3]) for line in lines[1:]) == len(falls)
