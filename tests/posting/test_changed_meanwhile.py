"""Between the yes and the post somebody works in the books: the invoice is read again, and each change has its name."""

from __future__ import annotations

from typing import Any

import pytest

from bench.posting.desk import CENTS, Desk
from posting.found import ASKED_MAX
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
