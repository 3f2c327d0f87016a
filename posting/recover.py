"""What an earlier run left behind, whatever ended it: found out before anything new is sent.

A call that was stored and not sent is dropped: its members are planned anew, with the documents as they stand now. One
that was sent without an answer goes out again, the same bytes under the same key, while the provider surely knows the key;
after that, and while posting is off or stopped, each member is looked up by its marker.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from connectors.writing import Outcome, Result, Standing
from ledger.match import MatchState
from ledger.posting import BatchPurpose, EntryState, PostingState
from ledger.receipt import PostStatus
from posting.adopting import adopt
from posting.gate import is_open
from posting.lookup import look_up
from posting.outlet import POSTER, Outlet
from posting.ran import Ran
from posting.sending import deliver, key_lives, settle_in
from store import outbox, outbox_entries
from store import outbox_batches as calls
from store.database import Connection
from store.outbox_matches import move_matches, set_post_status

ARRIVES_SECONDS = 200.0
"""A call whose reply was lost may still be worked on at the provider; it is not looked up before: it may have waited a
minute for its turn among our own limits (cli/opened.py), and QuickBooks works on a call for two.
"""
_DROPPED = "Dropped before it was sent; its members are planned anew."


def recover(outlet: Outlet, ran: Ran) -> None:
    """Raises what keeps the provider from being asked."""
    with outlet.database.read() as connection:
        batches = calls.open_batches(connection, outlet.organisation_id, outlet.connection_id)
    going = is_open(outlet)
    for batch in batches:
        if not batch.sends:
            _drop(outlet, batch)
        elif going and key_lives(outlet, batch):
            with outlet.write() as connection:
                calls.note_send(connection, batch, outlet.now(), first=False)
            deliver(outlet, ran, batch, first=False)
        elif _may_be_on_its_way(outlet, batch):
            _put_off(outlet, ran, batch)
        else:
            _look(outlet, batch)
    _look_unknown(outlet, ran)
    _look_ending(outlet, ran)
    _plan_anew(outlet)


def let_go(outlet: Outlet) -> None:
    """Posting was stopped or switched off: what is stored and was not sent is dropped, and waits as it was."""
    with outlet.database.read() as connection:
        batches = calls.open_batches(connection, outlet.organisation_id, outlet.connection_id)
    for batch in batches:
        if not batch.sends:
            _drop(outlet, batch)
    _plan_anew(outlet)


def _drop(outlet: Outlet, batch: Any) -> None:
    with outlet.write() as connection:
        members = [row.entry_id for row in calls.members_of(connection, outlet.organisation_id, batch.id)]
        ending = batch.purpose == BatchPurpose.END.value
        state = EntryState.POSTED if ending else EntryState.WAITING
        outbox_entries.set_state(connection, outlet.organisation_id, members, state, outlet.now())
        calls.drop(connection, batch, outlet.now(), _DROPPED)


def _may_be_on_its_way(outlet: Outlet, batch: Any) -> bool:
    """The first sending is known; others came while the key lived."""
    last = outlet.writer.key_seconds if batch.sends > 1 else 0.0
    return bool(outlet.now() - batch.sent_at < timedelta(seconds=last + ARRIVES_SECONDS))


def _put_off(outlet: Outlet, ran: Ran, batch: Any) -> None:
    with outlet.database.read() as connection:
        ran.put_off.update(row.posting_id for row in _rows(connection, outlet, batch))


def _rows(connection: Connection, outlet: Outlet, batch: Any) -> list[Any]:
    members = calls.members_of(connection, outlet.organisation_id, batch.id)
    return outbox_entries.find_entries(connection, outlet.organisation_id, [row.entry_id for row in members])


def _look(outlet: Outlet, batch: Any) -> None:
    """What became of a call whose key the provider may have forgotten."""
    with outlet.database.read() as connection:
        rows = _rows(connection, outlet, batch)
    if batch.purpose == BatchPurpose.END.value:
        said = _ended(outlet, rows)
    else:
        found = look_up(outlet, rows)
        said = {row.write_id: _outcome(row.write_id, found.get(row.write_id)) for row in rows}
    with outlet.write() as connection:
        settle_in(connection, outlet, Ran(), batch, rows, said)  # what does not stand may go out again at once


def _outcome(write_id: str, found: Standing | None) -> Outcome:
    if found is None:
        return Outcome(write_id=write_id, result=Result.LATER, sentence="The reply was lost, and it does not stand.")
    return Outcome(write_id=write_id, result=Result.POSTED, standing=found)


def _ended(outlet: Outlet, rows: Sequence[Any]) -> dict[str, Outcome]:
    """Of records that were being taken back: those that stand still are to be taken back again."""
    by_kind: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        by_kind[row.record_kind].append(row.external_id)
    now: dict[tuple[str, str], Standing] = {}
    for kind, ids in by_kind.items():
        now |= {(kind, own): standing for own, standing in outlet.writer.standing(kind, ids).items()}
    said = {}
    for row in rows:
        standing = now.get((row.record_kind, row.external_id))
        gone = standing is None or standing.ended
        said[row.write_id] = Outcome(
            write_id=row.write_id, result=Result.POSTED if gone else Result.LATER, standing=standing
        )
    return said


def _look_unknown(outlet: Outlet, ran: Ran) -> None:
    """Members of which the provider's answer left open what became of them."""
    with outlet.database.read() as connection:
        rows = outbox_entries.in_state(connection, outlet.organisation_id, outlet.connection_id, (EntryState.UNKNOWN,))
    old = timedelta(seconds=ARRIVES_SECONDS)
    ran.put_off.update(row.posting_id for row in rows if outlet.now() - row.updated_at < old)
    ripe = [row for row in rows if outlet.now() - row.updated_at >= old]
    if ripe:
        found = look_up(outlet, ripe)
        with outlet.write() as connection:
            adopt(connection, outlet, ripe, found)


def _look_ending(outlet: Outlet, ran: Ran) -> None:
    """Records that were to be taken back, of which the provider's answer left open whether they were."""
    with outlet.database.read() as connection:
        rows = outbox_entries.in_state(connection, outlet.organisation_id, outlet.connection_id, (EntryState.ENDING,))
    rows = [row for row in rows if row.posting_id not in ran.put_off]
    old = timedelta(seconds=ARRIVES_SECONDS)
    ran.put_off.update(row.posting_id for row in rows if outlet.now() - row.updated_at < old)
    ripe = [row for row in rows if outlet.now() - row.updated_at >= old]
    said = _ended(outlet, ripe)
    gone = [row.id for row in ripe if said[row.write_id].result is Result.POSTED]
    stands = [row.id for row in ripe if said[row.write_id].result is Result.LATER]
    with outlet.write() as connection:
        outbox_entries.set_state(connection, outlet.organisation_id, gone, EntryState.ENDED, outlet.now())
        outbox_entries.set_state(connection, outlet.organisation_id, stands, EntryState.POSTED, outlet.now())


def _plan_anew(outlet: Outlet) -> None:
    """Postings under way of which nothing is at the provider are ready again: documents may have changed since."""
    with outlet.write() as connection:
        rows = outbox_entries.of_open_postings(connection, outlet.organisation_id, outlet.connection_id)
        states: dict[Any, set[str]] = defaultdict(set)
        for row in rows:
            states[row.posting_id].add(row.state)
        idle = [own for own, found in states.items() if found == {EntryState.WAITING.value}]
        put_back(connection, outlet, idle, "Nothing of it was sent; it is planned anew.")


def put_back(connection: Connection, outlet: Outlet, posting_ids: Sequence[Any], reason: str) -> None:
    """Postings of which nothing is at the provider: ready again, and so are their matches."""
    if not posting_ids:
        return
    now, own = outlet.now(), outlet.organisation_id
    outbox.move(
        connection, own, posting_ids, PostingState.READY, expected=(PostingState.POSTING,), by=POSTER, reason=reason, now=now
    )  # fmt: skip
    rows = outbox.find_many(connection, own, posting_ids)
    matches = [row.match_id for row in rows if row.match_id is not None]
    move_matches(
        connection, own, matches, MatchState.APPROVED, expected=(MatchState.POSTING,), by=POSTER, reason=reason, now=now
    )
    receipts = [row.receipt_id for row in rows if row.match_id is not None]
    set_post_status(connection, own, receipts, PostStatus.APPROVED)
