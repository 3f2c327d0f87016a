"""A long pass gives way to others and goes on where it was; limits park a connection, and the schedule wakes it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from ledger.faults import RateLimited
from runtime.passes import sync_connection
from runtime.queue import Nudges
from runtime.serving import Schedule
from runtime.turns import Turn, TurnOver
from sandbox.core.limits import Window
from store import calls
from tests.runtime.shop import PLAN, Shop
from tests.runtime.test_serving import Ahead


def test_a_turn_ends_only_where_others_wait() -> None:
    moments = iter([0.0, 5.0, 30.0, 31.0])
    turn = Turn(others_wait=lambda: waiting, seconds=20.0, monotonic=lambda: next(moments))
    waiting = True
    assert not turn.is_over()
    assert not turn.is_over()
    waiting = False
    assert not turn.is_over()
    waiting = True
    assert turn.is_over()


def test_a_pass_in_many_turns_brings_what_one_brings(shop: Shop) -> None:
    turns = 0
    app = replace(shop.app, reads_ahead=False)  # page by page: read ahead, the few pages of this shop are one step
    for _ in range(200):
        try:
            done = sync_connection(
                app, shop.organisation_id, shop.connection_id, turn=Turn(others_wait=lambda: True, seconds=0.0)
            )
        except TurnOver:
            turns += 1
            assert shop.row().progress["feeds"]["account"]["came"] >= 0
            assert (shop.row().state, shop.row().last_failed_at) == ("healthy", None)
        else:
            break
    assert turns >= 1
    assert done.pulled["invoices"] == len(PLAN.invoices)
    assert shop.row().progress == {}


def test_a_limit_parks_the_connection_and_the_schedule_wakes_it(worked_shop: Shop) -> None:
    worked_shop.stand.mishaps.add("429", times=None, seconds=90)
    with pytest.raises(RateLimited):
        worked_shop.sync()
    row = worked_shop.row()
    assert row.state == "delayed"
    assert row.last_failure == row.state_reason
    assert timedelta(seconds=80) < row.parked_until - row.last_failed_at <= timedelta(seconds=91)
    worked_shop.stand.mishaps.clear()
    before = len(worked_shop.stand.journal.as_json())
    with pytest.raises(RateLimited, match="Nothing was asked"):
        worked_shop.sync()
    assert len(worked_shop.stand.journal.as_json()) == before
    nudges = Nudges(worked_shop.environ["TIEOUT_REDIS_URL"])
    assert Schedule(worked_shop.app, nudges).tick() == 0
    later = replace(worked_shop.app, clock=Ahead(timedelta(seconds=95)), limiters={})
    assert Schedule(later, nudges).tick() == 1
    nudges.close()


def test_what_was_asked_is_written_down(shop: Shop) -> None:
    shop.sync()
    shop.stand.limits.configure({"endpoint-rate": Window(0, 3600)})
    with pytest.raises(RateLimited):
        shop.sync()
    with shop.app.database.read() as connection:
        tally = calls.tallies(connection, shop.organisation_id, shop.app.clock.now())[shop.connection_id]
    made = [call for call in shop.stand.journal.as_json() if call["path"] != "/v1/account"]
    assert tally.month == tally.today == len(made)
    assert tally.refused_today >= 1
