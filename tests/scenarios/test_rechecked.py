"""What a provider changes with no word of it in its feeds is found at night, at a few calls a connection."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, cast

import pytest
from sqlalchemy import select

from bench.spine.house import House
from connectors.limits import NoLimit
from runtime.clock import FixedClock
from runtime.passes import sync_connection
from runtime.recheck import recheck_connection
from sandbox.run import Sandbox
from sandbox.xero.stand import XeroStand
from sandbox.xero.wire import wire_day
from store.tables.pulled import NOUN_NAMED


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with Sandbox(real_limits=False) as sandbox:
        made = House(sandbox, tmp_path_factory.mktemp("home"))
        made.connect_all()
        for row in made.place.connections():  # a minute's calls of Xero are soon spent here, and are measured elsewhere
            made.place.app.limiters[row.provider, row.company_id] = NoLimit()
        made.sync()
        yield made
        made.place.app.database.close()


def _row(house: House, provider: str) -> Any:
    return next(row for row in house.place.connections() if row.provider == provider)


def _open_ids(house: House, row: Any) -> list[str]:
    table = NOUN_NAMED["invoices"].table
    where = (table.c.connection_id == row.id) & (table.c.status == "open") & table.c.gone_at.is_(None)
    with house.place.app.database.read() as connection:
        return list(connection.execute(select(table.c.external_id).where(where)).scalars())


def _due(house: House, row: Any, external_id: str) -> date:
    table = NOUN_NAMED["invoices"].table
    where = (table.c.connection_id == row.id) & (table.c.external_id == external_id)
    with house.place.app.database.read() as connection:
        return cast("date", connection.execute(select(table.c.due_on).where(where)).scalar_one())


def _move_due_date(house: House, row: Any, external_id: str) -> None:
    """Inside the provider, leaving stamps and events as they are."""
    stand = house.sandbox.stands[row.provider]
    if row.provider == "xero":
        books = cast("XeroStand", stand).books(row.company_id)
        place = next(one for one in books.keys.values() if one.id == external_id)
        record = books.edit(place)
        record["_due"] += timedelta(days=30)
        record["DueDate"] = wire_day(record["_due"])
    else:
        wire = stand.records[row.company_id].get("invoices", external_id)
        assert wire is not None
        wire["due_date"] += 30 * 86_400


def _calls(house: House, row: Any) -> int:
    return len(house.sandbox.stands[row.provider].journal.as_json())


@pytest.mark.parametrize("provider", ["xero", "stripe"])
def test_a_due_date_that_moved_in_silence_is_found(house: House, provider: str) -> None:
    house.sync()  # a pass that is due to read everything, after another test's 45 days, would find it too
    row = _row(house, provider)
    own = house.place.organisation_id
    chosen = next(one for one in _open_ids(house, row) if _due(house, row, one) is not None)
    before = _due(house, row, chosen)
    _move_due_date(house, row, chosen)
    house.sync()
    assert _due(house, row, chosen) == before  # no feed tells of it
    calls = _calls(house, row)
    assert recheck_connection(house.place.app, own, row.id) >= 1
    assert _due(house, row, chosen) == before + timedelta(days=30)
    assert _calls(house, row) - calls <= 3
    assert recheck_connection(house.place.app, own, row.id) == 0
    assert _row(house, provider).rechecked_at is not None


def test_quickbooks_is_looked_through_in_one_call(house: House) -> None:
    row = _row(house, "quickbooks")
    calls = _calls(house, row)
    assert recheck_connection(house.place.app, house.place.organisation_id, row.id) == 0
    assert _calls(house, row) - calls == 1


@pytest.mark.parametrize("provider", ["quickbooks", "stripe"])
def test_unused_for_longer_than_its_feed_reaches_it_reads_everything(house: House, provider: str) -> None:
    """The provider's clock and ours go on by 45 days; the connection reads its lists again by itself."""
    row = _row(house, provider)
    before = _calls(house, row)
    house.sandbox.clock.advance(timedelta(days=45))
    try:
        app = replace(house.place.app, clock=FixedClock(house.sandbox.clock.now()))
        if provider == "quickbooks":
            house.sandbox.ledgers["quickbooks"].change(row.company_id, "new_customer", {"name": f"Late {provider}"})
        done = sync_connection(app, house.place.organisation_id, row.id)
        assert done.written <= 5
        listed = [call["path"] for call in house.sandbox.stands[provider].journal.as_json()[before:]]
        wanted = "/query" if provider == "quickbooks" else "/v1/invoices"
        assert any(wanted in path for path in listed)
        assert len(listed) > 12
    finally:
        house.sandbox.clock.advance(timedelta(days=-45))
