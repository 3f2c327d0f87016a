"""Off and stop hold from the next call on: nothing that is stored, and nothing whose reply was lost, goes out after them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from bench.posting.desk import PERSON, Desk, paid_by_bank
from connectors.writing import Batch, Outcome
from ledger.faults import Unreachable
from posting import ruling, stops
from posting.ran import Ran, Stopped
from posting.rules import Mode
from posting.run import run
from runtime.passes import load_row
from runtime.posting import outlet_of

LATER = timedelta(minutes=10)  # no key is remembered and no call is on its way any more
COUNT = 4
MANY = 130  # three calls and more, on both ledgers


@dataclass
class Meddled:
    """A writer beside which somebody acts: `before` and `after` each sending."""

    inner: Any
    before: Callable[[], None] = lambda: None
    after: Callable[[], None] = lambda: None

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    def send(self, batch: Batch, key: str) -> list[Outcome]:
        self.before()
        outcomes: list[Outcome] = self.inner.send(batch, key)
        self.after()
        return outcomes


def _ready(desk: Desk, count: int) -> None:
    desk.rules(Mode.AUTOMATIC)
    paid_by_bank(desk, range(count), customers=8)
    desk.reconcile()
    assert desk.accept_all() == count


def _off(desk: Desk) -> None:
    with desk.database.read() as connection:
        rules, _ = ruling.load(connection, desk.organisation_id, desk.entity_id)
    if rules.mode is not Mode.OFF:
        changed = ruling.with_mode(rules, Mode.OFF)
        now = desk.app.clock.now()
        ruling.save(desk.database, desk.organisation_id, desk.entity_id, changed, note="off", by=PERSON, now=now)


def _stop(desk: Desk) -> None:
    now = desk.app.clock.now()
    stops.stop(desk.database, desk.organisation_id, desk.connection_id, reason="Wait.", by=PERSON, now=now)


WAYS = pytest.mark.parametrize("close", [_off, _stop], ids=["off", "stop"])


def _run(desk: Desk, ran: Ran, **meddled: Callable[[], None]) -> None:
    outlet = outlet_of(desk.app, load_row(desk.app, desk.organisation_id, desk.connection_id), by=PERSON)
    run(replace(outlet, writer=Meddled(outlet.writer, **meddled), sleep=lambda _: None), ran=ran)


def _lost() -> None:
    message = "No reply came."
    raise Unreachable(message)


@WAYS
def test_in_the_middle_of_a_run_the_next_call_does_not_go(many: Desk, close: Callable[[Desk], None]) -> None:
    _ready(many, MANY)
    ran = Ran()
    with pytest.raises(Stopped):
        _run(many, ran, after=lambda: close(many))
    stands = many.stands()[""]
    assert 0 < stands <= 50
    assert many.states() == {"posted": stands, "ready": MANY - stands}
    assert len(ran.posted) == stands


@WAYS
@pytest.mark.parametrize("arrives", [False, True], ids=["it did not arrive", "it arrived"])
def test_a_call_whose_reply_was_lost_is_looked_up_and_not_sent_again(
    desk: Desk, close: Callable[[Desk], None], *, arrives: bool
) -> None:
    _ready(desk, COUNT)
    lost = {"after": _lost} if arrives else {"before": _lost}
    with pytest.raises(Unreachable):
        _run(desk, Ran(), **lost)
    close(desk)
    stands = COUNT if arrives else 0
    desk.post()
    assert desk.stands()[""] == stands
    desk.clock.ahead += LATER
    assert desk.post().stopped
    assert desk.stands()[""] == stands
    assert desk.states() == {"posted" if arrives else "ready": COUNT}
