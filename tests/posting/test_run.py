"""A run of the outbox against both ledgers: what is approved stands there once, and the store says so."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select

from bench.posting.desk import PERSON, Desk, paid_by_bank
from ledger.faults import Refused
from posting import stops
from posting.rules import Mode
from store.tables.matching import matches, receipts, sightings
from store.tables.posting import batch_members, entries, post_batches, posting_states, postings


def _ready(desk: Desk, count: int) -> None:
    paid_by_bank(desk, range(count), customers=8)
    desk.reconcile()
    assert desk.accept_all() == count


def test_what_is_approved_stands_once_and_is_read_back(desk: Desk) -> None:
    desk.rules()
    _ready(desk, 7)
    assert desk.states() == {"ready": 7}
    desk.ask()
    done = desk.post()
    assert (done.posted, done.failed, done.states) == (7, 0, {"posted": 7})
    stands = desk.stands()
    assert stands.pop("") == 7
    assert set(stands.values()) == {1}
    again = desk.post()
    assert (again.posted, again.calls) == (0, 0)
    with desk.database.read() as connection:
        assert set(connection.execute(select(matches.c.state)).scalars()) == {"posted"}
        assert set(connection.execute(select(receipts.c.post_status)).scalars()) == {"posted"}
        assert set(connection.execute(select(entries.c.state)).scalars()) == {"posted"}
    invoices = {row["number"]: Decimal(row["open_amount"]) for row in desk.exported("invoices")}
    assert sorted(number for number, left in invoices.items() if not left) == sorted(stands)


def test_our_own_record_is_no_new_receipt(desk: Desk) -> None:
    desk.rules()
    _ready(desk, 3)
    desk.ask()
    desk.post()
    before = desk.exported("receipts")
    desk.sync()
    desk.sync(full=True)
    desk.reconcile()
    assert [row["external_id"] for row in desk.exported("receipts")] == [row["external_id"] for row in before]
    assert {row["post_status"] for row in desk.exported("receipts")} == {"posted"}
    with desk.database.read() as connection:
        kinds = list(connection.execute(select(sightings.c.kind)).scalars())
    assert sorted(kinds) == ["bank_line"] * 3 + ["ledger"] * 3


def test_off_nothing_is_written(desk: Desk) -> None:
    _ready(desk, 2)
    calls = len(desk.stand.journal.entries())
    done = desk.post()
    assert done.stopped.startswith("Posting to Acme")
    assert desk.states() == {"ready": 2}
    desk.rules(Mode.OFF)
    assert desk.post().stopped
    assert len(desk.stand.journal.entries()) == calls
    assert desk.stands() == {}


def test_by_hand_only_what_was_asked_for_goes(desk: Desk) -> None:
    desk.rules()
    _ready(desk, 2)
    assert desk.post().posted == 0
    desk.ask()
    assert desk.post().posted == 2


def test_automatic_needs_nobody(desk: Desk) -> None:
    desk.rules(Mode.AUTOMATIC)
    _ready(desk, 2)
    assert desk.post().posted == 2


def test_a_dry_run_says_what_would_be_written_and_writes_nothing(desk: Desk) -> None:
    desk.rules()
    _ready(desk, 2)
    done = desk.post(dry_run=True)
    assert [len(one.records) for one in done.plan] == [1, 1]
    assert all("INV-100" in one.records[0] for one in done.plan)
    assert desk.stands() == {}
    assert desk.states() == {"ready": 2}
    with desk.database.read() as connection:
        assert list(connection.execute(select(post_batches.c.id))) == []
        assert list(connection.execute(select(entries.c.id))) == []


def test_an_undo_before_it_is_sent_withdraws_it(desk: Desk) -> None:
    desk.rules()
    _ready(desk, 2)
    with desk.database.read() as connection:
        own = connection.execute(select(matches.c.id).where(matches.c.state == "approved")).scalars().first()
    assert own is not None
    desk.deciding().undo(own, now=desk.app.clock.now())
    assert desk.states() == {"ready": 1, "withdrawn": 1}
    desk.accept_all()
    assert desk.states() == {"ready": 2, "withdrawn": 1}
    desk.ask()
    assert desk.post().posted == 2
    with pytest.raises(Refused, match="undo its posting instead"):
        desk.deciding().undo(own, now=desk.app.clock.now())
    assert desk.stands()[""] == 2


def test_stopped_nothing_goes_and_resumed_it_does(desk: Desk) -> None:
    desk.rules(Mode.AUTOMATIC)
    _ready(desk, 2)
    now = desk.app.clock.now()
    stops.stop(desk.database, desk.organisation_id, desk.connection_id, reason="Audit.", by=PERSON, now=now)
    assert desk.post().stopped == f"Posting to {desk.post().company} is stopped: Audit."
    assert desk.stands() == {}
    assert stops.resume(desk.database, desk.organisation_id, desk.connection_id, by=PERSON, now=now) == 0
    assert stops.resume(desk.database, desk.organisation_id, desk.connection_id, by=PERSON, now=now) is None
    assert desk.post().posted == 2


@pytest.mark.parametrize("of_the_source", [True, False])
def test_whoever_ends_a_stop_sends_nothing_by_that(desk: Desk, *, of_the_source: bool) -> None:
    desk.rules()
    _ready(desk, 2)
    desk.ask()
    now = desk.app.clock.now()
    own = desk.connection_id
    if of_the_source:
        with desk.database.read() as connection:
            own = connection.execute(select(receipts.c.connection_id)).scalars().first() or own
    stops.stop(desk.database, desk.organisation_id, own, reason="Audit.", by=PERSON, now=now)
    assert desk.post().posted == 0
    assert stops.resume(desk.database, desk.organisation_id, own, by=PERSON, now=now) == 2
    assert desk.post().posted == 0
    assert desk.states() == {"ready": 2}
    desk.ask()
    assert desk.post().posted == 2


def test_the_way_of_a_posting_is_kept(desk: Desk) -> None:
    desk.rules(Mode.AUTOMATIC)
    _ready(desk, 1)
    desk.post()
    with desk.database.read() as connection:
        states = [row.state for row in connection.execute(select(posting_states).order_by(posting_states.c.sequence))]
        row = connection.execute(select(postings)).one()
        batch = connection.execute(select(post_batches)).one()
        member = connection.execute(select(batch_members)).one()
    assert states == ["ready", "posting", "posted"]
    assert (row.attempts, row.posted_at is not None, row.rules_version) == (1, True, 1)
    assert (batch.state, batch.sends, member.result) == ("settled", 1, "posted")
