"""The whole sandbox: QuickBooks, Xero and Stripe on loopback with a business in each."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Literal, NamedTuple, Self

from sandbox.core.clock import SandboxClock
from sandbox.core.server import Served, serve
from sandbox.core.stand import Stand
from sandbox.quickbooks.stand import QuickBooksStand
from sandbox.stripe.stand import StripeStand
from sandbox.world.large import large_world
from sandbox.world.load import Loaded, load_entity
from sandbox.world.small import small_world
from sandbox.xero.stand import XeroStand

Size = Literal["small", "large"]
MORNING = time(9, 0, tzinfo=UTC)
_WORLDS = {"small": small_world, "large": large_world}


class Held(NamedTuple):
    """One company that the product can connect to."""

    provider: str
    tenant: str
    name: str


class Sandbox:
    """Three stand-ins with the world in them, each on a port of its own, until `close`.

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
        real_limits: bool = True,
    ) -> None:
        if clock is None:
            clock = SandboxClock(datetime.combine(today, MORNING) if today else None)
        self.clock = clock
        self.today = today or clock.now().date()
        self.quickbooks = QuickBooksStand(clock, seed)
        self.xero = XeroStand(clock, seed)
        self.stripe = StripeStand(clock, seed)
        self.stands: dict[str, Stand] = {"quickbooks": self.quickbooks, "xero": self.xero, "stripe": self.stripe}
        if not real_limits:
            self.lift_limits()
        ledgers = {"quickbooks": self.quickbooks, "xero": self.xero}
        self.loaded: tuple[Loaded, ...] = tuple(
            load_entity(entity, ledgers[entity.books_provider], self.stripe)
            for entity in _WORLDS[size](seed, self.today)
        )
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
        return [*books, *accounts]

    def settings(self) -> dict[str, str]:
        """The TIEOUT_ settings that make the product talk to this sandbox. The secrets are pretend ones."""
        quickbooks, xero, stripe = (self.stands[name].config() for name in ("quickbooks", "xero", "stripe"))
        return {
            "TIEOUT_QUICKBOOKS_API_BASE": f"{self.url('quickbooks')}/v3",
            "TIEOUT_QUICKBOOKS_CLIENT_ID": quickbooks["client_id"],
            "TIEOUT_QUICKBOOKS_CLIENT_SECRET": quickbooks["client_secret"],
            "TIEOUT_QUICKBOOKS_DISCOVERY_URL": f"{self.url('quickbooks')}/.well-known/openid_sandbox_configuration",
            "TIEOUT_QUICKBOOKS_WEBHOOK_VERIFIER": quickbooks["webhook_key"],
            "TIEOUT_STRIPE_API_BASE": self.url("stripe"),
            "TIEOUT_STRIPE_CLIENT_ID": stripe["client_id"],
            "TIEOUT_STRIPE_CONNECT_BASE": self.url("stripe"),
            "TIEOUT_STRIPE_SECRET_KEY": stripe["secret_key"],
            "TIEOUT_STRIPE_WEBHOOK_SECRET": stripe["webhook_secret"],
            "TIEOUT_XERO_API_BASE": f"{self.url('xero')}/api.xro/2.0",
            "TIEOUT_XERO_CLIENT_ID": xero["client_id"],
            "TIEOUT_XERO_CLIENT_SECRET": xero["client_secret"],
            "TIEOUT_XERO_IDENTITY_BASE": self.url("xero"),
            "TIEOUT_XERO_LOGIN_BASE": self.url("xero"),
            "TIEOUT_XERO_WEBHOOK_KEY": xero["webhook_key"],
        }

    def send_webhooks_to(self, base: str) -> None:
        """Have every stand-in send its webhooks to `base` + /hooks/PROVIDER, on loopback, signed with its own secret."""
        for provider, stand in self.stands.items():
            config = stand.config()
            secret = config.get("webhook_secret") or config["webhook_key"]
            stand.webhooks.register(f"{base.rstrip('/')}/hooks/{provider}", secret)

    def lift_limits(self) -> None:
        """No call limits any more, at any stand-in."""
        for limits in (
            self.quickbooks.limits,
            self.quickbooks.batch_limits,
            self.xero.limits,
            self.stripe.limits,
            self.stripe.account_limits,
        ):
            limits.configure({})

    def close(self) -> None:
        for served in self._served.values():
            served.close()
        for stand in self.stands.values():
            stand.webhooks.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
