"""A business with open invoices in one ledger and bank lines that pay them, accepted and ready to be posted."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select

from connectors.tokens import TokenSet
from posting.asking import ask
from posting.rules import Mode, Place, PostingRules, Role
from posting.ruling import save
from reconcile.books.batches import accept_many
from reconcile.books.decisions import Deciding
from runtime.passes import sync_connection
from runtime.posting import PostRun, post_connection
from runtime.reconciling import reconcile_one
from runtime.settings import Settings
from runtime.statements import bring_in
from runtime.wiring import App
from sandbox.core.clock import SandboxClock
from sandbox.core.limits import FixedWindows
from sandbox.core.server import serve
from sandbox.run import Ledger, new_ledger
from sandbox.world import plan
from store import tenancy
from store.database import Database
from store.queries.exports.kinds import EXPORTS
from store.queries.exports.parts import Reader
from store.queries.outbox import count_by_state
from store.queries.planning import accounts_of
from store.tables.matching import matches, receipts
from sync.statements.plan import Asked

CENTS = 10_000
PATIENCE_SECONDS = 120.0
PERSON = "ann@acme.example"
BANK_NAMES = {"quickbooks": "Checking", "xero": "Business Current Account"}
COMPANIES = {
    "quickbooks": plan.Company("acme", "Acme Inc", "US", "USD", "America/New_York"),
    "xero": plan.Company("acme", "Acme Ltd", "GB", "GBP", "Europe/London"),
}


@dataclass
class Shifted:
    """The real clock, set ahead."""

    ahead: timedelta = timedelta()
    slept: float = 0.0

    def sleep(self, seconds: float) -> None:
        """Takes no time: our own limits pass as if it had."""
        self.slept += seconds

    def monotonic(self) -> float:
        return time.monotonic() + self.slept + self.ahead.total_seconds()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def today(self, zone: tzinfo) -> date:
        return self.now().astimezone(zone).date()


@dataclass
class Desk:
    """The stand-in with one company, and the product connected to it."""

    stand: Ledger
    provider: str
    tenant: str
    url: str
    app: App
    organisation_id: UUID
    connection_id: UUID
    entity_id: UUID
    today: date
    environ: dict[str, str]
    clock: Shifted

    def reload(self) -> None:
        """With what `environ` says by now."""
        self.app.database.close()
        self.app = _app(self.environ, self.clock)

    @property
    def home(self) -> Path:
        return self.app.settings.home

    @property
    def database(self) -> Database:
        return self.app.database

    def entity(self) -> Any:
        with self.database.read() as connection:
            return tenancy.find_entity(connection, self.organisation_id, str(self.entity_id))

    def deciding(self, actor: str = PERSON) -> Deciding:
        return Deciding(self.database, self.organisation_id, actor)

    def rules(self, mode: Mode = Mode.BY_HAND, **more: Any) -> None:
        """Bank money goes to the books' own bank account."""
        account = self.account(BANK_NAMES[self.provider])
        rules = PostingRules(mode=mode, places=(Place(role=Role.BANK, account=account),), **more)
        save(
            self.database,
            self.organisation_id,
            self.entity_id,
            rules,
            note="set up",
            by=PERSON,
            now=self.app.clock.now(),
        )

    def account(self, name: str) -> str:
        with self.database.read() as connection:
            rows = accounts_of(connection, self.organisation_id, self.connection_id)
        return next(str(row.external_id) for row in rows if row.name == name)

    def bank(self, lines: Sequence[tuple[str, str, int]], on: date | None = None, name: str = "statement.csv") -> None:
        """Booked lines (payer, text, cents) of one day, imported as a statement of the bank account."""
        day = (on or self.today).isoformat()
        rows = [f'{day},"{payer}","{text}",{cents // 100}.{cents % 100:02d}' for payer, text, cents in lines]
        data = "\n".join(["Date,Payee,Description,Amount", *rows]).encode()
        asked = Asked(
            organisation_id=self.organisation_id, entity=self.entity(), file_name=name, data=data, account="Operating",
            currency=COMPANIES[self.provider].home_currency,
        )  # fmt: skip
        bring_in(self.app, asked, actor=PERSON)

    def reconcile(self) -> None:
        reconcile_one(self.app, self.organisation_id, self.entity_id)

    def accept_all(self) -> int:
        """Accepts the best proposal of every receipt, in one act."""
        chosen = self.proposals()
        for start in range(0, len(chosen), 500):
            accept_many(self.deciding(), chosen[start : start + 500], now=self.app.clock.now())
        return len(chosen)

    def proposals(self) -> list[tuple[UUID, int]]:
        """The best proposal of each receipt, with the receipt's revision."""
        query = (
            select(matches.c.id, receipts.c.revision)
            .join_from(matches, receipts, receipts.c.id == matches.c.receipt_id)
            .where(matches.c.state == "proposed", matches.c.rank == 1)
            .order_by(matches.c.recorded_at, matches.c.id)
        )
        with self.database.read() as connection:
            return [(row.id, row.revision) for row in connection.execute(query)]

    def post(self, **more: Any) -> PostRun:
        return post_connection(self.app, self.organisation_id, self.connection_id, by=PERSON, **more)

    def ask(self) -> None:
        ask(self.database, self.organisation_id, self.connection_id, None, by=PERSON, now=self.app.clock.now())

    def sync(self, *, full: bool = False) -> None:
        sync_connection(self.app, self.organisation_id, self.connection_id, full=full)

    def states(self) -> dict[str, int]:
        with self.database.read() as connection:
            return count_by_state(connection, self.organisation_id, self.connection_id)

    def stands(self) -> Counter[str]:
        """By the stand-in's own truth: how many payments each invoice has, by its number, and how many stand in all."""
        return stands(self.stand, self.provider, self.tenant)

    def exported(self, kind: str) -> list[Mapping[str, Any]]:
        with self.database.read() as connection:
            return list(EXPORTS[kind](Reader(connection, self.organisation_id)))


def stands(stand: Any, provider: str, tenant: str) -> Counter[str]:
    """How often each invoice is paid at the stand-in; under "" all payments that stand."""
    store = stand.records[tenant]
    found: Counter[str] = Counter()
    if provider == "quickbooks":
        numbers = {one["Id"]: one["DocNumber"] for one in store.all("Invoice")}
        for payment in store.all("Payment"):
            links = [link["TxnId"] for line in payment.get("Line", ()) for link in line.get("LinkedTxn", ())]
            found.update(numbers[own] for own in links if own in numbers)
            found[""] += bool(links)
        return found
    numbers = {one["InvoiceID"]: one["InvoiceNumber"] for one in store.all("Invoices")}
    for payment in store.all("Payments"):
        if payment["Status"] == "AUTHORISED" and payment["PaymentType"] == "ACCRECPAYMENT":
            found[numbers[payment["Invoice"]["InvoiceID"]]] += 1
            found[""] += 1
    return found


def invoices(count: int, today: date, currency: str, customers: int) -> tuple[plan.Invoice, ...]:
    day = today - timedelta(days=20)
    return tuple(
        plan.Invoice(
            f"inv{n}", f"INV-{1000 + n}", f"cust{n % customers}", day, day + timedelta(days=30), currency,
            (plan.Line("Work", CENTS + n),),
        )
        for n in range(count)
    )  # fmt: skip


def _app(environ: Mapping[str, str], clock: Shifted) -> App:
    """Keeps its limits itself, with or without a queue: a server's time does not pass by a shifted clock."""
    settings = replace(Settings.load(environ), redis_url=None)
    app = App.build(settings, patience_seconds=PATIENCE_SECONDS)
    return replace(app, sleep=clock.sleep, monotonic=clock.monotonic, clock=clock)


@contextmanager
def desk_over(
    database: Database, home: Path, provider: str, *, count: int, customers: int = 20, redis_url: str = ""
) -> Iterator[Desk]:
    """`database`: of the present schema and empty. One open invoice of its own amount for each n below `count`."""
    today = datetime.now(UTC).date()
    company = COMPANIES[provider]
    stand = new_ledger(provider, SandboxClock(None), 7)
    for held in vars(stand).values():
        if isinstance(held, FixedWindows):
            held.configure({})
    tenant = stand.add_company(company)
    people = tuple(
        plan.Customer(f"cust{n}", f"Customer {n:03d} Ltd", f"c{n}@example.com", company.home_currency)
        for n in range(customers)
    )
    stand.load(
        tenant,
        plan.BooksPlan(company, customers=people, invoices=invoices(count, today, company.home_currency, customers)),
    )
    with serve(stand.app) as served:
        environ = {
            "TIEOUT_HOME": str(home),
            "TIEOUT_DATABASE_URL": database.url.render_as_string(hide_password=False),
            "TIEOUT_REDIS_URL": redis_url,
            **_settings(provider, served.url, stand.config()),
        }
        clock = Shifted()
        app = _app(environ, clock)
        with app.database.write() as connection:
            organisation_id = tenancy.add_organisation(connection, "Acme", actor=PERSON, now=app.clock.now())
        given = stand.tokens(tenant)
        tokens = TokenSet(
            access_token=given.access_token, refresh_token=given.refresh_token,
            expires_at=app.clock.now() + timedelta(seconds=given.expires_in or 0),
        )  # fmt: skip
        made = app.connecting(organisation_id).save(
            provider, app.describe(provider, tokens, tenant), tokens, entity_id=None, since=None, actor=PERSON,
            now=app.clock.now(),
        )  # fmt: skip
        sync_connection(app, organisation_id, made.connection_id)
        yield Desk(
            stand,
            provider,
            tenant,
            served.url,
            app,
            organisation_id,
            made.connection_id,
            made.entity_id,
            today,
            environ,
            clock,
        )
        app.database.close()
    stand.webhooks.close()


def paid_by_bank(desk: Desk, numbers: Sequence[int], customers: int = 20) -> None:
    """A bank line of each of these invoices, naming it."""
    desk.bank([(f"Customer {n % customers:03d} Ltd", f"INV-{1000 + n}", CENTS + n) for n in numbers])


def _settings(provider: str, url: str, config: Mapping[str, Any]) -> dict[str, str]:
    names = {"CLIENT_ID": config["client_id"], "CLIENT_SECRET": config["client_secret"]}
    if provider == "quickbooks":
        names |= {
            "API_BASE": f"{url}/v3", "DISCOVERY_URL": f"{url}/.well-known/openid_sandbox_configuration",
            "WEBHOOK_VERIFIER": config["webhook_key"],
        }  # fmt: skip
    else:
        names |= {
            "API_BASE": f"{url}/api.xro/2.0", "IDENTITY_BASE": url, "LOGIN_BASE": url,
            "WEBHOOK_KEY": config["webhook_key"],
        }  # fmt: skip
    return {f"TIEOUT_{provider.upper()}_{name}": value for name, value in names.items()}
