"""The faults by name: what is done to a first import, to a day's changes, and to webhooks."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import flask

from bench.faults.desk import Desk
from bench.spine.changes import day_of_changes
from ledger.faults import Fault, RateLimited, SignatureWrong
from runtime.hooks import work_inbox
from runtime.receiving import Receiving
from runtime.recheck import recheck_connection
from sandbox.core.limits import Window
from sandbox.core.server import serve
from store.database import Database
from sync.renewal import TRIES

HOURS = 3.0  # between the import and the changes: access tokens have ended by then
LEDGERS = ("quickbooks", "xero")
FIVE = timedelta(minutes=5)
ENDS_EVERY = 17  # calls; twice in a row with a token just made would rightly count as a consent that is lost


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """what: a line for the table. ahead: our clock against the providers'."""

    what: str
    run: Callable[[Desk, random.Random], None]
    ahead: timedelta = timedelta()


def _weather(kind: str, share: float, *, seconds: float = 0.0, only: tuple[str, ...] = ()) -> Callable[..., None]:
    """Answers of one kind over an import, a day's changes, and the pass that brings them."""

    def run(desk: Desk, chance: random.Random) -> None:
        for name, stand in desk.sandbox.stands.items():
            if not only or name in only:
                stand.mishaps.add(kind, times=None, share=share, seconds=seconds)
        _two_days(desk, chance)

    return run


def _two_days(desk: Desk, chance: random.Random) -> None:
    desk.sync_all()
    desk.wait(HOURS * 3600)
    make_changes(desk, chance)
    desk.sync_all()


def make_changes(desk: Desk, chance: random.Random) -> int:
    """A day's changes of every kind; returns how many were made."""
    made = 0
    for provider, tenant, verb, fields in day_of_changes(desk.sandbox, chance):
        try:
            desk.sandbox.stands[provider].change(tenant, verb, fields)
        except ValueError as error:
            if "is unknown; known:" not in str(error):
                raise
        else:
            made += 1
    return made


def _day_limit(desk: Desk, chance: random.Random) -> None:
    """Limits far below the usual ones. Stripe's windows go by real time, which nobody waits for here."""
    xero = desk.sandbox.ledgers["xero"]
    xero.limits.configure({"minute": Window(4, 60), "day": Window(8, 86_400)}, 2)
    desk.sandbox.ledgers["quickbooks"].limits.configure({"minute": Window(12, 60)}, 2)
    _two_days(desk, chance)


def _expiry(desk: Desk, chance: random.Random) -> None:
    """Access tokens end in the middle of a list."""
    for name in LEDGERS:
        stand: Any = desk.sandbox.stands[name]
        stand.mishaps.add("expired", r"/v3/company|/api\.xro", times=None, every=ENDS_EVERY)
    _two_days(desk, chance)


def _lost_renewals(desk: Desk, chance: random.Random) -> None:
    """New tokens are given and their answers do not arrive: one at first, then all that a renewal asks for."""
    desk.sync_all()
    for times in (1, TRIES.tries, TRIES.tries + 1):
        desk.wait(HOURS * 3600)
        for name in LEDGERS:
            desk.sandbox.stands[name].mishaps.add("lost", r"/tokens/bearer|/connect/token", times=times)
        make_one_change(desk, chance)
        desk.sync_all()


def _two_workers(desk: Desk, chance: random.Random) -> None:
    """Two workers with stores of their own sync and re-read the same connections, while all access tokens keep ending."""
    other = replace(desk.app, database=Database(desk.app.settings.database_url), limiters={})
    own = desk.house.place.organisation_id
    desk.sync_all()
    for _ in range(6):
        desk.wait(HOURS * 3600)
        make_one_change(desk, chance)
        ready = threading.Barrier(2)
        worker = threading.Thread(target=_reread_all, args=(desk, other, own, ready))
        worker.start()
        ready.wait()
        desk.sync_all()
        worker.join()
    other.database.close()


def _reread_all(desk: Desk, other: Any, own: Any, ready: threading.Barrier) -> None:
    ready.wait()
    for row in desk.rows():
        try:
            recheck_connection(other, own, row.id)
        except RateLimited:
            desk.told.parked += 1
        except Fault as fault:
            desk.told.lost.append(f"the second worker: {fault}")


def make_one_change(desk: Desk, chance: random.Random) -> None:
    for one in desk.sandbox.loaded:
        desk.sandbox.stripe.change(
            one.stripe_tenant, "charge", {"amount": chance.randint(1_000, 9_000), "payer_name": "Walk-in"}
        )


def _hooks(*, sync_between: bool) -> Callable[[Desk, random.Random], None]:
    """Every webhook twice and the newest first; some passes come in between."""

    def run(desk: Desk, chance: random.Random) -> None:
        desk.sync_all()
        receiving = Receiving(desk.app)
        with _door(desk, receiving) as base:
            desk.sandbox.send_webhooks_to(base)
            for stand in desk.sandbox.stands.values():
                stand.webhooks.duplicate = stand.webhooks.reverse = True
            desk.told.notes["changes"] = make_changes(desk, chance)
            if sync_between:
                desk.sync_all()
            for stand in desk.sandbox.stands.values():
                stand.webhooks.drain(20.0)
                stand.webhooks.unregister_all()
        desk.told.notes["events"] = sum(_work(desk, row) for row in desk.rows())

    return run


def _work(desk: Desk, row: Any) -> int:
    for _ in range(50):
        try:
            return work_inbox(desk.app, desk.house.place.organisation_id, row.id)
        except RateLimited as limited:
            desk.told.parked += 1
            desk.wait(limited.retry_after_seconds + 1)
    return 0


@contextmanager
def _door(desk: Desk, receiving: Receiving) -> Iterator[str]:
    """Where webhooks come in; refusals are counted as what they are."""
    door = flask.Flask("door")
    desk_hand = ThreadPoolExecutor(1)  # a web server has so many threads; this one would have one for each delivery

    @door.post("/hooks/<provider>")
    def hook(provider: str) -> tuple[str, int]:
        headers = {name.lower(): value for name, value in flask.request.headers.items()}
        try:
            desk_hand.submit(receiving.receive, provider, flask.request.get_data(), headers).result()
        except SignatureWrong:
            desk.told.notes["refused events"] = desk.told.notes.get("refused events", 0) + 1
            return "", 401
        return "", 200

    with desk_hand, serve(door) as served:
        yield served.url


def _both(desk: Desk, chance: random.Random) -> None:
    """Skewed clocks: webhooks between reads, then passes."""
    _hooks(sync_between=True)(desk, chance)
    desk.wait(HOURS * 3600)
    make_one_change(desk, chance)
    desk.sync_all()


def _storm(desk: Desk, chance: random.Random) -> None:
    """Everything at once."""
    for name, stand in desk.sandbox.stands.items():
        stand.mishaps.add("429", times=None, share=0.05, seconds=20)
        stand.mishaps.add("500", times=None, share=0.03)
        stand.mishaps.add("cut", times=None, share=0.03)
        stand.mishaps.add("html", times=None, share=0.02)
        stand.mishaps.add("hollow", times=None, share=0.02)
        if name in LEDGERS:
            stand.mishaps.add("expired", r"/v3/company|/api\.xro", times=None, every=ENDS_EVERY)
    _both(desk, chance)


CASES: dict[str, Case] = {
    "calm": Case(what="nothing at all", run=_two_days),
    "429": Case(what="10 % of answers 429 with Retry-After 20", run=_weather("429", 0.10, seconds=20)),
    "429-silent": Case(what="10 % of answers 429 without Retry-After", run=_weather("429", 0.10)),
    "429-xml": Case(
        what="10 % of QuickBooks' answers a throttle in XML", run=_weather("xml429", 0.10, only=("quickbooks",))
    ),
    "500": Case(what="5 % of answers 500", run=_weather("500", 0.05)),
    "cut": Case(what="10 % of answers cut in the middle", run=_weather("cut", 0.10)),
    "garbage": Case(what="5 % of answers half a JSON under a whole head", run=_weather("malformed", 0.05)),
    "html": Case(what="5 % of answers a web page with status 200", run=_weather("html", 0.05)),
    "hollow": Case(what="5 % of answers {} with status 200", run=_weather("hollow", 0.05)),
    "day-limit": Case(what="Xero: 8 calls a day and 4 a minute; QuickBooks: 12 a minute", run=_day_limit),
    "expiry": Case(what="tokens end in mid-list, with every 17th call", run=_expiry),
    "lost-renewals": Case(what="answers with new tokens are lost, one and all of a renewal", run=_lost_renewals),
    "two-workers": Case(what="two workers at once, every token ending all the time", run=_two_workers),
    "hooks": Case(what="webhooks twice and newest first", run=_hooks(sync_between=False)),
    "hooks-and-pass": Case(what="the same, with passes in between", run=_hooks(sync_between=True)),
    "clock-ahead": Case(what="our clock 5 minutes ahead of the providers'", run=_both, ahead=FIVE),
    "storm": Case(what="all of it at once, our clock 5 minutes ahead", run=_storm, ahead=FIVE),
    "clock-behind": Case(what="our clock 5 minutes behind the providers'", run=_both, ahead=-FIVE),
}
