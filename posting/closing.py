"""The end of a posting: it stands as it was meant and the store holds it, or it failed and says why."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from ledger.match import MatchState
from ledger.posting import Cause, EntryState, PostingState
from ledger.receipt import PostStatus
from posting.compare import Difference
from posting.failing import fail
from posting.outlet import POSTER, Outlet
from posting.ran import Ran
from posting.read_back import compared, refresh
from posting.refusal import NotPosted
from posting.turning_back import turn_back
from store import outbox, outbox_entries
from store.audit import Act, record
from store.database import Connection
from store.outbox_matches import move_matches, set_post_status

_IN_FLIGHT = frozenset({EntryState.SENT.value, EntryState.UNKNOWN.value})
_RETRY = "Mend it in the books or choose something else, then retry it; or give it up."


def conclude(outlet: Outlet, ran: Ran) -> None:
    """Closes every posting under way that has nothing more to send. Reads back in the fewest calls, all at once."""
    with outlet.database.read() as connection:
        rows = outbox_entries.of_open_postings(connection, outlet.organisation_id, outlet.connection_id)
    by_posting: dict[UUID, list[Any]] = defaultdict(list)
    for row in rows:
        by_posting[row.posting_id].append(row)
    whole = [own for own, found in by_posting.items() if all(row.state == EntryState.POSTED.value for row in found)]
    stuck = [own for own, found in by_posting.items() if _is_stuck(found)]
    if stuck:
        _fail_refused(outlet, {own: by_posting[own] for own in stuck})
        ran.failed += stuck
    if whole:
        _close(outlet, ran, [row for own in whole for row in by_posting[own]])


def _is_stuck(found: Sequence[Any]) -> bool:
    states = {row.state for row in found}
    return EntryState.REFUSED.value in states and not states & _IN_FLIGHT


def _fail_refused(outlet: Outlet, found: dict[UUID, list[Any]]) -> None:
    with outlet.write() as connection:
        for posting in outbox.find_many(connection, outlet.organisation_id, list(found)):
            refused = next(row for row in found[posting.id] if row.state == EntryState.REFUSED.value)
            stands = any(row.state == EntryState.POSTED.value for row in found[posting.id])
            remedy = f"A part of it stands; a retry writes the rest. {_RETRY}" if stands else _RETRY
            why = NotPosted(refused.code or "refused", refused.reason or "The books refused it.", remedy)
            fail(connection, outlet, posting, why, expected=PostingState.POSTING)


def _close(outlet: Outlet, ran: Ran, rows: Sequence[Any]) -> None:
    refresh(outlet, rows)
    with outlet.write() as connection:
        found = compared(connection, outlet, rows)
        well = [own for own, odd in found.items() if not odd]
        ill = {own: odd for own, odd in found.items() if odd}
        _posted(connection, outlet, well)
        for posting in outbox.find_many(connection, outlet.organisation_id, list(ill)):
            fail(connection, outlet, posting, _not_as_meant(ill[posting.id]), expected=PostingState.POSTING)
    ran.posted += well
    ran.failed += list(ill)


def _not_as_meant(odd: Sequence[Difference]) -> NotPosted:
    return NotPosted(
        f"differs_{odd[0].code}", " ".join(one.sentence for one in odd),
        "Look at the record in the books. A retry writes nothing new: it looks again whether it stands as it was meant.",
    )  # fmt: skip


def _posted(connection: Connection, outlet: Outlet, ids: Sequence[UUID]) -> None:
    if not ids:
        return
    own, now = outlet.organisation_id, outlet.now()
    outbox.move(
        connection, own, ids, PostingState.POSTED, expected=(PostingState.POSTING,), by=outlet.by,
        reason="It stands in the books as it was meant.", now=now, posted_at=now,
    )  # fmt: skip
    outbox_entries.touch(connection, own, ids, now)
    rows = outbox.find_many(connection, own, ids)
    matched = [row for row in rows if row.match_id is not None]
    move_matches(
        connection, own, [row.match_id for row in matched], MatchState.POSTED, expected=(MatchState.POSTING,), by=POSTER,
        reason="It stands in the books.", now=now,
    )  # fmt: skip
    set_post_status(connection, own, [row.receipt_id for row in matched if row.receipt_id], PostStatus.POSTED)
    turn_back(connection, outlet, [row for row in rows if row.cause_kind == Cause.REVERSAL.value])
    names = sorted(str(one) for one in ids)
    act = Act(
        actor=outlet.by, verb="posting.post", object_kind="connection", object_id=str(outlet.connection_id),
        summary=f"{len(ids)} {'posting stands' if len(ids) == 1 else 'postings stand'} in {outlet.name}.",
        detail={"postings": names, "members_digest": hashlib.sha256("\n".join(names).encode()).hexdigest()},
    )  # fmt: skip
    record(connection, own, act, now)
