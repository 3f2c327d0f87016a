"""Taking standing records back: postings that somebody undid (`undoing`), sent as stored calls as writing is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from connectors.writing import Batch, Standing
from ledger.faults import Refused
from ledger.match import MatchState
from ledger.posting import BatchPurpose, Cause, EntryState, PostingState
from posting import ruling
from posting.batching import store
from posting.encoded import entry_of, standing_of
from posting.outlet import POSTER, Ledger, Outlet
from posting.ran import Ran
from posting.read_back import refresh
from posting.refusal import NotPosted
from posting.sending import send_stored
from posting.turning_back import turn_again
from store import outbox, outbox_entries
from store.audit import Act, record
from store.database import Connection
from store.outbox_matches import free_receipts, move_matches
from store.queries.outbox import in_state

_REMEDY = "What the undo page says of it: take it back in the books, or book a reversal."


def end_all(outlet: Outlet, ran: Ran) -> None:
    """Takes back what is to be undone, then reads it again. One that cannot be taken back stays posted and says why."""
    for _ in range(len(EntryState)):  # dependants first: each round frees what they hung on
        rows, postings = _open(outlet)
        if not _end_some(outlet, ran, rows, postings):
            break
    _close(outlet, ran)


def _open(outlet: Outlet) -> tuple[list[Any], dict[UUID, Any]]:
    with outlet.database.read() as connection:
        postings = in_state(connection, outlet.organisation_id, outlet.connection_id, PostingState.UNDOING)
        rows = outbox_entries.entries_of(connection, outlet.organisation_id, [row.id for row in postings])
    return rows, {row.id: row for row in postings}


def _end_some(outlet: Outlet, ran: Ran, rows: Sequence[Any], postings: dict[UUID, Any]) -> bool:
    """One round of calls; False where nothing is left to send."""
    held = [row for row in rows if row.state == EntryState.POSTED.value and row.posting_id not in ran.put_off]
    if not held:
        return False
    now = _standing(outlet, held)
    gone = [row for row in held if row.write_id not in now or now[row.write_id].ended]
    if gone:  # somebody was faster: it is taken back already
        with outlet.write() as connection:
            outbox_entries.set_state(
                connection, outlet.organisation_id, [row.id for row in gone], EntryState.ENDED, outlet.now()
            )
    left = [row for row in held if row not in gone]
    batches, free = _endings(outlet, ran, _unbound(outlet, ran, left, postings, now), now)
    if not batches:
        return False
    members = {own for batch in batches for own in batch.members}
    store(outlet, [row for row in free if row.write_id in members], batches, BatchPurpose.END, EntryState.ENDING)
    before = len(ran.told)
    send_stored(outlet, ran)
    _note_refused(outlet, ran)
    return len(ran.told) > before


def _endings(
    outlet: Outlet, ran: Ran, rows: Sequence[Any], now: dict[str, Standing]
) -> tuple[Sequence[Batch], Sequence[Any]]:
    """Calls for all at once; where the writer refuses, posting by posting, so that one that cannot go holds up no other."""
    if not rows:
        return (), ()
    try:
        return _calls(outlet, rows, now), rows
    except Refused:
        pass
    bound: dict[UUID, NotPosted] = {}
    for own in dict.fromkeys(row.posting_id for row in rows):
        try:
            _calls(outlet, [row for row in rows if row.posting_id == own], now)
        except Refused as refused:
            bound[own] = NotPosted("not_undone", str(refused), _REMEDY)
    _stay(outlet, ran, bound)
    free = [row for row in rows if row.posting_id not in bound]
    return (_calls(outlet, free, now), free) if free else ((), ())


def _calls(outlet: Outlet, rows: Sequence[Any], now: dict[str, Standing]) -> Sequence[Batch]:
    return outlet.writer.endings([entry_of(row) for row in rows], {row.write_id: now[row.write_id] for row in rows})


def _standing(outlet: Outlet, rows: Sequence[Any]) -> dict[str, Standing]:
    """By write id, as it stands now: an ending needs the present version."""
    by_kind: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        by_kind[row.record_kind].append(row.external_id)
    found: dict[tuple[str, str], Standing] = {}
    for kind, ids in by_kind.items():
        found |= {(kind, own): one for own, one in outlet.writer.standing(kind, ids).items()}
    return {
        row.write_id: found[(row.record_kind, row.external_id)]
        for row in rows
        if (row.record_kind, row.external_id) in found
    }


def _unbound(
    outlet: Outlet, ran: Ran, rows: Sequence[Any], postings: dict[UUID, Any], now: dict[str, Standing]
) -> list[Any]:
    """Entries of postings that may be taken back; the others stay posted and say why."""
    free: list[Any] = []
    bound: dict[UUID, NotPosted] = {}
    with outlet.database.read() as connection:
        rules, _ = ruling.load(connection, outlet.organisation_id, outlet.entity_id)
        planner = outlet.planner(connection, outlet, rules)
        for own in dict.fromkeys(row.posting_id for row in rows):
            mine = [row for row in rows if row.posting_id == own]
            try:
                planner.refuse_if_bound(connection, postings[own], {row.write_id: now[row.write_id] for row in mine})
            except NotPosted as why:
                bound[own] = why
            else:
                free += mine
    _stay(outlet, ran, bound)
    return free


def _note_refused(outlet: Outlet, ran: Ran) -> None:
    """What the books would not take back."""
    rows, _ = _open(outlet)
    bound = {
        row.posting_id: NotPosted(row.code or "not_undone", row.reason or "The books would not take it back.", _REMEDY)
        for row in rows
        if row.state == EntryState.POSTED.value and row.code
    }
    _stay(outlet, ran, bound)


def _stay(outlet: Outlet, ran: Ran, bound: dict[UUID, NotPosted]) -> None:
    if not bound:
        return
    with outlet.write() as connection:
        for own, why in bound.items():
            outbox.move(
                connection, outlet.organisation_id, [own], PostingState.POSTED, expected=(PostingState.UNDOING,), by=POSTER,
                reason=why.sentence, now=outlet.now(), code=why.code, remedy=why.remedy,
            )  # fmt: skip
    ran.failed += list(bound)


def _close(outlet: Outlet, ran: Ran) -> None:
    """Postings of which nothing stands any more: read again, so that the store holds the invoices' new balances first."""
    rows, postings = _open(outlet)
    stands = {row.posting_id for row in rows if row.state in (EntryState.POSTED.value, EntryState.ENDING.value)}
    done = [row for own, row in postings.items() if own not in stands]
    if not done:
        return
    ids = {row.id for row in done}
    refresh(outlet, [row for row in rows if row.posting_id in ids and standing_of(row) is not None])
    with outlet.write() as connection:
        undone(connection, outlet, done, "Its posting was undone.", by=outlet.by)
    ran.undone += list(ids)


def undone(
    connection: Connection,
    outlet: Ledger,
    done: Sequence[Any],
    reason: str,
    *,
    by: str,
    to: MatchState = MatchState.UNDONE,
) -> None:
    """`done`: postings of which nothing stands in the books any more: their matches end, their receipts wait again."""
    own, now = outlet.organisation_id, outlet.now()
    outbox.move(
        connection, own, [row.id for row in done], PostingState.UNDONE,
        expected=(PostingState.UNDOING, PostingState.POSTED, PostingState.FAILED), by=by, reason=reason, now=now,
    )  # fmt: skip
    matched = [row for row in done if row.match_id is not None]
    moved = move_matches(
        connection, own, [row.match_id for row in matched], to,
        expected=(MatchState.POSTED, MatchState.FAILED, MatchState.POSTING), by=POSTER, reason=reason, now=now,
    )  # fmt: skip
    receipts = [row.receipt_id for row in matched if row.receipt_id and row.match_id in moved]
    free_receipts(connection, own, receipts, f"{reason} Look again.")
    turn_again(connection, outlet, [row for row in done if row.cause_kind == Cause.REVERSAL.value], reason)
    act = Act(
        actor=by, verb="posting.undone", object_kind="connection", object_id=str(outlet.connection_id),
        summary=f"{len(done)} postings stand in {outlet.name} no more: {reason}",
        detail={"postings": sorted(str(row.id) for row in done)},
    )  # fmt: skip
    record(connection, own, act, now)
