"""What a worker runs: ids in, the work done, and the next nudge put where it belongs."""

from __future__ import annotations

from uuid import UUID

import redis
from rq import Queue
from rq.job import Job
from rq.registry import FailedJobRegistry, ScheduledJobRegistry

from runtime import jobs
from runtime.queue import QUEUE, Nudges
from sandbox.core.limits import Window
from store.locks import exclusive
from tests.runtime.burst import work_off
from tests.runtime.shop import Shop


class Desk:
    """The queue of a shop."""

    def __init__(self, shop: Shop) -> None:
        self.url = shop.environ["TIEOUT_REDIS_URL"]
        self.link = redis.Redis.from_url(self.url)
        self.queue = Queue(QUEUE, connection=self.link)

    def run(self, job: object, organisation_id: UUID, target_id: UUID) -> None:
        nudges = Nudges(self.url)
        nudges.nudge(job, organisation_id, target_id)  # type: ignore[arg-type]
        work_off(self.url)
        nudges.close()
        assert FailedJobRegistry(queue=self.queue).get_job_ids() == []

    def scheduled(self) -> list[str]:
        names = ScheduledJobRegistry(queue=self.queue).get_job_ids()
        return [str(Job.fetch(name, connection=self.link).func_name) for name in names]

    def close(self) -> None:
        self.link.close()


def test_a_sync_pulls_and_matches(worked_shop: Shop) -> None:
    desk = Desk(worked_shop)
    worked_shop.change("pay_invoice", invoice="inv2")
    desk.run(jobs.sync, worked_shop.organisation_id, worked_shop.connection_id)
    assert worked_shop.row().state == "healthy"
    assert list(worked_shop.receipts().values()) == [7002]
    assert desk.scheduled() == []
    desk.close()


def test_throttled_it_comes_back_later(worked_shop: Shop) -> None:
    desk = Desk(worked_shop)
    worked_shop.stand.limits.configure({"endpoint-rate": Window(0, 3600)})
    desk.run(jobs.sync, worked_shop.organisation_id, worked_shop.connection_id)
    assert worked_shop.row().state == "delayed"
    assert desk.scheduled() == ["runtime.jobs.sync"]
    desk.close()


def test_one_that_is_synced_already_or_gone_is_left(worked_shop: Shop) -> None:
    desk = Desk(worked_shop)
    own = worked_shop.organisation_id
    with exclusive(worked_shop.app.database, f"pass:{own}:{worked_shop.connection_id}", wait=False):
        desk.run(jobs.sync, own, worked_shop.connection_id)
    desk.run(jobs.sync, own, own)
    desk.run(jobs.hooks, own, own)
    assert desk.scheduled() == []
    desk.close()


def test_a_lost_consent_waits_for_a_person(worked_shop: Shop) -> None:
    desk = Desk(worked_shop)
    worked_shop.change("revoke_key")
    desk.run(jobs.sync, worked_shop.organisation_id, worked_shop.connection_id)
    assert worked_shop.row().state == "action_needed"
    assert desk.scheduled() == []
    desk.close()
