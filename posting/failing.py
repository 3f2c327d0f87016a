"""A posting that cannot go on: it says why and what to do, its match keeps what it reserves, and nothing else waits for it."""

from __future__ import annotations

from typing import Any

from ledger.match import MatchState
from ledger.posting import PostingState
from ledger.receipt import PostStatus
from posting.outlet import POSTER, Ledger
from posting.refusal import NotPosted
from store import outbox
from store.database import Connection
from store.outbox_matches import move_matches, set_post_status

_LIVE = (MatchState.APPROVED, MatchState.POSTING, MatchState.POSTED)


def fail(connection: Connection, outlet: Ledger, row: Any, why: NotPosted, *, expected: PostingState) -> None:
    """In a transaction that the caller holds alone. `row`: the posting."""
    now, own = outlet.now(), outlet.organisation_id
    outbox.move(
        connection, own, [row.id], PostingState.FAILED, expected=(expected,), by=outlet.by, reason=why.sentence, now=now,
        code=why.code, remedy=why.remedy,
    )  # fmt: skip
    if why.choices:
        outbox.change(connection, own, [row.id], choices={**row.choices, "offered": why.choices})
    if row.match_id is not None:
        moved = move_matches(
            connection, own, [row.match_id], MatchState.FAILED, expected=_LIVE, by=POSTER, reason=why.sentence, now=now
        )
        if moved and row.receipt_id is not None:  # a match that stands no more has let go of its receipt
            set_post_status(connection, own, [row.receipt_id], PostStatus.FAILED)
