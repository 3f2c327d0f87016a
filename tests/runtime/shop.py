"""A Stripe account at the sandbox, connected to a real store, with its webhooks caught on their way."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import flask
import msgspec
from sqlalchemy import select

from connectors.tokens import TokenSet
from runtime.passes import Synced, sync_connection
from runtime.settings import Settings
from runtime.wiring import App
from sandbox.core.clock import SandboxClock
from sandbox.core.limits import Window
from sandbox.core.server import serve
from sandbox.stripe.stand import StripeStand
from sandbox.world import plan
from store import tenancy
from store.database import Database
from store.tables.intake import inbox
from store.tables.matching import receipts
from tests.rig.waits import Leaps

TODAY = datetime.now(UTC).date()
COMPANY = plan.Company("acme", "Acme Ltd", "GB", "GBP", "Europe/London")
_DAY = TODAY - timedelta(days=10)
PLAN = plan.StripePlan(
    COMPANY,
    customers=(plan.Customer("bob", "Bob Ltd", "bob@bob.example", "GBP"),),
    invoices=tuple(
        plan.Invoice(f"inv{n}", f"S-{n}", "bob", _DAY, _DAY + timedelta(days=30), "GBP", (plan.Line("Work", 7000 + n),))
        for n in range(4)
    ),
)


@dataclass(frozen=True)
class Posted:
    """One delivery as Stripe sent it."""

    type: str
    body: bytes
    headers: dict[str, str]


@dataclass
class Shop:
    """The stand-in with one account, and the product connected to it."""

    stand: StripeStand
    tenant: str
    app: App
    organisation_id: UUID
    connection_id: UUID
    entity_id: UUID
    posted: list[Posted]
    environ: dict[str, str]

    def sync(self, *, full: bool = False) -> Synced:
        return sync_connection(self.app, self.organisation_id, self.connection_id, full=full)

    def looked(self) -> None:
        """As a worker says after it has matched what came."""
        with self.app.database.write() as connection:
            tenancy.note_looked(connection, self.organisation_id, self.connection_id, self.app.clock.now())

    def change(self, verb: str, **fields: Any) -> list[Posted]:
        """One change of business; gives the webhooks that Stripe sent for it."""
        before = len(self.posted)
        self.stand.change(self.tenant, verb, fields)
        assert self.stand.webhooks.drain()
        return self.posted[before:]

    def row(self) -> Any:
        with self.app.database.read() as connection:
            return tenancy.find_connection_row(connection, self.organisation_id, self.connection_id)

    def receipts(self) -> dict[str, int]:
        with self.app.database.read() as connection:
            return {row.external_id: row.amount_minor for row in connection.execute(select(receipts))}

    def inbox(self) -> list[Any]:
        with self.app.database.read() as connection:
            return list(connection.execute(select(inbox).order_by(inbox.c.event_id)))


@contextmanager
def shop_over(database: Database, home: Path, redis_url: str = "") -> Iterator[Shop]:
    """`database`: of the present schema and empty."""
    stand = StripeStand(SandboxClock(None), 7)
    stand.limits.configure({"endpoint-rate": Window(1000, 1)})
    stand.account_limits.configure({"global-rate": Window(1000, 1)})
    tenant = stand.add_company(COMPANY)
    stand.load(tenant, PLAN)
    posted: list[Posted] = []
    with serve(stand.app) as served, serve(_receiver(posted)) as hooks:
        stand.webhooks.register(f"{hooks.url}/hooks/stripe", stand.config()["webhook_secret"])
        environ = {
            "TIEOUT_HOME": str(home),
            "TIEOUT_DATABASE_URL": database.url.render_as_string(hide_password=False),
            "TIEOUT_STRIPE_API_BASE": served.url,
            "TIEOUT_STRIPE_CONNECT_BASE": served.url,
            "TIEOUT_STRIPE_CLIENT_ID": stand.config()["client_id"],
            "TIEOUT_STRIPE_SECRET_KEY": stand.config()["secret_key"],
            "TIEOUT_STRIPE_WEBHOOK_SECRET": stand.config()["webhook_secret"],
            "TIEOUT_REDIS_URL": redis_url,
        }
        leaps = Leaps()
        app = replace(App.build(Settings.load(environ)), sleep=leaps.sleep, monotonic=leaps.monotonic)
        with app.database.write() as connection:
            organisation_id = tenancy.add_organisation(connection, "Acme", actor="test", now=app.clock.now())
        tokens = TokenSet(access_token=stand.api_key(tenant))
        company = app.describe("stripe", tokens, "")
        made = app.connecting(organisation_id).save(
            "stripe", company, tokens, entity_id=None, since=None, actor="test", now=app.clock.now()
        )
        yield Shop(stand, tenant, app, organisation_id, made.connection_id, made.entity_id, posted, environ)
        app.database.close()
    stand.webhooks.close()


def _receiver(posted: list[Posted]) -> flask.Flask:
    app = flask.Flask("receiver")

    @app.post("/hooks/stripe")
    def hook() -> str:
        body = flask.request.get_data()
        headers = {name.lower(): value for name, value in flask.request.headers.items()}
        posted.append(Posted(str(msgspec.json.decode(body)["type"]), body, headers))
        return ""

    return app
