"""A pass: cut off after any page it ends the same; twice changes nothing; what a full listing no longer holds is closed."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from ledger.faults import Conflict, Unreachable
from store.database import Database
from store.locks import exclusive
from store.tables.intake import cursors, findings, listed_ids, records
from sync.apply import apply_records
from sync.pull import Progress, run_pass
from sync.replay import replay
from tests.sync.place import INVOICES, Fixture, fixture


def _filled(database: Database, things: int = 7) -> Fixture:
    place = fixture(database)
    for number in range(things):
        place.provider.put(f"t{number}", 100 + number)
    return place


def test_a_first_pass_brings_everything_and_a_second_changes_nothing(database: Database) -> None:
    place = _filled(database)
    first = place.run()
    assert place.stored() == place.provider.things
    assert (first.applied.written, first.applied.changed, first.calls) == (7, 7, 4)
    for full in (False, True, True):
        again = place.run(full=full)
        assert (again.applied.written, again.applied.changed) == (0, 0)
    assert set(place.revisions().values()) == {1}


class Killed(BaseException):
    """As SIGKILL would, between two pages."""


@pytest.mark.parametrize("pages", range(5))
def test_cut_off_after_any_page_it_ends_the_same(database: Database, pages: int) -> None:
    place, plain = _filled(database), _filled_beside(database)
    plain.run()
    seen = 0

    def report(_: Progress) -> None:
        nonlocal seen
        seen += 1
        if seen == pages:
            raise Killed

    if pages:
        with pytest.raises(Killed):
            run_pass(place.target, place.connector, now=place.clock.now, report=report)
        assert len(place.stored()) == min(7, 2 * pages)
        place.provider.put("t0", 999)  # it was read already
        plain.provider.put("t0", 999)
        plain.run()
    place.run()  # goes on where it was
    place.run()
    assert place.stored() == plain.stored() == place.provider.things


def _filled_beside(database: Database) -> Fixture:
    other = fixture(database, name="Other")
    for number in range(7):
        other.provider.put(f"t{number}", 100 + number)
    return other


def test_a_pass_that_was_cut_off_reads_no_page_twice(database: Database) -> None:
    place = _filled(database)

    def report(shown: Progress) -> None:
        if shown.came == 4:
            raise Killed

    with pytest.raises(Killed):
        run_pass(place.target, place.connector, now=place.clock.now, report=report)
    calls = place.connector.calls
    place.run()
    assert place.connector.calls - calls == 2


def test_what_changed_comes_by_itself(database: Database) -> None:
    place = _filled(database)
    place.run()
    place.provider.put("t3", 1)
    place.provider.put("t8", 2)
    place.provider.put("t5", None)
    result = place.run()
    assert place.stored() == place.provider.things
    assert result.applied.changed == 3


BEYOND = (2**63, 2**64)  # more than a column holds; the second more than msgpack does


def test_an_amount_that_no_column_holds_costs_its_record_alone(database: Database) -> None:
    place = _filled(database)
    for number, minor in enumerate(BEYOND):
        place.provider.put(f"b{number}", minor)
    place.run()
    rest = {key: minor for key, minor in place.provider.things.items() if minor not in BEYOND}
    assert place.stored() == rest
    assert (place.payloads(), _told(place)) == (9, {"b0": False, "b1": False})
    place.provider.put("t1", BEYOND[1])
    place.provider.put("b1", 5)
    place.run()
    place.provider.put("t2", BEYOND[0])
    apply_records(place.target, place.connector, [place.provider.record("t2")], place.clock.now())
    replay(place.target, place.connector, now=place.clock.now)
    assert place.stored() == {key: minor for key, minor in place.provider.things.items() if minor not in BEYOND}
    assert _told(place) == {"b0": False, "b1": True, "t1": False, "t2": False}


def _told(place: Fixture) -> dict[str, bool]:
    """Whose figures cannot be stored, and whether that is settled."""
    query = select(findings.c.external_id, findings.c.settled_at).where(findings.c.code == "not_storable")
    with place.database.read() as connection:
        return {row[0]: row[1] is not None for row in connection.execute(query)}


def test_a_full_listing_that_no_longer_holds_a_record_closes_it(database: Database) -> None:
    place = _filled(database)
    place.run()
    del place.provider.things["t2"]  # in silence, as a hard deletion is
    place.run()
    assert "t2" in place.stored()
    place.clock.pass_by(5)
    assert place.run(full=True).applied.changed == 1
    assert place.stored() == place.provider.things
    with database.read() as connection:
        row = connection.execute(select(records).where(records.c.external_id == "t2")).one()
        assert row.deleted
        assert connection.execute(select(findings.c.code, findings.c.external_id)).all() == [("no_longer_listed", "t2")]
        assert connection.execute(select(listed_ids)).all() == []
    assert place.run(full=True).applied.changed == 0


def test_what_came_by_webhook_during_a_full_listing_is_not_closed(database: Database) -> None:
    place = _filled(database)
    place.run()
    place.clock.pass_by(5)

    def report(shown: Progress) -> None:
        if shown.came == 2:
            place.provider.put("a-new", 5)  # sorts before what was listed already
            apply_records(place.target, place.connector, [place.provider.record("a-new")], place.clock.now())

    run_pass(place.target, place.connector, now=place.clock.now, full=True, report=report)
    assert place.stored() == place.provider.things


def test_a_full_pass_cut_off_and_gone_on_with_still_closes_what_is_gone(database: Database) -> None:
    place = _filled(database)
    place.run()
    place.clock.pass_by(5)
    del place.provider.things["t1"]

    def report(shown: Progress) -> None:
        if shown.came == 4:
            raise Killed

    with pytest.raises(Killed):
        run_pass(place.target, place.connector, now=place.clock.now, full=True, report=report)
    place.run()
    assert place.stored() == place.provider.things


def test_a_first_pass_closes_nothing_that_webhooks_brought_before(database: Database) -> None:
    place = fixture(database)
    place.provider.put("t0", 1)
    apply_records(place.target, place.connector, [place.provider.told(place.provider.events[0])], place.clock.now())
    place.run()
    assert place.stored() == {"t0": 1}


def test_a_change_between_reading_and_writing_a_page_is_kept(database: Database) -> None:
    place = _filled(database, 1)
    old = place.provider.record("t0")  # the page is read ...
    place.clock.pass_by(2)
    place.provider.put("t0", 2)
    newer = place.provider.told(place.provider.events[-1])
    apply_records(place.target, place.connector, [newer], place.clock.now())
    place.clock.pass_by(2)
    applied = apply_records(place.target, place.connector, [old], place.clock.now())  # ... and written
    assert applied.stale == 1
    assert place.stored() == {"t0": 2}


def test_updates_of_one_second_are_settled_by_reading_again(database: Database) -> None:
    place = fixture(database)
    for minor in (1, 2, 3):
        place.provider.put("t0", minor)
    events = [place.provider.told(event) for event in place.provider.events]
    applied = apply_records(place.target, place.connector, [events[2], events[0], events[1]], place.clock.now())
    assert set(applied.tied) == {("thing", "t0")}
    from sync.pull import _settle_ties

    _settle_ties(place.target, place.connector, applied, place.clock.now)
    assert place.stored() == {"t0": 3}
    assert place.connector.reads == [("t0",)]


def test_two_passes_of_one_connection_at_once(database: Database) -> None:
    place = _filled(database)
    scope = place.scope
    with exclusive(database, f"pass:{scope.organisation_id}:{scope.connection_id}", wait=False) as held:
        assert held
        with pytest.raises(Conflict, match="synced already"):
            place.run()
    assert place.stored() == {}
    other = _filled_beside(database)
    with exclusive(database, f"pass:{scope.organisation_id}:{scope.connection_id}", wait=False):
        other.run()  # another organisation's pass of the same company is not in the way
    assert len(other.stored()) == 7


def test_two_writers_of_one_record_at_once_end_with_the_newer(database: Database) -> None:
    for _ in range(5):
        place = fixture(database, name="Again")
        place.provider.put("t0", 1)
        old = place.provider.record("t0")
        place.clock.pass_by(3)
        place.provider.put("t0", 2)
        new = place.provider.record("t0")
        ready = threading.Barrier(2)

        def write(record: Any, place: Fixture = place, ready: threading.Barrier = ready) -> None:
            ready.wait()
            apply_records(place.target, place.connector, [record], place.clock.now())

        with ThreadPoolExecutor(2) as pool:
            list(pool.map(write, (old, new)))
        with database.read() as connection:
            query = select(INVOICES.c.total_minor).where(place.scope.where(INVOICES))
            assert connection.execute(query).scalar_one() == 2


def test_a_fault_leaves_no_page_half_written(database: Database) -> None:
    place = _filled(database)
    pages = iter(range(9))
    pull = place.connector.pull

    def faulty(*given: Any, **named: Any) -> Any:
        for page in pull(*given, **named):
            if next(pages) == 2:
                raise Unreachable("Fake answered with a web page.")
            yield page

    place.connector.pull = faulty  # type: ignore[method-assign]
    with pytest.raises(Unreachable):
        place.run()
    assert len(place.stored()) == place.payloads() == 4
    with database.read() as connection:
        assert not connection.execute(select(cursors.c.done)).scalar_one()
    place.connector.pull = pull  # type: ignore[method-assign]
    place.run()
    assert place.stored() == place.provider.things


def test_a_record_that_cannot_be_mapped_costs_only_itself(database: Database) -> None:
    place = _filled(database, 3)
    place.provider.put("t1", -5)
    place.run()
    assert place.stored() == {"t0": 100, "t2": 102}
    with database.read() as connection:
        [row] = connection.execute(select(findings)).all()
        assert (row.code, row.external_id, row.settled_at) == ("negative", "t1", None)
    place.clock.pass_by(timedelta(minutes=1).total_seconds())
    place.provider.put("t1", 5)
    place.run()
    assert place.stored() == place.provider.things
    with database.read() as connection:
        assert connection.execute(select(findings.c.settled_at)).scalar_one() is not None
