"""Kept payloads mapped again: a mended mapping reaches what was pulled before, without a call."""

from __future__ import annotations

from sqlalchemy import select

from connectors.port import Context, Mapped, Record
from ledger.money import Money
from ledger.payment import Payment
from store.database import Database
from store.tables.pulled import NOUN_NAMED
from sync.replay import replay
from tests.sync.place import fixture


def test_a_mended_mapping_reaches_what_was_pulled(database: Database) -> None:
    place = fixture(database)
    for number in range(3):
        place.provider.put(f"t{number}", number)
    place.provider.put("gone", 1)
    place.run()
    place.provider.put("gone", None)
    place.run()
    sensible = place.connector.map

    def mended(record: Record, context: Context) -> Mapped:
        doubled = record.raw.replace(b'"minor": 2', b'"minor": 22')
        return sensible(
            Record(kind=record.kind, external_id=record.external_id, raw=doubled, seen_at=record.seen_at), context
        )

    assert replay(place.target, place.connector, now=place.clock.now) == 0
    calls = place.connector.calls
    place.connector.map = mended  # type: ignore[method-assign]
    assert replay(place.target, place.connector, now=place.clock.now) == 1
    assert place.stored() == {"t0": 0, "t1": 1, "t2": 22}
    assert place.connector.calls == calls


def test_what_a_mapping_gives_anew_is_gone_with_its_record(database: Database) -> None:
    place = fixture(database)
    place.provider.put("t", 1)
    place.run()
    plain = place.connector.map

    def more(record: Record, context: Context) -> Mapped:
        mapped = plain(record, context)
        paid = Payment(
            external_id=record.external_id, customer_external_id=None, paid_on=None, amount=Money(1, "GBP"),
            unapplied=Money(1, "GBP"),
        )  # fmt: skip
        return Mapped(values=(*mapped.values, paid), findings=mapped.findings)

    place.connector.map = more  # type: ignore[method-assign]
    replay(place.target, place.connector, now=place.clock.now)
    payments = NOUN_NAMED["payments"].table
    with database.read() as connection:
        assert connection.execute(select(payments.c.gone_at)).scalars().all() == [None]
    place.provider.put("t", None)
    place.run()
    with database.read() as connection:
        assert connection.execute(select(payments.c.gone_at)).scalar_one() is not None
