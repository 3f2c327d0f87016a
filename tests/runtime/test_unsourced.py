"""An invoice that was marked as paid by hand is owed no more, and a finding says that its payment is not known."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from receivables.load import load_ledger
from receivables.open_items import open_on
from store.intake import standing_findings
from store.queries.exports.parts import Reader
from tests.runtime.shop import Shop

TODAY = datetime.now(UTC).date() + timedelta(days=1)  # the company's zone may be ahead
WHOLE = 4 * 7000 + 1 + 2 + 3


def owed(shop: Shop, days_ago: int = 0) -> int:
    with shop.app.database.read() as connection:
        ledger = load_ledger(Reader(connection, shop.organisation_id, shop.entity_id))
    day = TODAY - timedelta(days=days_ago)
    return sum(one.open.minor for one in open_on(ledger.items, ledger.applications, day))


def told(shop: Shop) -> list[str]:
    with shop.app.database.read() as connection:
        rows = standing_findings(connection, shop.organisation_id, shop.connection_id)
    return [row.sentence for row in rows if row.code == "settled_without_source"]


def test_paid_outside_with_no_payment_known(shop: Shop) -> None:
    shop.sync()
    assert (owed(shop), told(shop)) == (WHOLE, [])
    shop.change("pay_out_of_band", invoice="inv0")
    shop.change("pay_invoice", invoice="inv1")
    shop.sync()
    assert owed(shop) == WHOLE - 7000 - 7001
    assert owed(shop, days_ago=4) == WHOLE
    [sentence] = told(shop)
    assert "S-0 counts GBP 70.00 as paid" in sentence
    shop.sync(full=True)
    assert len(told(shop)) == 1
    assert owed(shop) == WHOLE - 7000 - 7001
