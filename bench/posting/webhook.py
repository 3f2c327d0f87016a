"""One signed webhook of a charge to a payment in the books, through `tieout serve` as it runs, with nobody clicking."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import requests

from bench.posting.desk import CENTS, COMPANIES, PERSON, Desk, desk_over
from bench.spine.house import NeverHappenedError, wait_until
from bench.spine.rest import wait_for_rest
from bench.spine.served import SAID_MAX, free_port
from connectors.tokens import TokenSet
from posting.rules import Booking, Kind, Mode, Place, PostingRules, Role
from posting.ruling import save
from reconcile.books.policies import change
from reconcile.books.proofs import proofs
from reconcile.policy import Cap, OwnPolicy, Unattended
from runtime.passes import sync_connection
from runtime.settings import ROOT, environment
from sandbox.core.clock import SandboxClock
from sandbox.core.limits import FixedWindows
from sandbox.core.server import serve
from sandbox.stripe.stand import StripeStand
from sandbox.world import plan
from store import schema
from store.database import Database

PATIENCE_SECONDS = 180.0
QUICK_SECONDS = 10.0
KILLED_SECONDS = 300.0  # a call that was under way when the worker was killed is looked up once it has surely arrived
CUSTOMERS = 20
APART_SECONDS = {"quickbooks": 0.0, "xero": 7.0}
"""Between two charges: one takes some six calls of Xero's sixty a minute, and what is beyond them has to wait."""


@dataclass(slots=True)
class Arrived:
    """seconds: from the change at the processor until the payment stood, one for each charge. off: what stood while it was off."""

    provider: str
    off: int = 0
    ready_while_off: int = 0
    seconds: list[float] = field(default_factory=list)
    sent_again: int = 0
    workers_killed: int = 0
    charges: int = 0
    stands: int = 0
    twice: list[str] = field(default_factory=list)
    into: list[str] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        return self.right and all(one <= QUICK_SECONDS for one in self.seconds)

    @property
    def right(self) -> bool:
        """However long it took."""
        return (
            self.workers_killed == 1
            and not self.off
            and self.ready_while_off == 1
            and self.stands == self.charges
            and not self.twice
        )


@dataclass
class Till:
    """A processor's account beside a ledger, and the product serving over both."""

    desk: Desk
    stripe: StripeStand
    account: str
    source: UUID
    base: str = ""
    serving: int = 0

    def charge(self, number: int) -> None:
        fields = {
            "amount": CENTS + number, "currency": COMPANIES[self.desk.provider].home_currency.lower(),
            "customer": f"cust{number % CUSTOMERS}", "description": f"INV-{1000 + number}",
        }  # fmt: skip
        self.stripe.change(self.account, "charge", fields)

    def follow(self, mode: Mode) -> None:
        desk, now = self.desk, self.desk.app.clock.now()
        own = str(self.source)
        rules = PostingRules(
            mode=mode, places=(Place(role=Role.CLEARING, account=desk.account("Stripe Clearing"), source=own),),
            bookings=(Booking(source=own, kind=Kind.CHARGE, poster="tieout", since=desk.today),),
        )  # fmt: skip
        save(desk.database, desk.organisation_id, desk.entity_id, rules, note=f"Mode {mode}.", by=PERSON, now=now)

    def decide_what_is_proved(self) -> None:
        proved = frozenset(proof.code for proof in proofs().values() if proof.proved)
        cap = Cap(currency=COMPANIES[self.desk.provider].home_currency, most=5_000)
        policy = OwnPolicy(unattended=Unattended(on=True, classes=proved, caps=(cap,)))
        with self.desk.database.write() as connection:
            change(
                connection, self.desk.organisation_id, policy, actor=PERSON, note="What is proved.",
                now=self.desk.app.clock.now(),
            )  # fmt: skip


@contextmanager
def till_beside(desk: Desk) -> Iterator[Till]:
    stripe = StripeStand(SandboxClock(None), 7)
    for held in vars(stripe).values():
        if isinstance(held, FixedWindows):
            held.configure({})
    company = COMPANIES[desk.provider]
    account = stripe.add_company(company)
    people = tuple(
        plan.Customer(f"cust{n}", f"Customer {n:03d} Ltd", f"c{n}@example.com", company.home_currency)
        for n in range(CUSTOMERS)
    )
    stripe.load(account, plan.StripePlan(company, customers=people))
    with serve(stripe.app) as served:
        config = stripe.config()
        desk.environ |= {
            "TIEOUT_STRIPE_API_BASE": served.url, "TIEOUT_STRIPE_CONNECT_BASE": served.url,
            "TIEOUT_STRIPE_CLIENT_ID": config["client_id"], "TIEOUT_STRIPE_SECRET_KEY": config["secret_key"],
            "TIEOUT_STRIPE_WEBHOOK_SECRET": config["webhook_secret"],
        }  # fmt: skip
        desk.reload()
        app = desk.app
        key = TokenSet(access_token=stripe.api_key(account), webhook_secret=config["webhook_secret"])
        made = app.connecting(desk.organisation_id).save(
            "stripe", app.describe("stripe", key, ""), key, entity_id=desk.entity_id, since=None, actor=PERSON,
            now=app.clock.now(),
        )  # fmt: skip
        sync_connection(app, desk.organisation_id, made.connection_id)
        yield Till(desk, stripe, account, made.connection_id)
    stripe.webhooks.close()


@contextmanager
def served(till: Till) -> Iterator[None]:
    """`tieout serve` with the stand-in's webhooks coming in."""
    port = free_port()
    till.base = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "cli.main", "serve", "--port", str(port)]
    env = environment(**{**till.desk.environ, "TIEOUT_BASE_URL": till.base})
    said = till.desk.home / "said.log"
    with said.open("wb") as out:
        running = subprocess.Popen(command, cwd=ROOT, env=env, stdout=out, stderr=out)
    till.serving = running.pid
    try:
        wait_until("the served app", lambda: _answers(till.base) or running.poll() is not None)
        if running.poll() is not None:
            raise NeverHappenedError(f"The served app ended by itself: {said.read_text(errors='replace')[-SAID_MAX:]}")
        till.stripe.webhooks.register(f"{till.base}/hooks/stripe", till.stripe.config()["webhook_secret"])
        yield
    finally:
        running.send_signal(signal.SIGTERM)
        try:
            running.wait(20)
        except subprocess.TimeoutExpired:
            running.kill()
            running.wait()


def _answers(base: str) -> bool:
    try:
        return requests.get(f"{base}/readyz", timeout=30).ok
    except requests.ConnectionError:
        return False


def webhook(provider: str, folder: Path, *, charges: int) -> Arrived:
    """First with posting off, then automatic; each charge pays an invoice of its own."""
    database = Database(f"sqlite+pysqlite:///{folder / provider}-hook.db")
    schema.upgrade(database)
    told = Arrived(provider, charges=charges + 1)
    with (
        desk_over(database, folder / "home-hook", provider, count=charges + 3, customers=CUSTOMERS) as desk,
        till_beside(desk) as till,
    ):
        till.decide_what_is_proved()
        till.follow(Mode.OFF)
        with served(till):
            till.charge(0)
            wait_until("the match under Ready", lambda: desk.states().get("ready"), PATIENCE_SECONDS)
            wait_for_rest(desk.home)
            told.off, told.ready_while_off = desk.stands()[""], desk.states()["ready"]
            till.follow(Mode.AUTOMATIC)
            for number in range(1, charges + 1):
                time.sleep(APART_SECONDS[provider] if number > 1 else 0)
                till.charge(number)
                name = f"INV-{1000 + number}"
                told.seconds.append(
                    round(wait_until(name, lambda name=name: desk.stands()[name], PATIENCE_SECONDS), 2)  # type: ignore[misc]
                )
            wait_until("all of it", lambda: desk.states() == {"posted": charges + 1}, PATIENCE_SECONDS)
            told.charges += 1
            till.charge(charges + 1)
            told.sent_again, told.workers_killed = _ten_times(till), _kill_workers(till.serving)
            wait_until("it all the same", lambda: desk.states() == {"posted": charges + 2}, KILLED_SECONDS)
            assert till.stripe.webhooks.drain(PATIENCE_SECONDS)
            wait_for_rest(desk.home)
        stands = desk.stands()
        told.stands = stands.pop("")
        told.twice = [number for number, times in stands.items() if times != 1]
        told.into = sorted({str(row["deposit_account"]) for row in _payments(desk)})
    return told


def _ten_times(till: Till) -> int:
    """Every webhook so far ten times more, the newest first; how many went out."""
    sender = till.stripe.webhooks
    sender.drain()
    bodies = {delivery.body: delivery.sign for delivery in sender.deliveries()}
    sender.reverse = True
    for _ in range(10):
        for body, sign in bodies.items():
            sender.enqueue(body, sign)
    return 10 * len(bodies)


def _kill_workers(serving: int) -> int:
    """SIGKILL to the worker that `tieout serve` started; the service starts another."""
    found = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
            command = (stat.parent / "cmdline").read_bytes()
        except (OSError, ValueError):
            continue  # it ended meanwhile
        if parent == serving and command.rstrip(b"\0").endswith(b"worker"):
            os.kill(int(stat.parent.name), signal.SIGKILL)
            found += 1
    return found


def _payments(desk: Desk) -> list[Any]:
    return [row for row in desk.exported("payments") if row["provider"] == desk.provider]
