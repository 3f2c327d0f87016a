"""Kept payloads mapped again: a mended mapping reaches what was pulled before, without a call."""

from __future__ import annotations

from sqlalchemy import select

from connectors.port import Context, Mapped, Record
from ledger.finding import Finding, Severity
from ledger.money import Money
from ledger.payment import Payment
from store.database import Database
from store.intake import add_findings, standing_findings
from store.tables.pulled import NOUN_NAMED
from sync.replay import replay
from tests.sync.fake import KIND
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


def test_what_was_found_in_a_record_is_settled_by_a_mended_mapping(database: Database) -> None:
    place = fixture(database)
    for number in range(3):
        place.provider.put(f"t{number}", number)
    place.run()
    sensible = place.connector.map

    def told(codes: dict[str, str]) -> set[tuple[str, str]]:
        def mapping(record: Record, context: Context) -> Mapped:
            found = [
                Finding(code, "It is odd.", Severity.ERROR, record.kind, key)
                for key, code in codes.items()
                if key == record.external_id
            ]
            return Mapped(values=sensible(record, context).values, findings=tuple(found))

        place.connector.map = mapping  # type: ignore[method-assign]
        replay(place.target, place.connector, now=place.clock.now)
        with database.read() as connection:
            rows = standing_findings(connection, place.scope.organisation_id)
        return {(row.external_id, row.code) for row in rows}

    assert told({"t0": "undecodable", "t1": "odd"}) == {("t0", "undecodable"), ("t1", "odd")}
    beside = Finding("line_unnamed", "It follows from what stands beside it.", record_kind=KIND, external_id="t0")
    with database.write() as connection:
        add_findings(connection, place.scope, [beside], place.clock.now())
    assert told({"t1": "odd"}) == {("t0", "line_unnamed"), ("t1", "odd")}
