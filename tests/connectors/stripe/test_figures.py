"""Stripe's own figures: the balance."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

from connectors.stripe.figures import StripeFigures
from connectors.stripe.limits import read_limit
from connectors.transport import Transport
from ledger.money import Money
from sandbox.run import Sandbox
from tests.connectors.stripe.shop import Key
from tests.connectors.wire import Answer, Naps, serve


def figures(url: str, key: str) -> StripeFigures:
    transport = Transport(
        "Stripe", clock=lambda: datetime.now(UTC), sleep=Naps(), random=lambda: 0.5, limits=read_limit
    )
    return StripeFigures(api_base=url, account=None, transport=transport, tokens=Key(key))


def test_the_balance_is_what_is_available_and_what_is_pending() -> None:
    body = {
        "object": "balance",
        "available": [{"amount": 1_050, "currency": "usd"}, {"amount": 700, "currency": "jpy"}],
        "pending": [{"amount": -250, "currency": "usd"}],
        "livemode": False,
    }
    with serve(lambda _: Answer(body=json.dumps(body).encode())) as server:
        own = figures(server.url, "rk_test_1")
        assert own.funds() == {"USD": Money(800, "USD"), "JPY": Money(700, "JPY")}
    assert own.calls == 1


def test_it_is_what_the_stand_in_works_out_and_nothing_else_is_claimed() -> None:
    with Sandbox("small", real_limits=False, providers=("stripe",)) as sandbox:
        for held in sandbox.connections():
            own = figures(sandbox.url("stripe"), sandbox.credentials(held)["api_key"])
            truth = sandbox.stripe.truth(held.tenant, sandbox.today)
            funds = own.funds()
            assert funds is not None
            assert {key: f"{money.decimal():f}" for key, money in funds.items() if money} == {
                key: total for key, total in truth["balance"].items() if float(total)
            }
            assert own.control(date(2026, 1, 1), "USD") is None
            assert own.customers(date(2026, 1, 1)) is None
            assert own.counts() == {}
            assert list(own.documents(["cus_1"])) == []
