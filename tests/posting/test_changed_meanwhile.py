"""Between the yes and the post somebody works in the books: the invoice is read again, and each change has its name."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import update

from bench.posting.desk import CENTS, PERSON, Desk
from connectors.writing import Batch, Outcome
from posting.failures import retry
from posting.found import ASKED_MAX
from posting.run import run
from runtime.passes import load_row
from runtime.posting import outlet_of
from store.tables.tenancy import entities
from tests.posting.test_recipes import Shop, shop

__all__ = ["shop"]

CHANGES: list[tuple[str, str, dict[str, Any]]] = [
    ("document_voided", "void_invoice", {"invoice": "inv0"}),
    ("paid_meanwhile", "pay_invoice", {"invoice": "inv0", "amount": "40.00"}),
    ("document_changed", "edit_invoice", {"invoice": "inv0", "amount": "140.00"}),
]


@pytest.mark.parametrize(("code", "verb", "fields"), CHANGES, ids=[row[0] for row in CHANGES])
def test_it_is_refused_by_name_and_nothing_else_waits_for_it(
    shop: Shop, code: str, verb: str, fields: dict[str, Any]
) -> None:
    desk: Desk = shop.desk
    first = shop.match(shop.receipt(CENTS), 0)
    other = shop.match(shop.receipt(CENTS + 1), 1)
    desk.stand.change(desk.tenant, verb, fields)
    before = shop.counted()
    shop.post()
    row = shop.again(first.id)
    assert (row.state, row.code) == ("failed", code), row.reason
    assert row.reason
    assert row.remedy
    assert shop.again(other.id).state == "posted"
    after = shop.counted()
    assert {kind: after[kind] - before[kind] for kind in after if after[kind] != before[kind]} in (
        {"Payment": 1}, {"Payments": 1},
    )  # fmt: skip


def test_the_same_money_entered_there_is_found(shop: Shop) -> None:
    """Somebody pressed Add in the bank feed: the receipt is recorded already, and nothing is posted."""
    desk = shop.desk
    posting = shop.match(shop.receipt(CENTS), 0)
    desk.stand.change(desk.tenant, "pay_invoice", {"invoice": "inv8", "amount": "100.00"})  # the same customer's
    desk.sync()
    before = shop.counted()
    shop.post()
    row = shop.again(posting.id)
    assert (row.state, row.code) == ("found", "found"), row.reason
    assert shop.counted() == before


def test_the_same_money_entered_a_moment_ago_is_found_among_many(shop: Shop) -> None:
    """The invoice is paid in part, so that it could take the money twice, and the store has not heard of the payment yet."""
    desk = shop.desk
    posting = shop.match(shop.receipt(4_000), 0)
    for n in range(1, ASKED_MAX + 2):
        shop.match(shop.receipt(4_000 + n), n)
    desk.stand.change(desk.tenant, "pay_invoice", {"invoice": "inv0", "amount": "40.00"})
    shop.post()
    assert (shop.again(posting.id).state, desk.stands()["INV-1000"]) == ("found", 1)
    assert desk.states() == {"found": 1, "posted": ASKED_MAX + 1}


def _retry(shop: Shop, posting_id: UUID) -> None:
    retry(shop.desk.database, shop.desk.organisation_id, [posting_id], by=PERSON, now=shop.desk.app.clock.now())
    shop.post()


class _Closing:
    """The period is closed here as soon as the first call was answered."""

    def __init__(self, desk: Desk, inner: Any) -> None:
        self._desk, self._inner = desk, inner

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def send(self, batch: Batch, key: str) -> list[Outcome]:
        said: list[Outcome] = self._inner.send(batch, key)
        _close(self._desk, self._desk.today)
        return said


def _close(desk: Desk, through: date | None) -> None:
    with desk.database.write() as connection:
        connection.execute(update(entities).values(lock_date=through))


def test_what_waits_behind_a_part_that_stands_is_not_written_into_a_period_closed_meanwhile(shop: Shop) -> None:
    desk = shop.desk
    before = shop.counted()
    posting = shop.match(shop.receipt(CENTS - 1_500), 0, short=1_500, kind="fee")
    outlet = outlet_of(desk.app, load_row(desk.app, desk.organisation_id, desk.connection_id), by=PERSON)
    desk.ask()
    run(replace(outlet, writer=_Closing(desk, outlet.writer)))
    row = shop.again(posting.id)
    assert (row.state, row.code) == ("failed", "period_locked"), row.reason
    assert "was closed before all of it was written" in row.reason
    part = shop.counted()
    _retry(shop, posting.id)
    assert (shop.again(posting.id).state, shop.counted()) == ("failed", part)
    _close(desk, None)
    _retry(shop, posting.id)
    assert shop.again(posting.id).state == "posted"
    assert sum(shop.counted().values()) > sum(part.values()) > sum(before.values())
