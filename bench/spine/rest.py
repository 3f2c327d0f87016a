"""When the worker of a served home has nothing to do: nothing waits in its queue, is under way, or is due in a moment."""

from __future__ import annotations

import time
from pathlib import Path

from redis import Redis
from rq import Queue
from rq.registry import ScheduledJobRegistry, StartedJobRegistry

from bench.spine.house import wait_until
from runtime.queue import QUEUE
from runtime.servers import EmbeddedValkey

REST_SECONDS = 1.5  # a job's own end and the next one's beginning lie closer together
SOON_SECONDS = 10


def wait_for_rest(home: Path, seconds: float = 240.0) -> None:
    """Returns when the queue has been empty, at each look, for REST_SECONDS."""
    link = Redis.from_url(EmbeddedValkey(home).url)
    queue = Queue(QUEUE, connection=link)
    busy_at = time.monotonic()

    def rests() -> bool:
        nonlocal busy_at
        if _has_work(queue):
            busy_at = time.monotonic()
        return time.monotonic() - busy_at >= REST_SECONDS

    try:
        wait_until("the worker's rest", rests, seconds)
    finally:
        link.close()


def _has_work(queue: Queue) -> bool:
    due = ScheduledJobRegistry(queue=queue).get_jobs_to_schedule(int(time.time()) + SOON_SECONDS)
    return bool(len(queue) or due or StartedJobRegistry(queue=queue).get_job_ids(cleanup=False))
