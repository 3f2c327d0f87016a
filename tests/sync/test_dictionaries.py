"""A first pass compresses with a dictionary that it trains, and stores it with the first rows that use it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date

import pytest
from msgspec.structs import replace
from sqlalchemy import select

from connectors.port import Page, Record, State
from ledger.faults import Unreachable
from store.database import Database
from store.dictionary import SAMPLES, number_of
from store.payloads import payload, standing_dictionaries
from store.tables.intake import records
from sync.apply import apply_records
from sync.dictionaries import Dictionaries
from sync.pull import run_pass
from sync.replay import replay
from tests.store.payloads import objects
from tests.sync.fake import START, FakeConnector
from tests.sync.place import Fixture, fixture

PAGES = 3
RAWS = objects(PAGES * SAMPLES)
IDS = [json.loads(raw)["id"] for raw in RAWS]


class Sending(FakeConnector):
    """Things in the form that a provider sends. cut: after so many pages it can be reached no more."""

    cut = PAGES

    def pull(self, feed: str, state: State | None, *, since: date | None = None) -> Iterator[Page]:
        for number, page in enumerate(super().pull(feed, state, since=since)):
            if number == self.cut:
                raise Unreachable("Fake is away.")
            sent = [replace(one, raw=RAWS[IDS.index(one.external_id)]) for one in page.records]
            yield Page(
                feed=feed, records=sent, state=page.state, done=page.done, full=page.full, complete=page.complete
            )


def sending(database: Database) -> Fixture:
    place = fixture(database)
    place.connector = Sending(place.provider, page_size=SAMPLES)
    for raw in RAWS:
        place.provider.put(json.loads(raw)["id"], json.loads(raw)["minor"])
    return place


def run(place: Fixture) -> None:
    run_pass(place.target, place.connector, now=place.clock.now, ahead=True)


def kept(place: Fixture) -> tuple[list[bytes], list[int]]:
    """Payloads, and the numbers of the dictionaries that they were compressed with."""
    query = select(records).where(place.scope.where(records)).order_by(records.c.external_id)
    with place.database.read() as connection:
        rows = connection.execute(query).all()
        return [payload(connection, row) for row in rows], [number_of(row.body) for row in rows]


def standing(place: Fixture) -> list[int]:
    with place.database.read() as connection:
        return [one.number for one in standing_dictionaries(connection, place.scope)]


def test_payloads_of_a_first_pass_are_kept_byte_for_byte_and_can_be_replayed(database: Database) -> None:
    place = sending(database)
    run(place)
    [number] = standing(place)
    assert kept(place) == (RAWS, [number] * len(RAWS))
    assert place.stored() == {json.loads(raw)["id"]: json.loads(raw)["minor"] for raw in RAWS}
    assert replay(place.target, place.connector, now=place.clock.now) == 0
    changed = RAWS[5].replace(b'"minor": 1', b'"minor": 2')
    later = Record(kind="thing", external_id=IDS[5], raw=changed, seen_at=place.clock.now())
    apply_records(place.target, place.connector, [later], place.clock.now())
    raws, numbers = kept(place)
    assert (raws[5], numbers[5]) == (changed, 0)
    assert replay(place.target, place.connector, now=place.clock.now) == 0


def test_a_pass_that_was_cut_off_goes_on_with_the_same_dictionary(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = sending(sqlite_database)
    with monkeypatch.context() as cut:
        cut.setattr(Sending, "cut", 1)
        with pytest.raises(Unreachable):
            run(place)
    [number] = standing(place)
    assert kept(place) == (RAWS[:SAMPLES], [number] * SAMPLES)
    place.provider.put(IDS[SAMPLES], 5)  # and nothing that comes later is taken for a reason to train anew
    run(place)
    assert standing(place) == [number]
    assert kept(place) == (RAWS, [number] * len(RAWS))


def test_where_the_rows_are_not_stored_neither_is_the_dictionary(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = sending(sqlite_database)
    with monkeypatch.context() as killed:
        killed.setattr("sync.apply.save_cursor", _raise)
        with pytest.raises(KeyboardInterrupt):
            run(place)
    assert (standing(place), kept(place)) == ([], ([], []))
    run(place)
    assert kept(place) == (RAWS, standing(place) * len(RAWS))


def _raise(*_: object) -> None:
    raise KeyboardInterrupt


def test_what_a_webhook_brought_before_its_page_is_read_out_of_the_page_again(postgres_database: Database) -> None:
    """The rows of the step are taken back; what was packed with the dictionary is looked at record by record."""
    place = sending(postgres_database)
    connector = place.connector
    reading = connector.pull

    def pull(feed: str, state: State | None, *, since: date | None = None) -> Iterator[Page]:
        early = Record(
            kind="thing", external_id=IDS[0], raw=b'{"id": "%s", "minor": 5}' % IDS[0].encode(), seen_at=START
        )
        apply_records(place.target, connector, [early], START)
        yield from reading(feed, state, since=since)

    connector.pull = pull  # type: ignore[method-assign]
    run(place)
    assert kept(place)[0] == RAWS


def test_a_kind_has_one_dictionary_from_the_first_page_with_enough_of_it() -> None:
    def page(kind: str, raws: list[bytes]) -> list[Record]:
        return [Record(kind=kind, external_id=f"{place}", raw=raw, seen_at=START) for place, raw in enumerate(raws)]

    held = Dictionaries()
    assert held.of(page("a", RAWS[1:SAMPLES])) == ()
    [own] = held.of(page("a", RAWS[:SAMPLES]))
    assert held.of(page("a", RAWS[SAMPLES:])) == (own,)
    both = held.of([*page("b", objects(SAMPLES, None)), *page("a", RAWS[:1])])
    assert [one.kind for one in both] == ["b", "a"]
    assert held.unkept(both) == both
    held.keep([own])
    assert held.unkept(both) == (both[0],)
    again = Dictionaries()
    again.add(both)
    assert again.unkept(both) == ()
    assert again.of([*page("a", RAWS), *page("c", [b""] * SAMPLES)]) == (own,)
    assert again.of(page("c", RAWS)) == ()
