"""The worker posts what may go: after each look in automatic mode, when asked for by hand, and what a nudge forgot."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from rq import Queue
from rq.registry import FailedJobRegistry

from bench.posting.desk import Desk, desk_over, paid_by_bank
from posting.rules import Mode
from runtime import jobs
from runtime.queue import QUEUE, Nudges
from runtime.serving import Schedule
from store.database import Database
from tests.runtime.burst import work_off
from tests.runtime.conftest import working_here


@pytest.fixture
def desk(sqlite_database: Database, valkey: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    with (
        desk_over(sqlite_database, tmp_path / "home", "quickbooks", count=8, customers=4, redis_url=valkey) as made,
        working_here(made.environ, monkeypatch),
    ):
        paid_by_bank(made, range(4), customers=4)
        made.reconcile()
        assert made.accept_all() == 4
        yield made


def _worked(desk: Desk, job: object) -> None:
    nudges = Nudges(desk.environ["TIEOUT_REDIS_URL"])
    nudges.nudge(job, desk.organisation_id, desk.connection_id)  # type: ignore[arg-type]
    _drain(desk)
    nudges.close()


def _drain(desk: Desk) -> None:
    url = desk.environ["TIEOUT_REDIS_URL"]
    work_off(url)
    link = redis.Redis.from_url(url)
    assert FailedJobRegistry(queue=Queue(QUEUE, connection=link)).get_job_ids() == []
    link.close()


def test_after_a_look_what_is_ready_is_posted_with_nobody_clicking(desk: Desk) -> None:
    desk.rules(Mode.AUTOMATIC)
    _worked(desk, jobs.match)
    assert desk.states() == {"posted": 4}
    assert desk.stands()[""] == 4


def test_off_a_look_writes_nothing(desk: Desk) -> None:
    _worked(desk, jobs.match)
    _worked(desk, jobs.post)
    desk.rules(Mode.OFF)
    _worked(desk, jobs.match)
    assert desk.states() == {"ready": 4}
    assert desk.stands() == {}


def test_by_hand_the_worker_sends_what_was_asked_for(desk: Desk) -> None:
    desk.rules(Mode.BY_HAND)
    _worked(desk, jobs.match)
    assert desk.states() == {"ready": 4}
    desk.ask()
    _worked(desk, jobs.post)
    assert desk.states() == {"posted": 4}


def test_the_schedule_nudges_what_a_lost_queue_forgot(desk: Desk) -> None:
    desk.rules(Mode.AUTOMATIC)
    nudges = Nudges(desk.environ["TIEOUT_REDIS_URL"])
    assert Schedule(desk.app, nudges).tick() >= 1
    nudges.close()
    _drain(desk)
    assert desk.states() == {"posted": 4}
