"""Nudges on a real queue: one of a kind at a time, run by a real worker, and never lost behind one that runs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import redis
from rq import Queue

from ledger.faults import Unreachable
from runtime.queue import QUEUE, Nudges, soon
from tests.runtime import told
from tests.runtime.burst import work_off

ONE, TWO = UUID(int=1), UUID(int=2)


@pytest.fixture
def nudges(valkey: str) -> Iterator[Nudges]:
    told.SEEN.clear()
    made = Nudges(valkey)
    yield made
    made.close()


def _run(valkey: str) -> None:
    work_off(valkey)


def test_a_nudge_runs_once_with_its_ids(nudges: Nudges, valkey: str) -> None:
    nudges.nudge(told.tell, ONE, TWO)
    assert nudges.depth() == 1
    _run(valkey)
    assert [(str(ONE), str(TWO))] == told.SEEN
    assert nudges.depth() == 0


def test_one_of_a_kind_waits_at_a_time(nudges: Nudges, valkey: str) -> None:
    for _ in range(5):
        nudges.nudge(told.tell, ONE, TWO)
    nudges.nudge(told.tell, ONE, ONE)
    assert nudges.depth() == 2
    _run(valkey)
    assert len(told.SEEN) == 2
    nudges.nudge(told.tell, ONE, TWO)  # and it may come again
    _run(valkey)
    assert len(told.SEEN) == 3


def test_a_nudge_during_the_run_is_not_lost(nudges: Nudges, valkey: str) -> None:
    told.URL.append(valkey)
    nudges.nudge(told.tell_again, ONE, TWO)
    _run(valkey)
    assert [(str(ONE), str(TWO)), (str(ONE), str(TWO))] == told.SEEN
    told.URL.clear()


def test_a_job_that_fails_is_in_nobodys_way(nudges: Nudges, valkey: str) -> None:
    nudges.nudge(told.fail, ONE, TWO)
    _run(valkey)
    nudges.nudge(told.fail, ONE, TWO)
    assert nudges.depth() == 1


def test_one_for_later_waits_and_one_for_now_comes_before_it(nudges: Nudges, valkey: str) -> None:
    later = soon(datetime.now(UTC), 3600)
    nudges.nudge(told.tell, ONE, TWO, at=later)
    nudges.nudge(told.tell, ONE, TWO, at=later)
    assert nudges.depth() == 0
    nudges.nudge(told.tell, ONE, TWO)
    assert nudges.depth() == 1
    _run(valkey)
    assert len(told.SEEN) == 1


def test_without_a_server_it_says_so(valkey: str) -> None:
    nowhere = Nudges("redis://127.0.0.1:1/0")
    with pytest.raises(Unreachable, match="TIEOUT_REDIS_URL"):
        nowhere.nudge(told.tell, ONE, TWO)
    with pytest.raises(Unreachable, match="queue cannot be reached"):
        nowhere.depth()
    nowhere.close()


def test_at_least_a_second_later() -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    assert soon(now, 0) == now + timedelta(seconds=1)
    assert soon(now, 90) == now + timedelta(seconds=90)


def test_the_queue_has_the_name_that_workers_listen_to(nudges: Nudges, valkey: str) -> None:
    nudges.nudge(told.tell, ONE, TWO)
    link = redis.Redis.from_url(valkey)
    assert link.llen(f"rq:queue:{QUEUE}") == 1
    link.close()


def test_a_nudge_that_a_killed_worker_had_in_hand_is_sent_again(nudges: Nudges, valkey: str) -> None:
    """A worker moves a job to a list of its own before it begins; killed there, the job would wait for ever."""
    nudges.nudge(told.tell, ONE, TWO)
    link = redis.Redis.from_url(valkey)
    queue = Queue(QUEUE, connection=link)
    assert link.lmove(queue.key, queue.intermediate_queue_key, "LEFT", "RIGHT")
    assert nudges.depth() == 0
    nudges.nudge(told.tell, ONE, TWO)
    assert nudges.depth() == 1
    assert link.llen(queue.intermediate_queue_key) == 0
    link.close()


def test_only_other_targets_count_as_waiting(nudges: Nudges, valkey: str) -> None:
    assert not nudges.others_wait(TWO)
    nudges.nudge(told.tell, ONE, TWO)
    assert not nudges.others_wait(TWO)
    nudges.nudge(told.tell, ONE, ONE)
    assert nudges.others_wait(TWO)
    gone = Nudges("unix:///nowhere/valkey.sock")
    assert not gone.others_wait(TWO)
