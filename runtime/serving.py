"""Everything on one machine: the queue's server, a worker, the schedule, and the web, ended together."""

from __future__ import annotations

import logging
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, Self
from uuid import UUID

from ledger.faults import Fault
from runtime import jobs
from runtime.due import is_parked, look_is_due, recheck_is_due, sync_is_due, verify_is_due, was_cut_off
from runtime.guard import Guard
from runtime.large_statements import still_at_work
from runtime.outgoing import to_be_sent
from runtime.queue import Nudges
from runtime.servers import EmbeddedValkey
from runtime.settings import ROOT, environment
from runtime.tidying import tidy
from runtime.wiring import App
from store import closes, inbox, verifications
from store.queries.rechecks import scheduled

_log = logging.getLogger(__name__)
TIDY_EVERY = timedelta(hours=1)
WATCH_SECONDS = 2.0
TICK_EVERY = 10  # looks after the processes
STOP_SECONDS = 15.0
AT_ONCE = timedelta()
LOOK_AGAIN_MAX = timedelta(minutes=15)


class Schedule:
    """Nudges what is due, and what a lost queue forgot. Its memory is the store: it can be started anew at any time."""

    def __init__(self, app: App, nudges: Nudges, watch: Callable[[], None] = lambda: None) -> None:
        """`watch` is called before each look: who runs the schedule may have processes to look after."""
        self._app = app
        self._nudges = nudges
        self._watch = watch
        self._tidied: datetime | None = None
        self._looks_asked: dict[tuple[UUID, UUID], datetime] = {}
        self._ended = threading.Event()

    def tick(self) -> int:
        """One look: returns how many nudges went out."""
        now = self._app.clock.now()
        with self._app.database.read() as connection:
            rows = scheduled(connection)
            waiting = inbox.connections_waiting(connection)
            verified = verifications.last_started(connection)
            asked = verifications.waiting(connection)
            periods = closes.waiting(connection)
        parked = {(row.organisation_id, row.id) for row in rows if is_parked(row, now)}
        wanted: list[tuple[Any, UUID, UUID]] = [
            *((jobs.sync, row.organisation_id, row.id) for row in rows if sync_is_due(row, now)),
            *((jobs.hooks, *target) for target in waiting if target not in parked),
            *((jobs.look, row.organisation_id, row.id) for row in self._to_be_looked_at(rows, now)),
            *((jobs.post, *target) for target in to_be_sent(self._app) if target not in parked),
            *((jobs.recheck, row.organisation_id, row.id) for row in rows if recheck_is_due(row, now, row.time_zone)),
            *((jobs.verify, *target) for target in asked),
            *((jobs.close, *target) for target in periods),
            *((jobs.take_statement, *target) for target in still_at_work(self._app)),
            *(
                (jobs.verify_at_night, row.organisation_id, row.id)
                for row in rows
                if verify_is_due(row, verified.get(row.id), now, row.time_zone)
            ),
        ]
        for task, organisation_id, connection_id in wanted:
            self._nudges.nudge(task, organisation_id, connection_id)
        if self._tidied is None or now - self._tidied >= TIDY_EVERY:
            self._tidied = now
            tidy(self._app)
        return len(wanted)

    def _to_be_looked_at(self, rows: Sequence[Any], now: datetime) -> list[Any]:
        """Asked for once more when as much time again has passed: a look that always fails would keep a worker busy."""
        due = {(row.organisation_id, row.id): row for row in rows if look_is_due(row, now)}
        asked = {key: moment for key, moment in self._looks_asked.items() if key in due}
        for key in [
            key for key, moment in asked.items() if now - moment < min(moment - due[key].look_due_at, LOOK_AGAIN_MAX)
        ]:
            del due[key]
        self._looks_asked = asked | dict.fromkeys(due, now)
        return list(due.values())

    def go_on(self) -> int:
        """A worker has ended: what it left half done is begun again at once. Returns how many nudges went out.

        A pass that another worker runs is asked for too: it holds its lock, and the nudge finds it at work.
        """
        now = self._app.clock.now()
        with self._app.database.read() as connection:
            rows = scheduled(connection)
        left = [(jobs.sync, row) for row in rows if was_cut_off(row, now)]
        left += [(jobs.look, row) for row in rows if look_is_due(row, now, AT_ONCE)]
        for task, row in left:
            self._nudges.nudge(task, row.organisation_id, row.id)
        return len(left) + self.tick()

    def run(self) -> None:
        """Until `stop`; a fault is logged and the next look comes."""
        looks = 0
        while not self._ended.wait(WATCH_SECONDS):
            looks += 1
            try:
                self._watch()
                if looks % TICK_EVERY == 0:
                    self.tick()
            except Fault as fault:
                _log.warning("schedule: %s", fault)
            except Exception:  # noqa: BLE001 - a schedule that ended unseen would stop all work
                _log.exception("schedule: this look failed; the next comes")

    def stop(self) -> None:
        self._ended.set()


class Machine:
    """A context manager: embedded queue (unless a server is set), one worker process, the schedule in a thread."""

    def __init__(self, app: App, extra: Mapping[str, str] | None = None) -> None:
        self._app = app
        self._extra = dict(extra or {})
        self._valkey = None if app.settings.redis_url else EmbeddedValkey(app.settings.home)
        self._worker: subprocess.Popen[bytes] | None = None
        self._guard: Guard | None = None
        self._schedule: Schedule | None = None
        self._thread: threading.Thread | None = None
        self._url = ""
        self._watching = threading.Lock()
        self.nudges: Nudges | None = None

    def __enter__(self) -> Self:
        try:
            self._start()
        except BaseException:
            self.__exit__(None, None, None)  # what had started must not stay behind
            raise
        return self

    def _start(self) -> None:
        self._guard = Guard()
        url = self._valkey.start().url if self._valkey is not None else self._app.settings.redis_url or ""
        if self._valkey is not None and self._valkey.is_owner:
            self._guard.started(self._valkey.pid)
        self.nudges = Nudges(url)
        self._url = url
        self._worker = self._new_worker()
        self._schedule = Schedule(self._app, self.nudges, self.watch)
        self._thread = threading.Thread(target=self._schedule.run, name="schedule", daemon=True)
        self._thread.start()

    def _new_worker(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "cli.main", "worker"]
        own = {"TIEOUT_HOME": str(self._app.settings.home), "TIEOUT_REDIS_URL": self._url}
        made = subprocess.Popen(command, cwd=ROOT, env=environment(**{**self._extra, **own}), start_new_session=True)
        if self._guard is not None:
            self._guard.started(made.pid)
        return made

    def watch(self) -> None:
        """Starts again what has ended by itself: a worker or a queue that is gone would otherwise stop all work unseen."""
        with self._watching:
            self._look_after_the_queue()
            self._look_after_the_worker()

    def _look_after_the_queue(self) -> None:
        if self._valkey is not None and self._valkey.pid is None:
            _log.warning("the queue's server has ended; it is started again")
            self._valkey.stop()
            self._valkey.start()
            if self._guard is not None and self._valkey.is_owner:
                self._guard.started(self._valkey.pid)

    def _look_after_the_worker(self) -> None:
        if self._worker is None or self._worker.poll() is None:
            return
        _log.warning("the worker has ended (%s); it is started again", self._worker.returncode)
        if self._guard is not None:
            self._guard.ended(self._worker.pid)
        if self.nudges is not None and self._valkey is not None:
            self.nudges.forget_started()
        self._worker = self._new_worker()
        if self._schedule is not None:
            self._schedule.go_on()

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, where: TracebackType | None
    ) -> None:
        if self._schedule is not None:
            self._schedule.stop()
        if self._worker is not None:
            self._worker.send_signal(signal.SIGTERM)
            try:
                self._worker.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._worker.kill()
                self._worker.wait()
        if self.nudges is not None:
            self.nudges.close()
        if self._valkey is not None:
            self._valkey.stop()
        if self._guard is not None:
            self._guard.close()

    @property
    def worker_pid(self) -> int | None:
        return None if self._worker is None else self._worker.pid


def on_signals(stop: Callable[[], None]) -> None:
    """SIGTERM ends as Ctrl-C does."""

    def ended(_number: int, _frame: object) -> None:
        stop()

    signal.signal(signal.SIGTERM, ended)
