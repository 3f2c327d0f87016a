"""A job goes through a real queue and a real worker."""

from __future__ import annotations

import redis
from rq import Queue, SimpleWorker

from tests.rig.jobs import add


def test_a_worker_runs_a_job(valkey: str) -> None:
    link = redis.Redis.from_url(valkey)
    queue = Queue("rig", connection=link)
    job = queue.enqueue(add, 1200, 50)
    SimpleWorker([queue], connection=link).work(burst=True, logging_level="WARNING")
    job.refresh()
    assert job.return_value() == 1250
    link.close()


def test_each_test_finds_the_queue_empty(valkey: str) -> None:
    link = redis.Redis.from_url(valkey)
    assert link.dbsize() == 0
    link.close()
