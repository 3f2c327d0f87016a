"""Sending stored calls: written down as sent, sent once, and what became of each member written down.

A call whose reply was lost goes out again with the same bytes under the same key while the provider surely knows the
key; after that its members are looked up by their markers (posting/recover.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from connectors.writing import Batch, Outcome, Result, Standing
from ledger.faults import ConsentLost, PermissionMissing, RateLimited, Refused, Unreachable
from ledger.posting import BatchPurpose, EntryState, Stop
from posting import stops
from posting.encoded import content_of, standing_of
from posting.gate import refuse_closed
from posting.lookup import look_up
from posting.outlet import POSTER, Outlet
from posting.ran import Ran
from posting.seen import note_sightings
from store import outbox_batches as calls
from store import outbox_entries
from store.database import Connection
from store.outbox import find_many

SENDS_AT_ONCE = 3
RESEND_SECONDS = (1.0, 4.0)
KEY_MARGIN_SECONDS = 30.0  # a key is not counted on in its last moments: the call has to arrive, too
_NOTHING_DONE = (RateLimited, ConsentLost, PermissionMissing)
_STATES = {
    Result.POSTED: EntryState.POSTED,
    Result.REFUSED: EntryState.REFUSED,
    Result.LATER: EntryState.WAITING,
    Result.UNKNOWN: EntryState.UNKNOWN,
}


def send_stored(outlet: Outlet, ran: Ran) -> None:
    """Every call that is stored and was not sent. Raises Stopped, or what keeps the provider from being asked."""
    with outlet.database.read() as connection:
        batches = calls.open_batches(connection, outlet.organisation_id, outlet.connection_id)
    for batch in batches:
        if batch.sends:
            continue  # its outcome is to be found out first
        with outlet.write() as connection:
            refuse_closed(connection, outlet)
            calls.note_send(connection, batch, outlet.now(), first=True)
        deliver(outlet, ran, batch, first=True)


def key_lives(outlet: Outlet, batch: Any) -> bool:
    """Whether the provider surely knows the key of a sent call still."""
    seconds = outlet.writer.key_seconds - KEY_MARGIN_SECONDS
    return batch.sent_at is None or outlet.now() - batch.sent_at < timedelta(seconds=seconds)


def deliver(outlet: Outlet, ran: Ran, batch: Any, *, first: bool) -> None:
    """Sends a call that is written down as sent, and settles it. first: it cannot have arrived before."""
    with outlet.database.read() as connection:
        members = _members(connection, batch)
    call = Batch(
        method=batch.method, path=batch.path, body=bytes(batch.body), content_type=batch.content_type,
        members=tuple(row.write_id for row in members), query=tuple((name, value) for name, value in batch.query),
    )  # fmt: skip
    for number in range(SENDS_AT_ONCE):
        try:
            outcomes = outlet.writer.send(call, batch.key)
        except _NOTHING_DONE:
            if first and number == 0:
                with outlet.write() as connection:
                    calls.note_unsent(connection, batch)
            raise
        except Unreachable as lost:
            with outlet.write() as connection:
                calls.note_problem(connection, batch, str(lost))
            if number + 1 == SENDS_AT_ONCE or not key_lives(outlet, batch):
                raise
            outlet.sleep(RESEND_SECONDS[number])
            with outlet.write() as connection:
                refuse_closed(connection, outlet)
                calls.note_send(connection, batch, outlet.now(), first=False)
        except Refused as refused:
            outcomes = [
                Outcome(write_id=row.write_id, result=Result.REFUSED, code="refused", sentence=str(refused))
                for row in members
            ]
            settle(outlet, ran, batch, members, outcomes, again=not first or number > 0)
            return
        else:
            settle(outlet, ran, batch, members, outcomes, again=not first or number > 0)
            return


def _members(connection: Connection, batch: Any) -> list[Any]:
    """Entries in the order of the call's body."""
    rows = calls.members_of(connection, batch.organisation_id, batch.id)
    found = {
        row.id: row
        for row in outbox_entries.find_entries(connection, batch.organisation_id, [row.entry_id for row in rows])
    }
    return [found[row.entry_id] for row in rows]


def settle(
    outlet: Outlet, ran: Ran, batch: Any, members: Sequence[Any], outcomes: Sequence[Outcome], *, again: bool
) -> None:
    """Writes down what became of each member, in one transaction. again: the call may have arrived an earlier time, too:
    what is refused now may stand since then, and is looked up before it is called refused.
    """
    known = {outcome.write_id: outcome for outcome in outcomes}
    said = {row.write_id: known.get(row.write_id) or _unsaid(row.write_id) for row in members}
    doubtful = [row for row in members if again and said[row.write_id].result is Result.REFUSED]
    if doubtful and batch.purpose == BatchPurpose.POST.value:
        for write_id, standing in look_up(outlet, doubtful).items():
            said[write_id] = Outcome(write_id=write_id, result=Result.POSTED, standing=standing)
    with outlet.write() as connection:
        settle_in(connection, outlet, ran, batch, members, said)


def settle_in(
    connection: Connection, outlet: Outlet, ran: Ran, batch: Any, members: Sequence[Any], said: Mapping[str, Outcome]
) -> None:
    now = outlet.now()
    ending = batch.purpose == BatchPurpose.END.value
    rows = [_settled(row, said[row.write_id], now, ending=ending) for row in members]
    outbox_entries.settle_each(connection, outlet.organisation_id, rows)
    results = [
        {
            "entry_id": row.id, "result": said[row.write_id].result.value, "code": said[row.write_id].code or None,
            "sentence": said[row.write_id].sentence or None,
        }
        for row in members
    ]  # fmt: skip
    calls.settle_batch(connection, batch, results, now)
    if not ending:
        standing = {row.id: said[row.write_id].standing for row in members}
        postings = {row.id: row for row in find_many(connection, outlet.organisation_id, _postings(members))}
        note_sightings(connection, outlet, members, standing, postings)
    for row in members:
        outcome = said[row.write_id]
        ran.warnings.extend(outcome.warnings)
        if outcome.result in (Result.LATER, Result.UNKNOWN):
            ran.put_off.add(row.posting_id)
        else:
            ran.told.append(outcome.result is Result.REFUSED)
    if stops.is_storm(ran.told):
        last = ran.told[-stops.LOOKED_AT :]
        reason = f"{sum(last)} of the last {len(last)} were refused; look at the failed ones, then switch it on again."
        stops.stop_in(
            connection, outlet.organisation_id, outlet.connection_id, kind=Stop.STORM, reason=reason, by=POSTER, now=now
        )  # fmt: skip


def _postings(members: Sequence[Any]) -> list[UUID]:
    return list(dict.fromkeys(row.posting_id for row in members))


def _unsaid(write_id: str) -> Outcome:
    return Outcome(write_id=write_id, result=Result.UNKNOWN, sentence="The provider's answer does not name it.")


def _settled(row: Any, outcome: Outcome, now: Any, *, ending: bool) -> dict[str, Any]:
    """The columns of an entry after an outcome."""
    state, refused = _STATES[outcome.result], outcome.result is Result.REFUSED
    if ending:
        state = EntryState.ENDED if state is EntryState.POSTED else EntryState.POSTED
        if outcome.result is Result.UNKNOWN:
            state = EntryState.ENDING
    standing = outcome.standing
    if standing is None:
        kept = (row.record_kind, row.external_id, row.provider_version, row.standing)
    else:
        kept = (standing.kind, standing.external_id, standing.version or None, content_of(standing))
    return {
        "id": row.id, "state": state.value, "code": (outcome.code or "refused") if refused else None,
        "reason": (outcome.sentence or None) if refused else None,
        "record_kind": kept[0], "external_id": kept[1], "provider_version": kept[2], "standing": kept[3],
        "updated_at": now, "posted_at": now if state is EntryState.POSTED and not ending else row.posted_at,
    }  # fmt: skip


def standings(rows: Sequence[Any]) -> dict[str, Standing]:
    """By write id, what stands of entries already: what others of the same posting refer to."""
    found = {row.write_id: standing_of(row) for row in rows if row.state == EntryState.POSTED.value}
    return {write_id: standing for write_id, standing in found.items() if standing is not None}
