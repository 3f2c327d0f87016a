"""What goes wrong: refused, throttled, cut off, taken back there. Each fails alone, says why, and goes on when it is mended."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bench.posting.desk import BANK_NAMES, PERSON, Desk, paid_by_bank
from connectors.writing import Batch, Outcome, Result
from ledger.faults import Conflict, RateLimited, Unreachable
from posting import ruling
from posting.failures import give_up, retry
from posting.planning.books import books_of
from posting.rules import Mode
from posting.run import run
from posting.undo import acts
from runtime.passes import load_row
from runtime.posting import outlet_of
from store.tables.intake import findings
from store.tables.matching import matches, receipts
from store.tables.posting import entries, posting_stops, postings

LATER = timedelta(minutes=20)


def _ready(desk: Desk, count: int) -> None:
    desk.rules(Mode.AUTOMATIC)
    paid_by_bank(desk, range(count), customers=8)
    desk.reconcile()
    assert desk.accept_all() == count


def _rows(desk: Desk, state: str) -> list[Any]:
    with desk.database.read() as connection:
        return list(connection.execute(select(postings).where(postings.c.state == state)))


def _change(desk: Desk, verb: str, **fields: Any) -> None:
    desk.stand.change(desk.tenant, verb, fields)


def _writes(desk: Desk) -> str:
    """What the address of a writing call holds."""
    return "/batch" if desk.provider == "quickbooks" else "/Payments"


def test_one_that_cannot_go_fails_alone_and_is_retried_or_given_up(desk: Desk) -> None:
    _ready(desk, 4)
    _change(desk, "void_invoice", invoice="inv1")
    done = desk.post()
    assert (done.posted, done.failed) == (3, 1)
    [row] = _rows(desk, "failed")
    assert row.code
    assert row.remedy
    assert "INV-1001" in row.reason
    with desk.database.read() as connection:
        assert connection.execute(select(matches.c.state).where(matches.c.id == row.match_id)).scalar_one() == "failed"
    now = desk.app.clock.now()
    retry(desk.database, desk.organisation_id, [row.id], by=PERSON, now=now)
    assert desk.post().failed == 1
    give_up(desk.database, desk.organisation_id, [row.id], by=PERSON, reason="Void.", now=now)
    assert desk.states() == {"posted": 3, "given_up": 1}
    with pytest.raises(Conflict):
        retry(desk.database, desk.organisation_id, [row.id], by=PERSON, now=now)
    with desk.database.read() as connection:
        receipt = connection.execute(select(receipts).where(receipts.c.id == row.receipt_id)).one()
        assert (receipt.status, receipt.post_status) == ("unmatched", "none")
    assert desk.stands()[""] == 3


def test_a_storm_of_refusals_pauses_the_connection(desk: Desk) -> None:
    _ready(desk, 8)
    if desk.provider == "quickbooks":
        _change(desk, "deactivate_account", account=desk.account(BANK_NAMES["quickbooks"]))
    else:
        _change(desk, "archive_account", code="090")
    done = desk.post()
    assert (done.posted, desk.stands()) == (0, {})
    with desk.database.read() as connection:
        row = connection.execute(select(posting_stops)).one()
    assert row.stopped == "storm"
    assert desk.post().stopped.endswith(row.reason)


def test_a_reply_that_is_lost_is_written_once(desk: Desk) -> None:
    _ready(desk, 3)
    desk.stand.mishaps.add("cut", path=_writes(desk), times=1)
    try:
        desk.post()
    except Unreachable:
        assert desk.states() == {"posting": 3}
        assert desk.post().later
        desk.clock.ahead += LATER
    desk.post()
    assert desk.states() == {"posted": 3}
    stands = desk.stands()
    assert stands.pop("") == 3
    assert set(stands.values()) == {1}


def test_throttled_it_waits_and_goes_on(desk: Desk) -> None:
    _ready(desk, 3)
    desk.stand.mishaps.add("429", path=_writes(desk), times=1, seconds=3000)
    with pytest.raises(RateLimited):
        desk.post()
    assert desk.stands() == {}
    desk.clock.ahead += timedelta(hours=1)
    assert desk.post().posted == 3
    assert desk.stands()[""] == 3


def _payment_of(desk: Desk) -> str:
    with desk.database.read() as connection:
        return str(connection.execute(select(entries.c.external_id)).scalars().first())


def test_a_record_of_ours_that_is_taken_back_there_reopens_its_match(desk: Desk) -> None:
    _ready(desk, 1)
    desk.post()
    _change(desk, "delete_payment", payment=_payment_of(desk))
    desk.sync()
    [row] = _rows(desk, "undone")
    with desk.database.read() as connection:
        match = connection.execute(select(matches).where(matches.c.id == row.match_id)).one()
        receipt = connection.execute(select(receipts).where(receipts.c.id == row.receipt_id)).one()
        codes = connection.execute(select(findings.c.code).where(findings.c.settled_at.is_(None))).scalars().all()
    assert match.state == "reversed"
    assert (receipt.status, receipt.post_status) == ("unmatched", "none")
    assert "own_record_gone" in codes
    desk.reconcile()
    desk.accept_all()
    desk.post()
    stands = desk.stands()
    assert stands == {"": 1, "INV-1000": 1}


@pytest.mark.parametrize("taken_back", [False, True], ids=["not taken back", "taken back"])
def test_an_undo_whose_outcome_is_left_open_is_looked_up_and_goes_on(desk: Desk, *, taken_back: bool) -> None:
    _ready(desk, 2)
    desk.post()
    now = desk.app.clock.now()
    with desk.database.read() as connection:
        rules, _ = ruling.load(connection, desk.organisation_id, desk.entity_id)
        books = books_of(connection, desk.organisation_id, desk.connection_id, rules, now=now)
    acts.ask(desk.database, books, [row.id for row in _rows(desk, "posted")], by=PERSON, now=now)
    outlet = outlet_of(desk.app, load_row(desk.app, desk.organisation_id, desk.connection_id), by=PERSON)
    run(replace(outlet, writer=_Vague(outlet.writer, sends=taken_back)))
    assert desk.states() == {"undoing": 2}
    assert desk.post().later
    desk.clock.ahead += LATER
    desk.post()
    assert desk.states() == {"undone": 2}
    assert desk.stands()[""] == 0


@dataclass
class _Vague:
    """The provider's answer says of no member what became of it. sends: it was done all the same."""

    inner: Any
    sends: bool

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    def send(self, batch: Batch, key: str) -> list[Outcome]:
        if self.sends:
            self.inner.send(batch, key)
        return [Outcome(write_id=own, result=Result.UNKNOWN, code="no_answer") for own in batch.members]
