"""What the store says of the books, on any day, however it came by it."""

from __future__ import annotations

from pathlib import Path

from bench.spine.changes import changes
from bench.spine.exports import stamps
from bench.spine.house import House
from bench.spine.kills import kills
from bench.spine.ties import month_ends, ties
from sandbox.run import Sandbox

SEED = 7


def test_receivables_tie_out_today_and_at_three_past_dates(house: House) -> None:
    found = list(ties(house, [house.sandbox.today, *month_ends(house.sandbox.today)]))
    assert {tie.provider for tie in found} == {"quickbooks", "xero"}
    assert [tie.differences for tie in found] == [[]] * 8
    assert min(tie.documents for tie in found) > 20
    assert all(tie.total for tie in found)


def test_a_sync_with_nothing_changed_asks_little_and_writes_nothing(house: House) -> None:
    house.sync()
    before = stamps(house)
    for result in house.sync():
        assert result.calls <= len(result.kinds), result.connection
        assert (result.written, result.changed, result.stale) == (0, 0, 0), result.connection
    assert stamps(house) == before
    assert len(before) > 3000


def test_an_incremental_sync_sees_what_a_fresh_one_sees(house: House, tmp_path: Path) -> None:
    told = changes(house, tmp_path / "fresh", SEED)
    assert len(told.verbs) > 40
    assert told.rows > 2000
    assert told.unequal == []


def test_a_sync_killed_at_random_moments_goes_on_to_the_same_end(sandbox: Sandbox, tmp_path: Path) -> None:
    told = kills(sandbox, tmp_path, SEED, 2)
    assert len(told.calls) == 2
    assert told.rows > 2000
    assert told.unequal == []
