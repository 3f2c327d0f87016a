"""However pages, webhooks and re-reads of one history are interleaved, the store ends where the provider is."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from connectors.port import Record
from store.database import Database
from store.tables.history import versions
from store.tables.intake import records
from sync.apply import apply_records
from sync.pull import _settle_ties
from tests.sync.fake import START, Clock, Event, FakeConnector, Provider
from tests.sync.place import INVOICES, Fixture, fixture

KEYS = st.sampled_from(["a", "b"])
# Few amounts, so that a thing often returns to what it was.
CHANGES = st.tuples(st.just("put"), KEYS, st.sampled_from([1, 2, 3]))
DELETES = st.tuples(st.just("delete"), KEYS, st.none())
WAITS = st.tuples(st.just("wait"), st.sampled_from([0.0, 0.4, 1.0, 30.0]), st.none())
READS = st.tuples(st.just("read"), KEYS, st.none())
WRITES = st.tuples(st.just("write"), st.integers(0, 9), st.none())
EVENTS = st.tuples(st.just("event"), st.integers(0, 9), st.none())
HISTORIES = st.lists(st.one_of(CHANGES, CHANGES, DELETES, WAITS, READS, WRITES, EVENTS, EVENTS), max_size=25)


class Story:
    """Plays a history. Reads lie in the air until they are written; events come in any order, some of them twice."""

    def __init__(self, place: Fixture) -> None:
        self.place = place
        self.air: list[Record] = []
        self.mail: list[Event] = []
        self.gone: set[str] = set()

    def play(self, act: str, what: object, minor: int | None) -> None:
        provider = self.place.provider
        if act == "put" and what not in self.gone:
            provider.put(str(what), minor)
            self.mail.append(provider.events[-1])
        elif act == "delete" and what in provider.things:
            self.gone.add(str(what))  # no provider brings a thing back under its id
            provider.put(str(what), None)
            self.mail.append(provider.events[-1])
        elif act == "wait":
            self.place.clock.pass_by(float(str(what)))
        elif act == "read":
            self.air.append(provider.record(str(what)))
        elif act == "write" and self.air:
            self.apply([self.air.pop(int(str(what)) % len(self.air))])
        elif act == "event" and self.mail:
            self.apply([provider.told(self.mail[int(str(what)) % len(self.mail)])])

    def apply(self, came: list[Record]) -> None:
        place = self.place
        applied = apply_records(place.target, place.connector, came, place.clock.now())
        _settle_ties(place.target, place.connector, applied, place.clock.now)

    def finish(self) -> None:
        """Everything still on its way arrives, the newest first."""
        self.apply(list(reversed(self.air)))
        for event in reversed(self.mail):
            self.apply([self.place.provider.told(event)])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(history=HISTORIES)
def test_the_last_state_wins(
    sqlite_database: Database, story_place: Fixture, history: list[tuple[str, object, int | None]]
) -> None:
    place = _emptied(story_place)
    story = Story(place)
    for act, what, minor in history:
        story.play(act, what, minor)
    story.finish()
    assert place.stored() == place.provider.things


@pytest.fixture
def story_place(sqlite_database: Database) -> Fixture:
    return fixture(sqlite_database)


def _emptied(place: Fixture) -> Fixture:
    with place.database.write() as connection:
        connection.execute(delete(records))
        connection.execute(delete(INVOICES))
        connection.execute(delete(versions))
    place.clock = Clock(START)
    place.provider = Provider(place.clock)
    place.connector = FakeConnector(place.provider)
    return place
