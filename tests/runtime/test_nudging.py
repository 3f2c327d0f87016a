"""Nudges beside the request: the first at once, a burst as one, none lost, and a lost queue no fault."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from uuid import UUID

import pytest
from redis import Redis
from rq import Queue

from runtime import jobs
from runtime.nudging import Nudging
from runtime.queue import QUEUE, Nudges

ONE, OTHER = UUID(int=1), UUID(int=2)


@pytest.fixture
def nudges(valkey: str) -> Iterator[Nudges]:
    made = Nudges(valkey)
    yield made
    made.close()


def _until_depth(nudges: Nudges, wanted: int) -> None:
    for _ in range(500):
        if nudges.depth() == wanted:
            return
        threading.Event().wait(0.01)
    raise AssertionError(f"{nudges.depth()} nudges lie in the queue, not {wanted}")


def test_a_burst_is_one_nudge_for_each_target(nudges: Nudges, valkey: str) -> None:
    nudging = Nudging(nudges, jobs.hooks, pause_seconds=0.01)
    for _ in range(200):
        nudging.send([(ONE, ONE), (ONE, OTHER)])
    nudging.close()
    with Redis.from_url(valkey) as link:
        waiting = Queue(QUEUE, connection=link).get_jobs()
    assert sorted(job.args[1] for job in waiting) == [str(ONE), str(OTHER)]


def test_the_first_goes_out_without_waiting_and_the_last_is_not_lost(nudges: Nudges) -> None:
    nudging = Nudging(nudges, jobs.hooks, pause_seconds=30)
    nudging.send([(ONE, ONE)])
    _until_depth(nudges, 1)
    nudging.send([(ONE, OTHER)])
    assert nudges.depth() == 1
    nudging.close()
    assert nudges.depth() == 2


def test_a_queue_that_is_gone_costs_nothing() -> None:
    """A fault in the thread would fail this test: pytest tells of what threads raise."""
    gone = Nudges("unix:///nowhere/queue.sock?db=0")
    nudging = Nudging(gone, jobs.hooks, pause_seconds=0.01)
    nudging.send([(ONE, ONE)])
    nudging.close()
    gone.close()
    assert "nudging" not in {thread.name for thread in threading.enumerate()}
