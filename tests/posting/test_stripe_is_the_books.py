"""An entity without a ledger: Stripe's invoices are the books, and money that came elsewhere is posted to them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bench.posting.desk import COMPANIES, PERSON, Desk, Shifted
from connectors.tokens import TokenSet
from posting.rules import Mode, PostingRules
from posting.ruling import save
from runtime.passes import sync_connection
from runtime.settings import Settings
from runtime.wiring import App
from sandbox.core.clock import SandboxClock
from sandbox.core.server import serve
from sandbox.stripe.stand import StripeStand
from sandbox.world import plan
from store import tenancy
from store.database import Database

COMPANY = plan.Company("acme", "Acme Inc", "US", "USD", "America/New_York")
CENTS = 10_000


@pytest.fixture
def stand() -> Iterator[StripeStand]:
    made = StripeStand(SandboxClock(None), 7)
    made.limits.configure({})
    made.account_limits.configure({})
    yield made
    made.webhooks.close()


@pytest.fixture
def shop(
    stand: StripeStand, sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Desk]:
    """Eight open invoices of two customers, and posting switched on."""
    monkeypatch.setitem(COMPANIES, "stripe", COMPANY)
    tenant = stand.add_company(COMPANY)
    customers = [stand.change(tenant, "new_customer", {"name": f"Customer {n} Ltd"})["id"] for n in range(2)]
    for n in range(8):
        wanted = {"customer": customers[n % 2], "amount": CENTS + n, "number": f"INV-{1000 + n}", "due_days": 30}
        stand.change(tenant, "new_invoice", wanted)
    with serve(stand.app) as served:
        environ = {
            "TIEOUT_HOME": str(tmp_path / "home"),
            "TIEOUT_DATABASE_URL": sqlite_database.url.render_as_string(hide_password=False),
            "TIEOUT_REDIS_URL": "",
            "TIEOUT_STRIPE_API_BASE": served.url,
            "TIEOUT_STRIPE_CONNECT_BASE": served.url,
        }
        clock = Shifted()
        app = replace(App.build(Settings.load(environ)), sleep=clock.sleep, monotonic=clock.monotonic, clock=clock)
        with app.database.write() as connection:
            organisation_id = tenancy.add_organisation(connection, "Acme", actor=PERSON, now=clock.now())
        tokens = TokenSet(access_token=stand.api_key(tenant))
        made = app.connecting(organisation_id).save(
            "stripe", app.describe("stripe", tokens, tenant), tokens, entity_id=None, since=None, actor=PERSON,
            now=clock.now(),
        )  # fmt: skip
        sync_connection(app, organisation_id, made.connection_id)
        today = datetime.now(UTC).date()
        held: Any = stand  # it is loaded otherwise than a ledger, which nobody does here
        yield Desk(
            held, "stripe", tenant, served.url, app, organisation_id, made.connection_id, made.entity_id, today, environ,
            clock,
        )  # fmt: skip
        app.database.close()


def automatic(shop: Desk) -> None:
    rules = PostingRules(mode=Mode.AUTOMATIC)
    save(shop.database, shop.organisation_id, shop.entity_id, rules, note="on", by=PERSON, now=shop.clock.now())


def statuses(shop: Desk) -> dict[str, str]:
    rows = shop.stand.records[shop.tenant].all("invoices")
    return {str(row["number"]): str(row["status"]) for row in rows}


def test_money_at_the_bank_is_reported_and_attached_once(shop: Desk) -> None:
    automatic(shop)
    lines = [(f"Customer {n % 2} Ltd", f"INV-{1000 + n}", CENTS + n) for n in range(3)]
    shop.bank(lines, on=shop.today - timedelta(days=2))
    shop.reconcile()
    assert shop.accept_all() == 3

    run = shop.post()

    assert (run.posted, run.failed) == (3, 0)
    assert [number for number, status in sorted(statuses(shop).items()) if status == "paid"] == [
        "INV-1000", "INV-1001", "INV-1002"
    ]  # fmt: skip
    shop.sync()
    shop.reconcile()
    assert shop.proposals() == []  # our own records are no new receipts
    assert shop.post().posted == 0
    assert len(shop.stand.records[shop.tenant].all("payment_records")) == 3


def test_a_charge_that_paid_nothing_is_attached_to_its_invoice(shop: Desk, stand: StripeStand) -> None:
    automatic(shop)
    [customer] = {
        row["customer"] for row in shop.stand.records[shop.tenant].all("invoices") if row["number"] == "INV-1005"
    }
    charge = {"amount": CENTS + 5, "customer": customer, "description": "INV-1005"}
    stand.change(shop.tenant, "charge", charge)
    shop.sync()
    shop.reconcile()
    assert shop.accept_all() == 1

    assert shop.post().posted == 1

    assert statuses(shop)["INV-1005"] == "paid"
