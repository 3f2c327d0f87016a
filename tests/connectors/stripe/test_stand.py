"""The connector against the sandbox's Stripe, which was written without knowing it."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connectors.port import Context, Page, Record
from connectors.stripe.connector import StripeConnector
from connectors.stripe.limits import read_limit
from connectors.transport import Transport
from ledger.money import total
from ledger.payout import Payout, PayoutItem
from sandbox.core.clock import SandboxClock
from sandbox.core.server import serve
from sandbox.stripe.stand import StripeStand
from sandbox.world.small import small_world
from tests.connectors.stripe.shop import Key, ids

TODAY = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)


@dataclass
class Rig:
    stand: StripeStand
    tenant: str
    clock: SandboxClock
    connector: StripeConnector
    books: Context

    def pull(self, state: Any = None) -> list[Page]:
        return list(self.connector.pull("account", state))

    def values(self, records: dict[tuple[str, str], Record]) -> dict[tuple[str, str], Any]:
        return {
            key: self.connector.map(record, self.books).values for key, record in records.items() if not record.deleted
        }


@pytest.fixture
def rig() -> Iterator[Rig]:
    clock = SandboxClock(TODAY)
    stand = StripeStand(clock, 1)
    entity = small_world(1, TODAY.date())[0]
    tenant = stand.add_company(entity.stripe.company)
    stand.load(tenant, entity.stripe)
    stand.limits.configure({})
    stand.account_limits.configure({})
    served = serve(stand.app, 0)
    transport = Transport("Stripe", clock=clock.now, sleep=lambda _: None, random=random.random, limits=read_limit)
    connector = StripeConnector(
        served.url, Key(stand.api_key(tenant)), account=None, transport=transport, clock=clock.now
    )
    context = Context(provider="stripe", company_id=tenant, home_currency="USD", time_zone="America/Chicago")
    yield Rig(stand, tenant, clock, connector, context)
    transport.close()
    served.close()
    stand.webhooks.close()


def test_as_many_records_as_the_stand_holds_and_all_of_them_map(rig: Rig) -> None:
    records = ids(rig.pull())
    counts = Counter(kind for kind, _ in records)
    del counts["payout_items"]
    assert dict(counts) == {kind: count for kind, count in rig.stand.counts(rig.tenant).items() if count}
    findings = [one for record in records.values() for one in rig.connector.map(record, rig.books).findings]
    assert findings == []


def test_a_payout_is_the_sum_of_what_it_carries(rig: Rig) -> None:
    values = rig.values(ids(rig.pull()))
    nets = {key[1]: found[0].net for key, found in values.items() if key[0] == "balance_transactions"}
    items = [one for found in values.values() for one in found if isinstance(one, PayoutItem)]
    payouts = [one for found in values.values() for one in found if isinstance(one, Payout)]
    carried = [payout for payout in payouts if payout.reconciliation_status == "completed"]
    assert carried
    for payout in carried:
        held = [nets[item.balance_transaction] for item in items if item.payout_external_id == payout.external_id]
        assert total(held, payout.amount.currency) == payout.amount


def test_a_second_pass_with_nothing_new_makes_no_more_calls_than_there_are_kinds(rig: Rig) -> None:
    state = rig.pull()[-1].state
    before = rig.connector.calls
    rig.pull(state)
    assert rig.connector.calls - before <= len(rig.connector.kinds)


def changed(rig: Rig, records: dict[tuple[str, str], Record]) -> None:
    """A day of business."""
    found = rig.values(records)
    bills = [key[1] for key, value in found.items() if key[0] == "invoices" and value[0].status == "open"]
    charges = [
        key[1]
        for key, value in found.items()
        if key[0] == "charges"
        and value[0].status == "succeeded"
        and not value[0].refunded
        and not value[0].disputed
        and value[0].balance_transaction
    ]
    customers = [key[1] for key in found if key[0] == "customers"]
    deeds: list[tuple[str, dict[str, Any]]] = [
        ("new_customer", {"name": "Late Company"}),
        ("new_invoice", {"amount": 12_300, "customer": customers[0]}),
        ("pay_invoice", {"invoice": bills[0]}),
        ("pay_out_of_band", {"invoice": bills[1]}),
        ("void_invoice", {"invoice": bills[2]}),
        ("mark_uncollectible", {"invoice": bills[3]}),
        ("credit_note", {"invoice": bills[4], "amount": 100}),
        ("refund", {"charge": charges[0]}),
        ("dispute", {"charge": charges[1]}),
        ("charge", {"amount": 4_444, "customer": customers[1]}),
        ("credit_balance", {"customer": customers[2], "amount": -900}),
        ("edit_customer", {"customer": customers[3], "name": "Renamed"}),
        ("payout", {}),
    ]
    for verb, fields in deeds:
        rig.clock.advance(timedelta(seconds=7))
        rig.stand.change(rig.tenant, verb, fields)
    rig.clock.advance(timedelta(seconds=7))


def test_an_incremental_pass_leaves_what_a_full_one_finds(rig: Rig) -> None:
    first = rig.pull()
    records = ids(first)
    changed(rig, records)
    later = rig.pull(first[-1].state)
    records |= ids(later)
    assert rig.values(records) == rig.values(ids(rig.pull()))


def test_the_account_names_itself(rig: Rig) -> None:
    company = rig.connector.company()
    assert (company.external_id, company.home_currency, company.live) == (rig.tenant, "USD", False)
