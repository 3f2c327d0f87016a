"""The only RQ: nudges out, workers in. A job is a function's name and ids; what there is to do stands in the store.

One nudge per connection and task lies in the queue at a time: a second one would find the work done.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from redis import Redis
from redis.backoff import ConstantBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from rq import Queue, SimpleWorker
from rq.exceptions import NoSuchJobError
from rq.job import Job, JobStatus
from rq.registry import ScheduledJobRegistry, StartedJobRegistry
from rq.worker import BaseWorker

from ledger.faults import Unreachable

QUEUE = "tieout"
RETRIES = 2
RETRY_SECONDS = 0.1
JOB_SECONDS_MAX = 3_600  # a first pass of a large company; everything shorter ends by itself
_LOOK_AT = 20  # of the jobs that wait: a connection has four at the most
_WAITING = frozenset({JobStatus.QUEUED, JobStatus.SCHEDULED, JobStatus.DEFERRED})


class Nudges:
    """Sends nudges to one Redis or Valkey."""

    def __init__(self, url: str) -> None:
        # a nudge that is lost is found by the schedule: whoever sends one must not wait seconds for a server that is gone
        self._redis = Redis.from_url(url, retry=Retry(ConstantBackoff(RETRY_SECONDS), RETRIES))
        self._queue = Queue(QUEUE, connection=self._redis, default_timeout=JOB_SECONDS_MAX)

    def nudge(
        self, task: Callable[..., Any], organisation_id: UUID, target_id: UUID, *, at: datetime | None = None
    ) -> None:
        """Asks a worker to run `task(organisation, target)`, now or at a moment. Raises Unreachable without a queue."""
        name = f"{task.__name__}-{organisation_id.hex}-{target_id.hex}"
        try:
            free = self._free_name(name, at)
            if free is None:
                return
            arguments = (str(organisation_id), str(target_id))
            if at is None:
                self._queue.enqueue(task, *arguments, job_id=free, result_ttl=0, failure_ttl=86_400)
            else:
                self._queue.enqueue_at(at, task, *arguments, job_id=free, result_ttl=0, failure_ttl=86_400)
        except RedisError as error:
            raise Unreachable(
                "The queue cannot be reached; check TIEOUT_REDIS_URL and that the server runs."
            ) from error

    def _free_name(self, name: str, at: datetime | None) -> str | None:
        """The id for a new nudge; None where one waits already.

        A nudge that runs may have looked already, and clears its own id when it ends: the next one takes the second id.
        """
        for candidate in (name, f"{name}-next"):
            try:
                job = Job.fetch(candidate, connection=self._redis)
            except NoSuchJobError:
                return candidate
            status = job.get_status(refresh=False)
            if status == JobStatus.SCHEDULED and at is None:
                ScheduledJobRegistry(queue=self._queue).remove(job)
                return candidate
            if status == JobStatus.QUEUED and self._queue.get_job_position(candidate) is None:
                # a worker took it and was killed before it began: it would wait for ever between two lists
                self._redis.lrem(self._queue.intermediate_queue_key, 0, candidate)
                return candidate
            if status in _WAITING:
                return None
            if status != JobStatus.STARTED:
                return candidate
        return None

    def forget_started(self) -> None:
        """The only worker was killed: what it had begun is begun by nobody, and the schedule asks for it again."""
        registry = StartedJobRegistry(queue=self._queue)
        try:
            for name in registry.get_job_ids(cleanup=False):
                with suppress(NoSuchJobError):  # it ended in its last moment
                    Job.fetch(name.partition(":")[0], connection=self._redis).delete()
        except RedisError:
            return  # it heals by itself: a started job that shows no life is dropped after some minutes

    def others_wait(self, target_id: UUID) -> bool:
        """Whether work on anything but this target lies in the queue; False where the queue cannot be asked."""
        try:
            first = self._queue.get_job_ids(0, _LOOK_AT)
        except RedisError:
            return False
        return any(target_id.hex not in name for name in first)

    def depth(self) -> int:
        try:
            return len(self._queue)
        except RedisError as error:
            raise Unreachable(
                "The queue cannot be reached; check TIEOUT_REDIS_URL and that the server runs."
            ) from error

    def close(self) -> None:
        self._redis.close()


def worker(url: str, *, name: str | None = None) -> BaseWorker:
    """A worker of the queue. It runs jobs in its own process: a fork a job costs more than most jobs take."""
    connection = Redis.from_url(url)
    return SimpleWorker([Queue(QUEUE, connection=connection)], connection=connection, name=name)


def soon(now: datetime, seconds: float) -> datetime:
    return now + timedelta(seconds=max(1.0, seconds))
