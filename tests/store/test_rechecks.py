"""What stands open here, for the nightly re-read."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ledger.money import Money
from ledger.payout import Payout, PayoutItem
from store.database import Database
from store.queries.rechecks import held_open
from tests.store.place import NOW, make_place, record_of


def test_a_payout_of_which_nothing_is_here_that_it_carries_is_looked_at(database: Database) -> None:
    place = make_place(database)
    scope = place.connect("stripe")
    made: dict[str, dict[str, Any]] = {
        "po_bare": {}, "po_with": {}, "po_failed": {"status": "failed"}, "po_by_hand": {"automatic": False},
        "po_on_its_way": {"status": "in_transit"},
    }  # fmt: skip
    plain = Payout(
        external_id="", created_at=NOW, left_on=NOW.date(), arrives_on=NOW.date(), amount=Money(1, "USD"), status="paid"
    )
    for own, more in made.items():
        place.write(scope, record_of(replace(plain, external_id=own, **more), kind="payouts", external_id=own))
    item = PayoutItem(
        external_id="po_with/txn_1", payout_external_id="po_with", balance_transaction="txn_1", source_external_id=None
    )
    place.write(scope, record_of(item, kind="payout_items", external_id="po_with/txn_1"))
    with database.read() as connection:
        held = held_open(connection, scope)
    assert held == {"payouts": ["po_on_its_way"], "payout_items": ["po_bare", "po_on_its_way"]}
