"""One sync from end to end, and what the connection's row says of it afterwards."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from connectors.tokens import TokenSet
from ledger.faults import Conflict, ConsentLost, NotFound, RateLimited, Unreachable
from runtime.passes import replay_connection, sync_connection
from sandbox.core.limits import Window
from store.locks import exclusive
from store.tables.intake import records
from store.tables.pulled import NOUN_NAMED
from tests.runtime.shop import PLAN, Shop


def test_what_stands_at_the_provider_stands_here(shop: Shop) -> None:
    done = shop.sync()
    assert done.company == "Acme Ltd"
    assert done.pulled["invoices"] == len(PLAN.invoices)
    row = shop.row()
    assert (row.state, row.state_reason, row.progress) == ("healthy", None, {})
    assert row.last_synced_at is not None
    again = shop.sync()
    assert (again.written, again.changed, again.receipts) == (0, 0, 0)


def test_a_change_comes_with_the_next_sync(shop: Shop) -> None:
    shop.sync()
    shop.change("pay_invoice", invoice="inv2")
    assert shop.sync().receipts >= 1
    assert list(shop.receipts().values()) == [7002]


def test_a_key_that_was_revoked_needs_a_person(shop: Shop) -> None:
    shop.sync()
    shop.change("revoke_key")
    for _ in range(2):
        with pytest.raises(ConsentLost):
            shop.sync()
        row = shop.row()
        assert row.state == "action_needed"
        assert "connect" in row.state_reason
        assert shop.stand.api_key(shop.tenant) not in row.state_reason


def test_connected_again_it_goes_on(shop: Shop) -> None:
    shop.sync()
    shop.change("revoke_key")
    with pytest.raises(ConsentLost):
        shop.sync()
    tokens = TokenSet(access_token=shop.stand.secret_key(shop.tenant))
    company = shop.app.describe("stripe", tokens, "")
    made = shop.app.connecting(shop.organisation_id).save(
        "stripe", company, tokens, entity_id=shop.entity_id, since=None, actor="test", now=shop.app.clock.now()
    )
    assert made.connection_id == shop.connection_id
    assert shop.sync().written == 0
    assert shop.row().state == "healthy"


def test_throttled_it_says_so_and_recovers(shop: Shop) -> None:
    shop.stand.limits.configure({"endpoint-rate": Window(0, 3600)})
    with pytest.raises(RateLimited):
        shop.sync()
    row = shop.row()
    assert row.state == "delayed"
    assert "limit" in row.state_reason
    shop.stand.limits.configure({"endpoint-rate": Window(1000, 1)})
    assert shop.sync().pulled["invoices"] == len(PLAN.invoices)
    assert (shop.row().state, shop.row().state_reason) == ("healthy", None)


def test_a_provider_that_is_down_leaves_nothing_half_written(shop: Shop) -> None:
    shop.sync()
    before = _all(shop)
    shop.change("pay_invoice", invoice="inv2")
    shop.stand.mishaps.add("html", times=None)
    with pytest.raises(Unreachable) as raised:
        shop.sync()
    row = shop.row()
    assert row.state == "delayed"
    assert row.state_reason == str(raised.value)
    assert "\n" not in row.state_reason
    assert "<" not in row.state_reason
    assert _all(shop) == before
    shop.stand.mishaps.clear()
    shop.sync()
    assert shop.row().state == "healthy"
    assert list(shop.receipts().values()) == [7002]


def test_a_fault_of_our_own_after_the_pages_is_told_too(shop: Shop) -> None:
    shop.sync()
    shop.change("pay_invoice", invoice="inv2")
    _rename(shop, "receipts", "receipts_away")
    with pytest.raises(SQLAlchemyError):
        shop.sync()
    row = shop.row()
    assert (row.state, row.last_failed_at is not None) == ("delayed", True)
    assert "fault of our own" in row.last_failure
    _rename(shop, "receipts_away", "receipts")
    shop.sync()
    assert shop.row().state == "healthy"
    assert list(shop.receipts().values()) == [7002]


def _rename(shop: Shop, table: str, name: str) -> None:
    with shop.app.database.write() as connection:
        connection.exec_driver_sql(f"ALTER TABLE {table} RENAME TO {name}")


def _all(shop: Shop) -> list[tuple[object, ...]]:
    with shop.app.database.read() as connection:
        query = select(records.c.kind, records.c.external_id, records.c.digest).order_by(
            records.c.kind, records.c.external_id
        )
        return [tuple(row) for row in connection.execute(query)]


def test_two_at_once(shop: Shop) -> None:
    name = f"pass:{shop.organisation_id}:{shop.connection_id}"
    with exclusive(shop.app.database, name, wait=False), pytest.raises(Conflict, match="synced already"):
        shop.sync()
    assert shop.row().state == "healthy"


def test_a_connection_that_is_not_there(shop: Shop) -> None:
    with pytest.raises(NotFound):
        sync_connection(shop.app, shop.organisation_id, shop.organisation_id)


def test_kept_payloads_are_mapped_again_without_a_call(shop: Shop) -> None:
    shop.sync()
    invoices = NOUN_NAMED["invoices"].table
    with shop.app.database.write() as connection:
        connection.execute(invoices.update().values(number="wrong", digest="wrong"))
    shop.stand.mishaps.add("html", times=None)
    done = replay_connection(shop.app, shop.organisation_id, shop.connection_id)
    assert (done.calls, done.changed) == (0, len(PLAN.invoices))
    with shop.app.database.read() as connection:
        numbers = set(connection.execute(select(invoices.c.number)).scalars())
    assert "wrong" not in numbers
