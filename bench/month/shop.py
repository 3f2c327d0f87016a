"""A small business with a ledger, a Stripe account that settles in two currencies, and the product connected to both."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from bench.month.clock import MonthClock
from bench.month.other_app import OtherApp
from connectors.tokens import TokenSet
from posting.rules import Booking, FeePolicy, Kind, Mode, Place, PostingRules, Role
from posting.ruling import save
from reconcile.books.policies import change
from reconcile.books.proofs import proofs
from reconcile.policy import Cap, OwnPolicy, Unattended
from runtime.passes import sync_connection
from runtime.settings import Settings
from runtime.wiring import App
from sandbox.core.clock import SandboxClock
from sandbox.core.limits import FixedWindows
from sandbox.core.server import serve
from sandbox.run import Ledger, new_ledger
from sandbox.stripe.stand import StripeStand
from sandbox.world import plan
from sandbox.world.currencies import RateTable
from sandbox.world.load import load_entity
from store import schema, tenancy
from store.queries.planning import accounts_of

OWNER = "ann@harrow.example"
PATIENCE_SECONDS = 65.0
"""Limits are kept, in the month's own time: who waits moves its clock."""
FOREIGN = "EUR"
"""The second currency in which Stripe settles."""
THIRD = {"quickbooks": "GBP", "xero": "USD"}
"""A currency that some customers pay in, and that Stripe settles in the home currency."""
COMPANIES = {
    "quickbooks": ("Harrow Creek Supply Co.", "US", "USD", "America/Chicago"),
    "xero": ("Pennine Oak Joinery Ltd", "GB", "GBP", "Europe/London"),
}
ACCOUNTS: Mapping[str, Mapping[Role, str]] = {
    "quickbooks": {
        Role.BANK: "Checking", Role.CLEARING: "Stripe Clearing", Role.DISPUTED: "Disputed Funds",
        Role.RESERVE: "Stripe Reserve", Role.PROCESSOR_FEE: "Stripe Fees", Role.DISPUTE_FEE: "Stripe Fees",
        Role.BANK_FEE: "Office Expenses", Role.BAD_DEBT: "Bad Debts", Role.SALES: "Sales of Product Income",
        Role.EXCHANGE: "Exchange Gain or Loss",
    },
    "xero": {
        Role.BANK: "Business Current Account", Role.CLEARING: "Stripe Clearing", Role.DISPUTED: "Disputed Funds",
        Role.RESERVE: "Stripe Reserve", Role.PROCESSOR_FEE: "Card Processing Fees",
        Role.DISPUTE_FEE: "Card Processing Fees", Role.BANK_FEE: "Bank Fees", Role.BAD_DEBT: "General Expenses",
        Role.SALES: "Sales", Role.EXCHANGE: "Realised Currency Gains", Role.SUSPENSE: "Suspense",
    },
}  # fmt: skip
TAXED = {"quickbooks": "", "xero": "INPUT2"}
"""The tax code on the processor's fees."""
_PEOPLE = (
    "Alderbrook Bakery", "Calder Timber", "Eastmere Dental", "Foxglove Florists", "Granby Signs", "Juniper Hotel",
    "Larkspur School", "Millrace Pottery", "Oakley Roofing", "Saltmarsh Boatyard", "Tansy Textiles", "Vinehall Farm",
)  # fmt: skip
_ABROAD = ("Atelier Rossignol", "Kontor Lindemann", "Molino Rossi")
_THIRD = ("Harbour Lights", "Prairie Goods")


@dataclass
class Shop:
    """The stand-ins, and the product over them. customers: plan keys by name, in home and in the foreign currency."""

    provider: str
    clock: SandboxClock
    ledger: Ledger
    stripe: StripeStand
    tenant: str
    account: str
    app: App
    home: str
    zone: ZoneInfo
    chance: random.Random
    rates: RateTable
    organisation_id: UUID
    entity_id: UUID
    books: UUID
    source: UUID
    other: OtherApp
    first: date
    at_home: list[str] = field(default_factory=list)
    abroad: list[str] = field(default_factory=list)
    third: list[str] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    numbers: int = 0

    @property
    def today(self) -> date:
        return self.clock.now().astimezone(self.zone).date()

    def number(self, prefix: str) -> str:
        self.numbers += 1
        return f"{prefix}-{4000 + self.numbers}"

    def at_stripe(self, verb: str, **fields: Any) -> dict[str, Any]:
        return self.stripe.change(self.account, verb, fields)

    def in_books(self, verb: str, **fields: Any) -> dict[str, Any]:
        found: dict[str, Any] = self.ledger.change(self.tenant, verb, fields)
        return found

    def accounts(self) -> dict[str, str]:
        """External ids by name."""
        with self.app.database.read() as connection:
            rows = accounts_of(connection, self.organisation_id, self.books)
        return {row.name: str(row.external_id) for row in rows}

    def account_id(self, role: Role, currency: str = "") -> str:
        name = ACCOUNTS[self.provider][role]
        if currency == FOREIGN:
            name = f"{FOREIGN} Account" if role is Role.BANK else f"{name} {FOREIGN}"
        return self.accounts()[name]

    def follow(self, since: date) -> None:
        """The owner's choices: accounts, Tieout books everything from this day on, what is proved is decided."""
        now, accounts = self.app.clock.now(), self.accounts()
        own = str(self.source)
        places = [
            Place(
                role=role, account=accounts[name], tax_code=TAXED[self.provider] if role is Role.PROCESSOR_FEE else ""
            )
            for role, name in ACCOUNTS[self.provider].items()
        ]
        places += [
            Place(role=role, account=self.account_id(role, FOREIGN), currency=FOREIGN)
            for role in (Role.CLEARING, Role.BANK)
        ]
        bookings = tuple(Booking(source=own, kind=kind, poster="tieout", since=since) for kind in Kind)
        rules = PostingRules(mode=Mode.AUTOMATIC, places=tuple(places), bookings=bookings, fees=FeePolicy.PAYOUT)
        save(self.app.database, self.organisation_id, self.entity_id, rules, note="All of it.", by=OWNER, now=now)
        proved = frozenset(proof.code for proof in proofs().values() if proof.proved)
        caps = tuple(Cap(currency=currency, most=5_000) for currency in (self.home, FOREIGN))
        policy = OwnPolicy(unattended=Unattended(on=True, classes=proved, caps=caps))
        with self.app.database.write() as connection:
            change(connection, self.organisation_id, policy, actor=OWNER, note="What is proved.", now=now)


def people_of(provider: str, home: str) -> tuple[plan.Customer, ...]:
    ends = {"quickbooks": "Inc.", "xero": "Ltd"}[provider]
    here = [
        plan.Customer(f"c{n}", f"{name} {ends}", f"{name.split()[0].lower()}@example.com", home)
        for n, name in enumerate(_PEOPLE)
    ]
    there = [
        plan.Customer(f"f{n}", name, f"{name.split()[-1].lower()}@example.com", FOREIGN)
        for n, name in enumerate(_ABROAD)
    ]
    third = [
        plan.Customer(f"t{n}", name, f"{name.split()[0].lower()}@example.com", THIRD[provider])
        for n, name in enumerate(_THIRD)
    ]
    return (*here, *there, *third)


def moment_of(day: date, zone: ZoneInfo | None = None) -> datetime:
    """Two in the afternoon UTC; of a zone that was asked for an hour of its day at which UTC has another day."""
    if zone is None:
        return datetime.combine(day, time(14), UTC)
    morning = datetime.combine(day, time(9), zone).astimezone(UTC)
    return morning if morning.date() != day else datetime.combine(day, time(18), zone).astimezone(UTC)


@contextmanager
def shop_of(provider: str, folder: Path, seed: int, first: date, zone: str = "") -> Iterator[Shop]:
    """`first`: the day before the month begins. zone: in place of the company's own; see moment_of."""
    name, country, home, own_zone = COMPANIES[provider]
    clock = SandboxClock(moment_of(first, ZoneInfo(zone) if zone else None))
    zone = zone or own_zone
    clock.set(clock.now())
    ledger, stripe = new_ledger(provider, clock, seed), StripeStand(clock, seed)
    for stand in (ledger, stripe):
        for held in vars(stand).values():
            if isinstance(held, FixedWindows):
                held.configure({})
    rates = RateTable(
        home, (FOREIGN, THIRD[provider]), first - timedelta(days=70), first + timedelta(days=70), str(seed)
    )
    company = plan.Company(
        "shop", name, country, home, zone, currencies=(home, FOREIGN, THIRD[provider]), settles=(FOREIGN,)
    )
    account = plan.Company(
        "till", name, country, home, zone, currencies=(home, FOREIGN, THIRD[provider]), settles=(FOREIGN,)
    )
    people = people_of(provider, home)
    entity = plan.EntityPlan(
        provider,
        plan.BooksPlan(company, customers=people, rates=rates.steps()),
        plan.StripePlan(account, customers=people),
    )
    loaded = load_entity(entity, ledger, stripe)
    with serve(ledger.app) as books_served, serve(stripe.app) as stripe_served:
        environ = {
            "TIEOUT_HOME": str(folder), "TIEOUT_DATABASE_URL": f"sqlite:///{folder}/tieout.db", "TIEOUT_REDIS_URL": "",
            **_settings(provider, books_served.url, ledger.config()), **_stripe(stripe_served.url, stripe.config()),
        }  # fmt: skip
        app = replace(
            App.build(Settings.load(environ), MonthClock(clock), patience_seconds=PATIENCE_SECONDS),
            sleep=MonthClock(clock).sleep, monotonic=lambda: clock.now().timestamp(),
        )  # fmt: skip
        schema.upgrade(app.database)
        organisation_id, entity_id, books, source = _connect(
            app, ledger, stripe, provider, loaded.books_tenant, loaded.stripe_tenant, zone
        )
        shop = Shop(
            provider=provider, clock=clock, ledger=ledger, stripe=stripe, tenant=loaded.books_tenant,
            account=loaded.stripe_tenant, app=app, home=home, zone=ZoneInfo(zone), chance=random.Random(seed),
            rates=rates, organisation_id=organisation_id, entity_id=entity_id, books=books, source=source, first=first,
            other=OtherApp(provider, books_served.url, ledger, loaded.books_tenant),
            at_home=[one.key for one in people if one.currency == home],
            abroad=[one.key for one in people if one.currency == FOREIGN],
            third=[one.key for one in people if one.currency == THIRD[provider]], names={one.key: one.name for one in people},
        )  # fmt: skip
        try:
            yield shop
        finally:
            app.database.close()
            stripe.webhooks.close()
            ledger.webhooks.close()


def _connect(
    app: App, ledger: Ledger, stripe: StripeStand, provider: str, tenant: str, account: str, zone: str
) -> tuple[UUID, UUID, UUID, UUID]:
    """zone: said by the owner, where the books name none."""
    now = app.clock.now
    with app.database.write() as connection:
        own = tenancy.add_organisation(connection, "Harrow Creek", actor=OWNER, now=now())
    connecting = app.connecting(own)
    given = ledger.tokens(tenant)
    tokens = TokenSet(
        access_token=given.access_token, refresh_token=given.refresh_token,
        expires_at=now() + timedelta(seconds=given.expires_in or 0),
    )  # fmt: skip
    company = app.describe(provider, tokens, tenant)
    books = connecting.save(
        provider,
        replace(company, time_zone=company.time_zone or zone),
        tokens,
        entity_id=None,
        since=None,
        actor=OWNER,
        now=now(),
    )
    key = TokenSet(access_token=stripe.api_key(account), webhook_secret=None)
    till = connecting.save(
        "stripe", app.describe("stripe", key, ""), key, entity_id=books.entity_id, since=None, actor=OWNER, now=now()
    )
    for one in (books, till):
        sync_connection(app, own, one.connection_id)
    return own, books.entity_id, books.connection_id, till.connection_id


def _settings(provider: str, url: str, config: Mapping[str, Any]) -> dict[str, str]:
    names = {"CLIENT_ID": config["client_id"], "CLIENT_SECRET": config["client_secret"]}
    if provider == "quickbooks":
        names |= {"API_BASE": f"{url}/v3", "DISCOVERY_URL": f"{url}/.well-known/openid_sandbox_configuration"}
    else:
        names |= {"API_BASE": f"{url}/api.xro/2.0", "IDENTITY_BASE": url, "LOGIN_BASE": url}
    return {f"TIEOUT_{provider.upper()}_{name}": value for name, value in names.items()}


def _stripe(url: str, config: Mapping[str, Any]) -> dict[str, str]:
    names = {"API_BASE": url, "CONNECT_BASE": url, "CLIENT_ID": config["client_id"], "SECRET_KEY": config["secret_key"]}
    return {f"TIEOUT_STRIPE_{name}": value for name, value in names.items()}
