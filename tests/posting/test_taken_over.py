"""A run that another has overtaken writes nothing more: what the other did with a call is not done again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bench.posting.desk import PERSON, Desk, paid_by_bank
from ledger.faults import Conflict
from ledger.posting import BatchPurpose, EntryState
from posting.batching import store, store_next
from posting.encoded import entry_of
from posting.outlet import Outlet
from posting.preparing import prepare
from posting.ran import Ran
from posting.rules import Mode
from posting.ruling import load
from runtime.passes import load_row
from runtime.posting import outlet_of
from store import outbox_batches as calls
from store import outbox_entries
from store.queries import outbox as queries

COUNT = 3


def _outlet(desk: Desk) -> Outlet:
    return outlet_of(desk.app, load_row(desk.app, desk.organisation_id, desk.connection_id), by=PERSON)


def _prepared(desk: Desk) -> Outlet:
    """What a run has planned when it is overtaken."""
    desk.rules(Mode.AUTOMATIC)
    paid_by_bank(desk, range(COUNT), customers=8)
    desk.reconcile()
    assert desk.accept_all() == COUNT
    outlet = _outlet(desk)
    _prepare(outlet)
    return outlet


def _prepare(outlet: Outlet) -> None:
    with outlet.database.read() as connection:
        rules, version = load(connection, outlet.organisation_id, outlet.entity_id)
        rows = queries.ready(connection, outlet.organisation_id, outlet.connection_id, outlet.now(), limit=COUNT)
    prepare(outlet, rules, version, Ran(), rows)


def test_a_call_that_another_run_dropped_does_not_go(desk: Desk) -> None:
    outlet = _prepared(desk)
    assert store_next(outlet, Ran())
    with outlet.database.read() as connection:
        batch = calls.open_batches(connection, desk.organisation_id, desk.connection_id)[0]
    assert desk.post().posted == COUNT
    with pytest.raises(Conflict, match="taken"), outlet.write() as connection:
        calls.note_send(connection, batch, outlet.now(), first=True)
    with outlet.write() as connection:
        calls.note_unsent(connection, batch)
        assert calls.open_batches(connection, desk.organisation_id, desk.connection_id) == []
    with pytest.raises(Conflict, match="taken"), outlet.write() as connection:
        calls.settle_batch(connection, batch, [], outlet.now())
    with pytest.raises(Conflict, match="taken"), outlet.write() as connection:
        calls.drop(connection, batch, outlet.now(), "")


def test_entries_that_another_run_has_sent_are_in_no_other_call(desk: Desk) -> None:
    outlet = _prepared(desk)
    with outlet.database.read() as connection:
        rows = outbox_entries.of_open_postings(connection, desk.organisation_id, desk.connection_id)
    assert desk.post().posted == COUNT
    batches = outlet.writer.batches([entry_of(row) for row in rows], {})
    with pytest.raises(Conflict, match="taken"):
        store(outlet, rows, batches, BatchPurpose.POST, EntryState.SENT)


def test_a_run_whose_lock_is_lost_writes_nothing_more(desk: Desk) -> None:
    outlet = replace(_prepared(desk), alone=lambda: False)
    with pytest.raises(Conflict, match="forgotten"):
        store_next(outlet, Ran())
    assert desk.post().posted == COUNT
