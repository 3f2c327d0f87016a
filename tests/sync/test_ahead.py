"""Reading ahead: pages come in order, several a transaction; faults come after what was read; nothing piles up."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import select

from connectors.port import Page, Record
from ledger.faults import Unreachable
from store.database import Database
from store.payloads import payload
from store.queries.history import every_version
from store.tables.intake import records
from store.versions import TOLD
from sync.ahead import BYTES_WAITING, ROWS_A_BATCH, read_ahead
from sync.apply import apply_records
from sync.pull import Progress, run_pass
from tests.sync.fake import START
from tests.sync.place import Fixture, fixture


def _page(number: int, *, size: int = 10, rows: int = 1) -> Page:
    records = [
        Record(kind="thing", external_id=f"{number}/{place}", raw=b"x" * size, seen_at=START) for place in range(rows)
    ]
    return Page(feed="f", records=records, state={"page": number}, done=False)


def test_every_page_comes_once_and_in_order() -> None:
    with read_ahead(_page(number) for number in range(200)) as batches:
        states = [page.state["page"] for batch in batches for page in batch]
    assert states == list(range(200))


def test_a_batch_holds_no_more_rows_than_one_transaction_should() -> None:
    read = threading.Event()

    def pages() -> Iterator[Page]:
        for number in range(40):
            yield _page(number, rows=100)
        read.set()

    with read_ahead(pages()) as batches:
        assert read.wait(180)
        sizes = [sum(len(page.records) for page in batch) for batch in batches]
    assert max(sizes) == ROWS_A_BATCH
    assert sum(sizes) == 4_000


def test_what_waits_is_bounded_in_bytes() -> None:
    made: list[int] = []
    full = threading.Event()

    def pages() -> Iterator[Page]:
        for number in range(64):
            made.append(number)
            if len(made) * (1 << 20) >= BYTES_WAITING:
                full.set()
            yield _page(number, size=1 << 20)

    with read_ahead(pages()) as batches:
        assert full.wait(180)
        assert len(made) <= BYTES_WAITING // (1 << 20) + 1
        assert sum(len(batch) for batch in batches) == 64


def test_nobody_lingers_for_a_page_that_waits_for_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """One page is less than is worth a transaction, and two are more than may wait."""
    monkeypatch.setattr("sync.ahead.LINGER_SECONDS", 3_600)
    seen: list[int] = []

    def read() -> None:
        with read_ahead(_page(number, size=BYTES_WAITING * 5 // 8) for number in range(8)) as batches:
            for batch in batches:
                seen.extend(page.state["page"] for page in batch)

    reading = threading.Thread(target=read, daemon=True)
    reading.start()
    reading.join(180)
    assert seen == list(range(8))


def test_a_fault_comes_after_the_pages_before_it() -> None:
    def pages() -> Iterator[Page]:
        yield _page(1)
        yield _page(2)
        raise Unreachable("Fake is away.")

    seen: list[int] = []

    def read() -> None:
        with read_ahead(pages()) as batches:
            for batch in batches:
                seen.extend(page.state["page"] for page in batch)

    with pytest.raises(Unreachable):
        read()
    assert seen == [1, 2]


def test_feeds_are_read_side_by_side_and_each_comes_in_order() -> None:
    """Each waits for the other to have begun; a batch is of one feed alone."""
    together = threading.Barrier(2, timeout=180)

    def pages(feed: str) -> Iterator[Page]:
        for number in range(30):
            together.wait()
            yield replace(_page(number), feed=feed)

    seen: dict[str, list[int]] = {"a": [], "b": []}
    with read_ahead(pages("a"), pages("b")) as batches:
        for batch in batches:
            assert {page.feed for page in batch} == {batch[0].feed}
            seen[batch[0].feed] += [page.state["page"] for page in batch]
    assert seen == {"a": list(range(30)), "b": list(range(30))}


def test_a_feed_that_fails_ends_those_beside_it_and_loses_none_of_their_pages() -> None:
    failed = threading.Event()
    made: list[int] = []

    def fails() -> Iterator[Page]:
        yield replace(_page(1), feed="fails")
        failed.set()
        raise Unreachable("Fake is away.")

    def long() -> Iterator[Page]:
        for number in range(1_000_000):
            made.append(number)
            yield _page(number, size=1 << 10)
            failed.wait(5)

    seen: list[int] = []

    def read() -> None:
        with read_ahead(fails(), long()) as batches:
            for batch in batches:
                seen.extend(page.state["page"] for page in batch if page.feed == "f")

    with pytest.raises(Unreachable):
        read()
    assert seen == made[: len(seen)]
    assert len(made) - len(seen) <= 1
    assert len(made) < 100_000


def test_leaving_ends_the_reading() -> None:
    made: list[int] = []

    def pages() -> Iterator[Page]:
        for number in range(1_000_000):
            made.append(number)
            yield _page(number, size=1 << 20)

    with read_ahead(pages()) as batches:
        next(batches)
    assert len(made) < 50


def _filled(database: Database, name: str = "Acme") -> Fixture:
    place = fixture(database, name=name)
    for number in range(23):
        place.provider.put(f"t{number:02}", 100 + number)
    return place


def _run(place: Fixture, **given: object) -> None:
    run_pass(place.target, place.connector, now=place.clock.now, ahead=True, **given)  # type: ignore[arg-type]


def _kept(place: Fixture) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    """Payloads and versions, without whose they are and when they came."""
    kept = select(records).where(place.scope.where(records)).order_by(records.c.external_id)
    with place.database.read() as connection:
        return (
            [
                (row.kind, row.external_id, row.digest, payload(connection, row), row.nouns, row.deleted)
                for row in connection.execute(kept)
            ],
            sorted(
                (row.external_id, row.revision, row.amount_minor, row.status)
                for row in every_version(connection, place.scope.organisation_id, "invoices", TOLD)
            ),
        )


def test_ahead_and_in_step_store_the_same(database: Database) -> None:
    place, plain = _filled(database), _filled(database, "Other")
    _run(place)
    plain.run()
    assert place.stored() == plain.stored() == place.provider.things
    assert _kept(place) == _kept(plain)
    place.provider.put("t03", 1)
    place.provider.put("t04", None)
    _run(place)
    assert place.stored() == place.provider.things


def test_what_a_webhook_wrote_before_its_page_is_not_written_as_new(database: Database) -> None:
    """Rows are made when the page is read; by then nobody knew of the record."""
    place = _filled(database)
    pull = place.connector.pull

    def told_meanwhile(*given: object, **named: object) -> Iterator[Page]:
        for number, page in enumerate(pull(*given, **named)):  # type: ignore[arg-type]
            yield page
            if number == 0:  # the page of t00 and t01 is ready, and perhaps not written yet
                again = [place.provider.record(key) for key in ("t00", "t22")]
                apply_records(place.target, place.connector, again, place.clock.now())

    place.connector.pull = told_meanwhile  # type: ignore[method-assign]
    _run(place)
    assert place.stored() == place.provider.things
    assert set(place.revisions().values()) == {1}


def test_a_record_on_two_pages_of_one_batch_is_written_once(database: Database) -> None:
    place = _filled(database)
    pull = place.connector.pull

    def twice(*given: object, **named: object) -> Iterator[Page]:
        for page in pull(*given, **named):  # type: ignore[arg-type]
            place.clock.pass_by(2)
            yield replace(page, records=(*page.records, place.provider.record("t05")))

    place.connector.pull = twice  # type: ignore[method-assign]
    _run(place)
    assert place.stored() == place.provider.things
    assert set(place.revisions().values()) == {1}


def test_neighbouring_pages_may_overlap(database: Database) -> None:
    """Also where each is a transaction of its own."""
    place = _filled(database)
    pull, stored = place.connector.pull, threading.Event()

    def overlapping(*given: object, **named: object) -> Iterator[Page]:
        last: list[Record] = []
        for page in pull(*given, **named):  # type: ignore[arg-type]
            place.clock.pass_by(2)
            again = [place.provider.record(record.external_id) for record in last]
            stored.clear()
            yield replace(page, records=(*again, *page.records))
            assert page.done or stored.wait(180)
            last = list(page.records[-1:])

    place.connector.pull = overlapping  # type: ignore[method-assign]
    _run(place, report=lambda _: stored.set())
    assert place.stored() == place.provider.things
    assert set(place.revisions().values()) == {1}


class Killed(BaseException):
    """As SIGKILL would, between two transactions."""


@pytest.mark.parametrize("pages", [1, 3, 7])
def test_killed_it_goes_on_where_it_was(database: Database, pages: int) -> None:
    place = _filled(database)
    seen = 0

    def report(_: Progress) -> None:
        nonlocal seen
        seen += 1
        if seen == pages:
            raise Killed

    with pytest.raises(Killed):
        _run(place, report=report)
    stood = place.stored()
    assert len(stood) >= min(23, 2 * pages)
    place.provider.put("t00", 999)  # it was read already
    _run(place)
    _run(place)
    assert place.stored() == place.provider.things


def test_a_fault_keeps_what_was_read_before_it(database: Database) -> None:
    place = _filled(database)
    pull = place.connector.pull

    def faulty(*given: object, **named: object) -> Iterator[Page]:
        for number, page in enumerate(pull(*given, **named)):  # type: ignore[arg-type]
            if number == 4:
                raise Unreachable("Fake answered with a web page.")
            yield page

    place.connector.pull = faulty  # type: ignore[method-assign]
    with pytest.raises(Unreachable):
        _run(place)
    assert len(place.stored()) == 8
    place.connector.pull = pull  # type: ignore[method-assign]
    _run(place)
    assert place.stored() == place.provider.things


def test_a_change_that_was_told_while_pages_waited_is_kept(database: Database) -> None:
    """The page was read before the change and is written after it."""
    place = _filled(database)
    told = threading.Event()

    def report(_: Progress) -> None:
        if not told.is_set():
            told.set()
            place.clock.pass_by(5)
            place.provider.put("t22", 7)
            event = place.provider.told(place.provider.events[-1])
            apply_records(place.target, place.connector, [event], place.clock.now())

    _run(place, report=report)
    assert place.stored() == place.provider.things


def test_many_states_of_one_record_in_one_batch_are_mapped_once(database: Database) -> None:
    place = fixture(database)
    mapped: list[str] = []
    map_one = place.connector.map

    def counted(record: Record, context: object) -> object:
        mapped.append(record.external_id)
        return map_one(record, context)  # type: ignore[arg-type]

    place.connector.map = counted  # type: ignore[assignment,method-assign]
    states = []
    for minor in range(5):
        place.clock.pass_by(2)
        place.provider.put("t1", minor)
        states.append(place.provider.told(place.provider.events[-1]))
    applied = apply_records(place.target, place.connector, states, place.clock.now())
    assert (place.stored(), mapped, applied.written) == ({"t1": 4}, ["t1"], 1)
