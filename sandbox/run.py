"""The whole sandbox: QuickBooks, Xero and Stripe on loopback with a business in each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal, NamedTuple, Protocol, Self

from sandbox.core.clock import SandboxClock
from sandbox.core.limits import FixedWindows
from sandbox.core.oauth import Tokens
from sandbox.core.server import Served, serve
from sandbox.core.stand import Stand
from sandbox.stripe.stand import StripeStand
from sandbox.world import plan
from sandbox.world.bank import statement
from sandbox.world.large import large_world
from sandbox.world.load import Loaded, load_entity, load_stripe
from sandbox.world.small import small_world

Size = Literal["small", "large"]
MORNING = time(9, 0, tzinfo=UTC)
PROVIDERS = ("quickbooks", "xero", "stripe")
_WORLDS = {"small": small_world, "large": large_world}


class Held(NamedTuple):
    """One company that the product can connect to."""

    provider: str
    tenant: str
    name: str


class Ledger(Stand, Protocol):
    """A stand-in that holds books."""

    def load(self, tenant: str, wanted: plan.BooksPlan, /) -> None: ...
    def tokens(self, tenant: str) -> Tokens: ...


def new_ledger(provider: str, clock: SandboxClock, seed: int) -> Ledger:
    """An empty stand-in, imported when asked for: a test of one provider need not wait for another's code."""
    if provider == "quickbooks":
        from sandbox.quickbooks.stand import QuickBooksStand

        return QuickBooksStand(clock, seed)
    from sandbox.xero.stand import XeroStand

    return XeroStand(clock, seed)


class Sandbox:
    """Stand-ins with the world in them, each on a port of its own, until `close`.

    The world ends on the day before `today`. Without a clock, time is the real one; with `today` alone it runs from nine
    in the morning of that day. real_limits=False lifts the providers' call limits, for tests whose clock stands still.
    """

    def __init__(
        self,
        size: Size = "small",
        seed: int = 1,
        today: date | None = None,
        clock: SandboxClock | None = None,
        ports: Mapping[str, int] | None = None,
        *,
        providers: Sequence[str] = PROVIDERS,
        real_limits: bool = True,
    ) -> None:
        """`providers`: which are served; an entity whose ledger is not among them has its Stripe account all the same."""
        if clock is None:
            clock = SandboxClock(datetime.combine(today, MORNING) if today else None)
        self.clock = clock
        self.today = today or clock.now().date()
        self.stripe = StripeStand(clock, seed)
        self.ledgers = {
            name: new_ledger(name, clock, seed) for name in PROVIDERS if name != "stripe" and name in providers
        }
        self.stands: dict[str, Stand] = {**self.ledgers}
        if "stripe" in providers:
            self.stands["stripe"] = self.stripe
        if not real_limits:
            self.lift_limits()
        self.loaded = tuple(self._load(_WORLDS[size](seed, self.today)))
        wanted = ports or {}
        self._served: dict[str, Served] = {}
        try:
            for provider, stand in self.stands.items():
                self._served[provider] = serve(stand.app, wanted.get(provider, 0))
        except OSError:
            self.close()
            raise

    def url(self, provider: str) -> str:
        """Where a stand-in answers, without a slash at the end."""
        return self._served[provider].url

    def connections(self) -> list[Held]:
        """Every company in the world: the ledgers, then the Stripe accounts."""
        books = [
            Held(one.entity.books_provider, one.books_tenant, one.entity.books.company.name) for one in self.loaded
        ]
        accounts = [Held("stripe", one.stripe_tenant, one.entity.stripe.company.name) for one in self.loaded]
        return [held for held in (*books, *accounts) if held.provider in self.stands]

    def settings(self) -> dict[str, str]:
        """The TIEOUT_ settings that make the product talk to this sandbox. The secrets are pretend ones."""
        makers = {"quickbooks": _quickbooks_settings, "xero": _xero_settings, "stripe": _stripe_settings}
        return {
            f"TIEOUT_{provider.upper()}_{name}": value
            for provider, stand in self.stands.items()
            for name, value in makers[provider](self.url(provider), stand.config()).items()
        }

    def credentials(self, held: Held) -> dict[str, str]:
        """What a credentials file for one company holds: tokens given without a consent page, or Stripe's restricted key."""
        if held.provider == "stripe":
            return {
                "api_key": self.stripe.api_key(held.tenant),
                "webhook_secret": self.stripe.config()["webhook_secret"],
            }
        tokens = self.ledgers[held.provider].tokens(held.tenant)
        expires_at = self.clock.now() + timedelta(seconds=tokens.expires_in or 0)
        return {
            "access_token": tokens.access_token,
            "refresh_token": tokens.refresh_token,
            "expires_at": expires_at.isoformat(),
            "realm_id" if held.provider == "quickbooks" else "tenant_id": held.tenant,
        }

    def bank_statements(self) -> dict[str, bytes]:
        """A statement of each entity's bank account by a name for its file, as its bank would give it: CAMT.053."""
        return {
            f"{one.entity.books.company.name.lower().replace(' ', '-').replace('.', '')}.camt053.xml": statement(
                one.entity, list(self.stripe.books(one.stripe_tenant).store.all("payouts")), self.today
            )
            for one in self.loaded
        }

    def send_webhooks_to(self, base: str) -> None:
        """Have every stand-in send its webhooks to `base` + /hooks/PROVIDER, on loopback, signed with its own secret."""
        for provider, stand in self.stands.items():
            config = stand.config()
            secret = config["webhook_secret" if provider == "stripe" else "webhook_key"]
            stand.webhooks.register(f"{base.rstrip('/')}/hooks/{provider}", secret)

    def lift_limits(self) -> None:
        """No call limits any more, at any stand-in."""
        for stand in (*self.stands.values(), self.stripe):
            for held in vars(stand).values():
                if isinstance(held, FixedWindows):
                    held.configure({})

    def close(self) -> None:
        for served in self._served.values():
            served.close()
        for stand in self.stands.values():
            stand.webhooks.close()

    def _load(self, world: Sequence[plan.EntityPlan]) -> Iterator[Loaded]:
        for entity in world:
            ledger = self.ledgers.get(entity.books_provider)
            if ledger is not None:
                yield load_entity(entity, ledger, self.stripe)
            elif "stripe" in self.stands:
                yield Loaded(entity, "", load_stripe(entity, self.stripe))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _quickbooks_settings(url: str, config: Mapping[str, str]) -> dict[str, str]:
    return {
        "API_BASE": f"{url}/v3",
        "CLIENT_ID": config["client_id"],
        "CLIENT_SECRET": config["client_secret"],
        "DISCOVERY_URL": f"{url}/.well-known/openid_sandbox_configuration",
        "WEBHOOK_VERIFIER": config["webhook_key"],
    }


def _xero_settings(url: str, config: Mapping[str, str]) -> dict[str, str]:
    return {
        "API_BASE": f"{url}/api.xro/2.0",
        "CLIENT_ID": config["client_id"],
        "CLIENT_SECRET": config["client_secret"],
        "IDENTITY_BASE": url,
        "LOGIN_BASE": url,
        "WEBHOOK_KEY": config["webhook_key"],
    }


def _stripe_settings(url: str, config: Mapping[str, str]) -> dict[str, str]:
    return {
        "API_BASE": url,
        "CLIENT_ID": config["client_id"],
        "CONNECT_BASE": url,
        "SECRET_KEY": config["secret_key"],
        "WEBHOOK_SECRET": config["webhook_secret"],
    }
