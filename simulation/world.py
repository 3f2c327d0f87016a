"""The business and its providers: one ledger and one Stripe account, small, with the clock of the run."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sandbox.core.clock import SandboxClock
from sandbox.core.stand import Stand
from sandbox.run import Ledger, new_ledger
from sandbox.stripe.stand import StripeStand
from sandbox.world import plan
from sandbox.world.load import Loaded, load_entity
from simulation.mailbag import Mailbag

BEGINS = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
BOOKS_PORT, STRIPE_PORT = 1, 2
"""Nobody listens there; they tell the stand-ins apart."""
_NAMES = (
    "Alderbrook Bakery LLC", "Calder Timber Co.", "Eastmere Dental Inc.", "Foxglove Florists", "Granby Signs & Sons",
    "Juniper Hotel LLC", "Larkspur School", "Millrace Pottery", "Oakley Roofing Corp.", "Saltmarsh Boatyard",
)  # fmt: skip
_BANK_ONLY = 3
"""The last of them pay by bank alone: the processor does not know them."""
_HOMES = {"quickbooks": ("US", "USD", "America/Chicago"), "xero": ("GB", "GBP", "Europe/London")}


@dataclass(frozen=True, slots=True, kw_only=True)
class BankLine:
    """A line that the bank has booked. signed: out is negative."""

    on: str
    minor: int
    name: str
    text: str
    reference: str


@dataclass(slots=True)
class Customer:
    """One customer, as each provider names them; stripe_id empty where the processor does not know them."""

    name: str
    books_id: str
    stripe_id: str


@dataclass(slots=True)
class World:
    """What there is outside of the product. bank: lines that no statement has told of yet."""

    provider: str
    clock: SandboxClock
    books: Ledger
    stripe: StripeStand
    bag: Mailbag
    tenant: str
    account: str
    currency: str
    time_zone: str
    customers: list[Customer]
    bank: list[BankLine] = field(default_factory=list)
    told_lines: list[BankLine] = field(default_factory=list)
    paid_in: set[str] = field(default_factory=set)
    numbers: int = 0

    @property
    def stands(self) -> dict[int, Stand]:
        return {BOOKS_PORT: self.books, STRIPE_PORT: self.stripe}

    def number(self, prefix: str) -> str:
        """The next of the business's own numbers, for a document or a reference."""
        self.numbers += 1
        return f"{prefix}-{1000 + self.numbers}"

    def today(self) -> str:
        return self.clock.now().date().isoformat()

    def settings(self) -> dict[str, str]:
        """The TIEOUT_ settings that lead to the stand-ins."""
        books, stripe = self.books.config(), self.stripe.config()
        here = f"http://127.0.0.1:{BOOKS_PORT}"
        found = {
            "TIEOUT_STRIPE_API_BASE": f"http://127.0.0.1:{STRIPE_PORT}",
            "TIEOUT_STRIPE_CONNECT_BASE": f"http://127.0.0.1:{STRIPE_PORT}",
            "TIEOUT_STRIPE_WEBHOOK_SECRET": stripe["webhook_secret"],
        }
        prefix = f"TIEOUT_{self.provider.upper()}_"
        own = {"CLIENT_ID": books["client_id"], "CLIENT_SECRET": books["client_secret"]}
        if self.provider == "quickbooks":
            own |= {
                "API_BASE": f"{here}/v3", "DISCOVERY_URL": f"{here}/.well-known/openid_sandbox_configuration",
                "WEBHOOK_VERIFIER": books["webhook_key"],
            }  # fmt: skip
        else:
            own |= {
                "API_BASE": f"{here}/api.xro/2.0", "IDENTITY_BASE": here, "LOGIN_BASE": here,
                "WEBHOOK_KEY": books["webhook_key"],
            }  # fmt: skip
        return {**found, **{prefix + name: value for name, value in own.items()}}


def build(provider: str) -> World:
    """The same each time: what differs between runs is what happens in them."""
    clock = SandboxClock(BEGINS)
    clock.set(BEGINS)
    books, stripe, bag = new_ledger(provider, clock, 1), StripeStand(clock, 1), Mailbag()
    loaded = load_entity(_entity(provider), books, stripe)
    for name, stand in ((provider, books), ("stripe", stripe)):
        secret = stand.config()["webhook_secret" if name == "stripe" else "webhook_key"]
        stand.webhooks = bag.of(name)
        stand.webhooks.register(f"http://127.0.0.1/hooks/{name}", secret)
    _lift(stripe)
    country, home, zone = _HOMES[provider]
    del country
    return World(
        provider=provider, clock=clock, books=books, stripe=stripe, bag=bag, tenant=loaded.books_tenant,
        account=loaded.stripe_tenant, currency=home, time_zone=zone, customers=_customers(books, stripe, loaded),
    )  # fmt: skip


def _lift(stripe: Any) -> None:
    """Stripe's limits go by the machine's own time, which the run does not know."""
    stripe.limits.configure({})
    stripe.account_limits.configure({})


def _customers(books: Ledger, stripe: StripeStand, loaded: Loaded) -> list[Customer]:
    known = {one.key for one in loaded.entity.stripe.customers}
    return [
        Customer(
            one.name,
            books.external_id(loaded.books_tenant, one.key),
            stripe.external_id(loaded.stripe_tenant, one.key) if one.key in known else "",
        )
        for one in loaded.entity.books.customers
    ]


def _entity(provider: str) -> plan.EntityPlan:
    country, home, zone = _HOMES[provider]
    today = BEGINS.date()
    people = tuple(
        plan.Customer(f"cus-{at}", name, f"pay@{name.split()[0].lower()}.example", home)
        for at, name in enumerate(_NAMES)
    )
    invoices = tuple(
        plan.Invoice(
            f"inv-{at}", f"INV-{900 + at}", people[at].key, today - timedelta(days=20 - at), today + timedelta(days=10 + at),
            home, (plan.Line("As agreed", 41_700 + 1_313 * at),),
        )
        for at in range(len(people))
    )  # fmt: skip
    company = plan.Company("books", "Harrow Creek Supply Co.", country, home, zone, currencies=(home,))
    account = plan.Company("stripe", "Harrow Creek Supply", country, home, zone, currencies=(home,))
    books = plan.BooksPlan(company, people, invoices)
    stripe = plan.StripePlan(account, people[:-_BANK_ONLY])
    return plan.EntityPlan(provider, books, stripe)
