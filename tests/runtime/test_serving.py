"""The schedule nudges what is due and what a lost queue forgot; everything on one machine starts and ends together."""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from bench.spine.house import wait_until
from runtime import jobs
from runtime.clock import FixedClock, SystemClock
from runtime.due import GO_ON_AFTER, LOOK_AFTER, SYNC_EVERY
from runtime.hooks import _work_all
from runtime.queue import Nudges
from runtime.receiving import Receiving
from runtime.serving import Machine, Schedule
from runtime.settings import Settings
from runtime.wiring import App
from store import inbox, tenancy
from store.scope import Scope
from store.tables.matching import matches
from sync.apply import Target, load_context
from tests.runtime.burst import work_off
from tests.runtime.shop import Shop


@dataclass
class Ahead(SystemClock):
    """A clock that is some time ahead."""

    by: timedelta = timedelta()

    def now(self) -> datetime:
        return super().now() + self.by

    def today(self, zone: ZoneInfo) -> date:
        return self.now().astimezone(zone).date()


def _schedule(shop: Shop, by: timedelta = timedelta()) -> tuple[Schedule, Nudges]:
    nudges = Nudges(shop.environ["TIEOUT_REDIS_URL"])
    return Schedule(replace(shop.app, clock=Ahead(by)), nudges), nudges


def test_a_new_connection_is_due_at_once_and_then_every_quarter_of_an_hour(worked_shop: Shop) -> None:
    schedule, nudges = _schedule(worked_shop)
    assert schedule.tick() == 1
    assert schedule.tick() == 1
    assert nudges.depth() == 1  # the second look found it in the queue
    worked_shop.sync()
    assert schedule.tick() == 0
    nudges.close()
    worked_shop.looked()
    later, nudges = _schedule(worked_shop, SYNC_EVERY)
    assert later.tick() == 1
    nudges.close()


@pytest.mark.parametrize(("state", "due"), [("disconnected", 0), ("action_needed", 0), ("delayed", 1), ("healthy", 1)])
def test_what_a_person_has_to_see_to_is_not_asked_again(worked_shop: Shop, state: str, due: int) -> None:
    with worked_shop.app.database.write() as connection:
        tenancy.change_connection(connection, worked_shop.organisation_id, worked_shop.connection_id, {"state": state})
    schedule, nudges = _schedule(worked_shop)
    assert schedule.tick() == due
    nudges.close()


def test_webhooks_that_a_lost_queue_forgot_are_found(worked_shop: Shop) -> None:
    worked_shop.sync()
    [post, *_] = worked_shop.change("pay_invoice", invoice="inv2")
    Receiving(worked_shop.app).receive("stripe", post.body, post.headers)
    schedule, nudges = _schedule(worked_shop)
    assert schedule.tick() == 1
    assert nudges.depth() == 1
    nudges.close()


def test_what_came_to_a_worker_that_was_killed_before_it_looked_is_looked_at(worked_shop: Shop) -> None:
    """Its webhooks are done with, so nothing else would ask for it before the next poll."""
    worked_shop.sync()
    worked_shop.looked()
    [post, *_] = worked_shop.change("pay_invoice", invoice="inv2")
    Receiving(worked_shop.app).receive("stripe", post.body, post.headers)
    shop = worked_shop
    scope = Scope(shop.organisation_id, shop.connection_id)
    target = Target(shop.app.database, scope, load_context(shop.app.database, scope))
    with shop.app.database.read() as connection:
        events = inbox.waiting(connection, shop.organisation_id, shop.connection_id, 10)
    _work_all(shop.app, target, shop.app.connector(shop.row()), "stripe", events)  # and it was killed
    assert worked_shop.receipts() == {}
    assert _schedule(worked_shop)[0].tick() == 0  # its worker may be about to
    schedule, nudges = _schedule(worked_shop, LOOK_AFTER)
    assert schedule.tick() == 1
    work_off(worked_shop.environ["TIEOUT_REDIS_URL"])
    assert list(worked_shop.receipts().values()) == [7002]
    assert worked_shop.row().look_due_at is None
    assert schedule.tick() == 0
    with worked_shop.app.database.read() as connection:
        assert connection.execute(select(matches.c.state)).all()
    nudges.close()


def test_a_look_that_always_fails_is_asked_for_ever_more_seldom(worked_shop: Shop) -> None:
    worked_shop.sync()
    start = worked_shop.app.clock.now()
    with worked_shop.app.database.write() as connection:
        tenancy.note_look_due(connection, worked_shop.organisation_id, worked_shop.connection_id, start)
    clock, nudges = FixedClock(start), Nudges(worked_shop.environ["TIEOUT_REDIS_URL"])
    schedule = Schedule(replace(worked_shop.app, clock=clock), nudges)
    asked = []
    for seconds in range(0, 3_600, 20):
        clock.set(start + timedelta(seconds=seconds))
        pass_is_due = seconds >= SYNC_EVERY.total_seconds()
        asked += [seconds] * (schedule.tick() - int(pass_is_due))
    nudges.close()
    assert asked == [40, 80, 160, 320, 640, 1_280, 2_180, 3_080]


def test_a_machine_starts_a_killed_worker_again_which_goes_on_at_once_and_ends_it(worked_shop: Shop) -> None:
    """It is killed in the middle of a pass, which nobody waits minutes for."""
    environ = {**worked_shop.environ, "TIEOUT_REDIS_URL": ""}
    app = App.build(Settings.load(environ))
    extra = {name: value for name, value in environ.items() if name not in {"TIEOUT_HOME", "TIEOUT_REDIS_URL"}}
    worked_shop.stand.mishaps.add("slow", times=None, seconds=0.2)
    with Machine(app, extra) as machine:
        killed, nudges = machine.worker_pid, machine.nudges
        assert killed is not None
        assert nudges is not None
        nudges.nudge(jobs.sync, worked_shop.organisation_id, worked_shop.connection_id)
        wait_until("a pass begins", lambda: worked_shop.row().progress)
        os.kill(killed, signal.SIGKILL)
        worked_shop.stand.mishaps.clear()
        os.waitid(os.P_PID, killed, os.WEXITED | os.WNOWAIT)
        machine.watch()
        assert machine.worker_pid != killed
        at_once = GO_ON_AFTER.total_seconds() * 9 / 10  # later, the schedule would have found it
        wait_until("it goes on", lambda: worked_shop.row().last_synced_at, at_once)
        assert worked_shop.row().state == "healthy"
        worker = machine.worker_pid
        machine.watch()
        assert machine.worker_pid == worker  # it runs, so it is left alone
    with pytest.raises(ProcessLookupError):
        os.kill(worker or 0, 0)
    app.database.close()
