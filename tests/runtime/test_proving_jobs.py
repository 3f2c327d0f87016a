"""What a worker proves: verifications and periods that somebody asked for, the nightly one, and what was lost."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import redis
from rq import Queue
from rq.registry import FailedJobRegistry

from runtime import jobs
from runtime.queue import QUEUE, Nudges
from runtime.serving import Schedule
from runtime.tidying import LONGEST_VERIFICATION, tidy
from store import closes, verifications
from store.scope import Scope
from tests.runtime.burst import work_off
from tests.runtime.shop import Shop


def work(shop: Shop, job: Any, target_id: UUID) -> None:
    nudges = Nudges(shop.environ["TIEOUT_REDIS_URL"])
    nudges.nudge(job, shop.organisation_id, target_id)
    nudges.close()
    burst(shop)


def burst(shop: Shop) -> None:
    url = shop.environ["TIEOUT_REDIS_URL"]
    work_off(url)
    link = redis.Redis.from_url(url)
    assert FailedJobRegistry(queue=Queue(QUEUE, connection=link)).get_job_ids() == []
    link.close()


def ask(shop: Shop) -> UUID:
    now = shop.app.clock.now()
    with shop.app.database.write() as connection:
        return verifications.ask(connection, scope(shop), shop.row().entity_id, now.date(), by="ann", now=now)


def scope(shop: Shop) -> Scope:
    return Scope(shop.organisation_id, shop.connection_id)


def last(shop: Shop) -> Any:
    with shop.app.database.read() as connection:
        return verifications.newest(connection, shop.organisation_id)[shop.connection_id]


def test_a_verification_that_somebody_asked_for_stays_theirs(worked_shop: Shop) -> None:
    work(worked_shop, jobs.sync, worked_shop.connection_id)
    own = ask(worked_shop)
    assert ask(worked_shop) == own  # one that waits is enough
    work(worked_shop, jobs.verify, worked_shop.connection_id)
    assert (last(worked_shop).id, last(worked_shop).state, last(worked_shop).asked_by) == (own, "tied", "ann")
    assert worked_shop.row().last_verified_at is not None
    work(worked_shop, jobs.verify, worked_shop.connection_id)  # nobody waits any more
    assert last(worked_shop).id == own


def test_the_nightly_one_syncs_first(worked_shop: Shop) -> None:
    work(worked_shop, jobs.sync, worked_shop.connection_id)
    worked_shop.change("pay_invoice", invoice="inv2")
    work(worked_shop, jobs.verify_at_night, worked_shop.connection_id)
    assert (last(worked_shop).state, last(worked_shop).asked_by) == ("tied", "schedule")
    assert 7002 in worked_shop.receipts().values()


def test_a_period_is_prepared_or_says_why_not(worked_shop: Shop) -> None:
    work(worked_shop, jobs.sync, worked_shop.connection_id)
    now = worked_shop.app.clock.now()
    own: dict[str, UUID] = {}
    with worked_shop.app.database.write() as connection:
        for name, days in (("past", -1), ("future", 3)):
            day = (now + timedelta(days=days)).date()
            own[name] = closes.ask(
                connection, worked_shop.organisation_id, worked_shop.row().entity_id, day, by="ann", now=now
            )
    for close_id in own.values():
        work(worked_shop, jobs.close, close_id)
    with worked_shop.app.database.read() as connection:
        asked = {name: closes.find(connection, worked_shop.organisation_id, one) for name, one in own.items()}
        listed = closes.listed(connection, worked_shop.organisation_id)
    assert (asked["past"].state, asked["future"].state) == ("replaced", "failed")
    assert "not over" in asked["future"].pack["problem"]
    assert [row.prepared_by for row in listed if row.state == "prepared"] == ["ann"]


def test_the_schedule_asks_again_for_what_a_lost_queue_forgot(worked_shop: Shop) -> None:
    work(worked_shop, jobs.sync, worked_shop.connection_id)
    ask(worked_shop)
    nudges = Nudges(worked_shop.environ["TIEOUT_REDIS_URL"])
    assert Schedule(worked_shop.app, nudges).tick() >= 1
    nudges.close()
    burst(worked_shop)
    assert last(worked_shop).state == "tied"


def test_one_whose_process_was_killed_does_not_stay_under_way(worked_shop: Shop) -> None:
    now = worked_shop.app.clock.now()
    with worked_shop.app.database.write() as connection:
        verifications.begin(
            connection, scope(worked_shop), worked_shop.row().entity_id, now.date(), by="ann",
            now=now - LONGEST_VERIFICATION - timedelta(minutes=1),
        )  # fmt: skip
    tidy(worked_shop.app)
    assert last(worked_shop).state == "failed"
    assert "verify again" in last(worked_shop).problem
