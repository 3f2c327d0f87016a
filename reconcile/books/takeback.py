"""Taking a decision back: the proposal stands as before, and so do the other answers that it had pushed aside."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ledger.faults import Refused
from ledger.match import MatchState
from ledger.receipt import PostStatus, ReceiptStatus
from reconcile.books.checks import CLOSED, is_decided, spent
from reconcile.books.outgoing import call_back
from store.database import Connection
from store.matches import last_state, lines_of, matches_of, move_match
from store.queries.documents import find_receipt
from store.receipts import change_receipt

ANOTHER_ACCEPTED = "Another answer was accepted."
_TAKEN_BACK = {
    MatchState.APPROVED: "Approved was undone.",
    MatchState.AWAITING: "The first of two yeses was taken back.",
    MatchState.DECLINED: "Declined was undone.",
    MatchState.FAILED: "It could not be posted and was undone.",
}


def take_back(connection: Connection, match: Any, *, by: str, now: datetime) -> None:
    """In a transaction that the caller holds alone. Raises Refused for what cannot be taken back here."""
    was = MatchState(match.state)
    if was is not MatchState.DECLINED:
        call_back(connection, match, by=by, now=now)
    if was not in _TAKEN_BACK:
        raise Refused("Only an accepted or declined match that is not posted can be undone here.")
    if was is MatchState.DECLINED and is_decided(connection, match):
        raise Refused("Another match of this receipt was accepted since; undo that one first.")
    move_match(
        connection, match.organisation_id, match.id, MatchState.PROPOSED, expected=(was,), by=by,
        reason=_TAKEN_BACK[was], now=now,
    )  # fmt: skip
    if was is not MatchState.DECLINED:
        bring_back_others(connection, match, by=by, now=now)
    _put_receipt_back(connection, match)


def bring_back_others(connection: Connection, match: Any, *, by: str, now: datetime) -> None:
    """What the approval had withdrawn is proposed again; the next look weighs it anew."""
    for row in matches_of(connection, match.organisation_id, match.receipt_id):
        if row.id == match.id or row.state != MatchState.WITHDRAWN.value:
            continue
        last = last_state(connection, row)
        if last.reason == ANOTHER_ACCEPTED and match.decided_at is not None and last.at >= match.decided_at:
            move_match(
                connection, match.organisation_id, row.id, MatchState.PROPOSED, expected=(MatchState.WITHDRAWN,), by=by,
                reason="The answer that was accepted instead was taken back.", now=now,
            )  # fmt: skip


def _put_receipt_back(connection: Connection, match: Any) -> None:
    receipt = find_receipt(connection, match.organisation_id, match.receipt_id)
    if receipt.status in CLOSED:
        return
    auto = match.decision == "auto"
    lines = lines_of(connection, match.organisation_id, match.id)
    left = receipt.open_minor - spent(receipt, lines) if auto else receipt.open_minor
    certain = ReceiptStatus.PARTLY_MATCHED if left > 0 else ReceiptStatus.MATCHED
    values = {
        "status": (certain if auto else ReceiptStatus.SUGGESTED).value,
        "status_reason": match.reason,
        "unapplied_minor": max(0, left),
        "post_status": PostStatus.NONE.value,
    }
    change_receipt(connection, match.organisation_id, match.receipt_id, values)
