"""What the stand-ins make of a plan, held against the plan itself."""

from collections import Counter
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from sandbox.core.clock import SandboxClock
from sandbox.run import new_ledger
from sandbox.stripe.stand import StripeStand
from sandbox.world import plan
from sandbox.world.currencies import digits
from sandbox.world.load import load_entity
from sandbox.world.small import small_world

TODAY = date(2026, 6, 15)


class World:
    """An entity in its stand-ins, on a clock that stands still."""

    def __init__(self, provider: str) -> None:
        clock = SandboxClock(datetime(2026, 6, 15, 9, tzinfo=UTC), running=False)
        self.stripe = StripeStand(clock, 1)
        self.ledger = new_ledger(provider, clock, 1)
        entity = next(one for one in small_world(1, TODAY) if one.books_provider == provider)
        self.loaded = load_entity(entity, self.ledger, self.stripe)


@pytest.fixture(scope="module", params=["quickbooks", "xero"])
def world(request: pytest.FixtureRequest) -> World:
    return World(request.param)


def _decimal(amount: int, currency: str) -> Decimal:
    return Decimal(amount).scaleb(-digits(currency))


def _open_in(truth: dict[str, Any]) -> dict[str, Decimal]:
    documents = {key: Decimal(held["open"]) for key, held in truth["documents"].items()}
    return {key: amount for key, amount in documents.items() if amount}


def _still_open(invoices: tuple[plan.Invoice, ...], spent: Counter[str]) -> dict[str, Decimal]:
    """Key -> what the plan leaves open of each invoice."""
    left = {
        invoice.key: _decimal(invoice.total - invoice.deposit - spent[invoice.key], invoice.currency)
        for invoice in invoices
        if invoice.state == "open"
    }
    return {key: amount for key, amount in left.items() if amount}


def test_the_ledger_leaves_open_what_the_plan_leaves_open(world: World) -> None:
    loaded, ledger = world.loaded, world.ledger
    books, spent = loaded.entity.books, Counter[str]()
    sources: tuple[plan.Payment | plan.CreditNote, ...] = (*books.payments, *books.credit_notes)
    for source in sources:
        if source.state == "open":
            for part in source.applied:
                spent[part.target] += part.amount
    expected = {
        ledger.external_id(loaded.books_tenant, key): amount
        for key, amount in _still_open(books.invoices, spent).items()
    }
    found = _open_in(ledger.truth(loaded.books_tenant, TODAY))
    known = [invoice.key for invoice in books.invoices if invoice.state in {"open", "void"}]
    ids = {ledger.external_id(loaded.books_tenant, key) for key in known}
    assert {key: amount for key, amount in found.items() if key in ids} == expected


def test_stripe_leaves_open_what_the_plan_leaves_open(world: World) -> None:
    loaded = world.loaded
    stripe, spent = loaded.entity.stripe, Counter[str]()
    for charge in stripe.charges:
        if charge.status == "succeeded":
            spent.update({part.target: part.amount for part in charge.pays})
    for note in stripe.credit_notes:
        spent.update({part.target: part.amount for part in note.applied})
    spent.update({credit.invoice: credit.amount for credit in stripe.balance_credits if credit.invoice})
    expected = {
        world.stripe.external_id(loaded.stripe_tenant, key): amount
        for key, amount in _still_open(stripe.invoices, spent).items()
    }
    found = _open_in(world.stripe.truth(loaded.stripe_tenant, TODAY))
    ids = {world.stripe.external_id(loaded.stripe_tenant, invoice.key) for invoice in stripe.invoices}
    assert {key: amount for key, amount in found.items() if key in ids} == expected


def test_stripes_balance_is_what_came_less_what_left(world: World) -> None:
    """A failed payout is back in the balance; a won dispute came back without its fee."""
    loaded = world.loaded
    stripe = loaded.entity.stripe
    nets = {charge.key: charge.settled - charge.fee for charge in stripe.charges}
    nets |= {refund.key: -refund.amount for refund in stripe.refunds}
    nets |= {one.key: -one.fee if one.status == "won" else -one.amount - one.fee for one in stripe.disputes}
    left = sum(nets[key] for payout in stripe.payouts if payout.status != "failed" for key in payout.carries)
    home = stripe.company.home_currency
    balance = world.stripe.truth(loaded.stripe_tenant, TODAY)["balance"]
    assert {code.upper(): Decimal(amount) for code, amount in balance.items()} == {
        home: _decimal(sum(nets.values()) - left, home)
    }


def test_the_clearing_entries_name_charges_that_are_there(world: World) -> None:
    loaded, ledger = world.loaded, world.ledger
    charges = {world.stripe.external_id(loaded.stripe_tenant, charge.key) for charge in loaded.entity.stripe.charges}
    texts = " ".join(str(record) for _, _, record in ledger.records[loaded.books_tenant])
    assert "{stripe:" not in texts
    assert sum(1 for charge in charges if charge in texts) > 30
