"""Kept payloads mapped again: a mended mapping reaches what was pulled before, without a call."""

from __future__ import annotations

from connectors.port import Context, Mapped, Record
from store.database import Database
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
