"""Payments that leave their invoice later: what was applied of them stands no more, found at a call or two."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import select, update

from ledger.receipt import CAME_BACK
from runtime.hooks import work_inbox
from runtime.receiving import Receiving
from store.tables.matching import receipts
from store.tables.pulled import NOUN_NAMED
from tests.runtime.shop import Posted, Shop


def applied(shop: Shop) -> dict[str, int]:
    """By the invoice's key in the plan: what stands applied to it."""
    books = shop.stand.books(shop.tenant)
    keys = {books.external_id(f"inv{n}"): f"inv{n}" for n in range(4)}
    table, found = NOUN_NAMED["allocations"].table, dict[str, int]()
    with shop.app.database.read() as connection:
        for row in connection.execute(select(table).where(table.c.gone_at.is_(None), table.c.reversed_on.is_(None))):
            key = keys[row.target_external_id]
            found[key] = found.get(key, 0) + row.amount_minor
    return found


def recorded(shop: Shop) -> None:
    """As the matcher leaves what the processor has applied itself."""
    with shop.app.database.write() as connection:
        connection.execute(update(receipts).values(status="already_recorded", unapplied_minor=0))


def pay(shop: Shop, **fields: Any) -> str:
    [post] = [post for post in shop.change("pay_invoice", **fields) if post.type == "charge.succeeded"]
    body: dict[str, Any] = json.loads(post.body)
    return str(body["data"]["object"]["id"])


def take(shop: Shop, posts: list[Posted]) -> None:
    for post in posts:
        Receiving(shop.app).receive("stripe", post.body, post.headers)
    work_inbox(shop.app, shop.organisation_id, shop.connection_id)


def test_a_payment_that_was_taken_off_its_invoice_stays_with_the_other_alone(shop: Shop) -> None:
    charge = pay(shop, invoice="inv0")
    shop.sync()
    assert applied(shop) == {"inv0": 7000}
    shop.change("detach_payment", invoice="inv0", charge=charge)
    shop.change("attach_payment", invoice="inv1", charge=charge, amount=7000)
    quiet = shop.sync().calls
    assert applied(shop) == {"inv1": 7000}
    assert shop.sync().calls < quiet


def test_a_debit_that_comes_back_is_applied_no_more(shop: Shop) -> None:
    charge = pay(shop, invoice="inv2", method="us_bank_account")
    pay(shop, invoice="inv3")
    shop.sync()
    recorded(shop)
    shop.change("charge_comes_back", charge=charge)
    shop.sync()
    assert applied(shop) == {"inv3": 7003}
    with shop.app.database.read() as connection:
        found = {row.external_id: row for row in connection.execute(select(receipts))}
    assert (found[charge].status, found[charge].unapplied_minor, found[charge].status_reason) == (
        "not_a_payment",
        0,
        CAME_BACK,
    )
    assert [row.status for name, row in found.items() if name != charge] == ["already_recorded"]


def test_webhooks_alone_tell_of_both(shop: Shop) -> None:
    posts = shop.change("pay_invoice", invoice="inv0") + shop.change("pay_invoice", invoice="inv1")
    take(shop, posts)
    assert applied(shop) == {"inv0": 7000, "inv1": 7001}
    one, two = shop.receipts()
    first, second = sorted((one, two), key=lambda charge: shop.receipts()[charge])
    take(shop, shop.change("detach_payment", invoice="inv0", charge=first))
    assert applied(shop) == {"inv1": 7001}
    take(shop, shop.change("charge_comes_back", charge=second))
    assert applied(shop) == {}
