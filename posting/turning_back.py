"""A reversal stands in the books: what it turns back happened, and ended; its receipt is not looked at again.

A reversal that stands no more gives it back: the payment stands as it did before.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from ledger.match import MatchState
from ledger.posting import PostingState
from ledger.receipt import PostStatus, ReceiptStatus
from posting.outlet import POSTER, Ledger
from store import outbox
from store.database import Connection
from store.matches import find_match, lines_of
from store.outbox_matches import free_receipts, move_matches, set_post_status
from store.queries.documents import find_receipt

_REASON = "It was paid and went back; the reversal stands in the books."
_AGAIN = "Its reversal was taken back; the payment stands in the books as before."


def turn_back(connection: Connection, ledger: Ledger, reversals: Sequence[Any]) -> None:
    """`reversals`: postings of that cause which stand by now; each names the posting that it is of."""
    own, now = ledger.organisation_id, ledger.now()
    for row in reversals:
        if row.receipt_id is not None:
            set_post_status(connection, own, [row.receipt_id], PostStatus.POSTED)
        if "of" not in (row.choices or {}):
            continue
        original = outbox.find(connection, own, UUID(row.choices["of"]))
        if original.match_id is None or original.receipt_id is None:
            continue
        moved = move_matches(
            connection, own, [original.match_id], MatchState.REVERSED, expected=(MatchState.POSTED,), by=POSTER,
            reason=_REASON, now=now,
        )  # fmt: skip
        if moved:
            set_post_status(
                connection, own, [original.receipt_id], PostStatus.REVERSED, status=ReceiptStatus.NOT_A_PAYMENT.value,
                status_reason=_REASON, unapplied_minor=0,
            )  # fmt: skip


def turn_again(connection: Connection, ledger: Ledger, reversals: Sequence[Any], reason: str) -> None:
    """`reversals`: postings of that cause which stand no more: what they had turned back is posted as before.

    The money that went back waits for an answer again.
    """
    own, now = ledger.organisation_id, ledger.now()
    free_receipts(connection, own, [row.receipt_id for row in reversals if row.receipt_id], f"{reason} Look again.")
    for row in reversals:
        if "of" not in (row.choices or {}):
            continue
        original = outbox.find(connection, own, UUID(row.choices["of"]))
        if original.state != PostingState.POSTED.value or original.match_id is None or original.receipt_id is None:
            continue
        moved = move_matches(
            connection, own, [original.match_id], MatchState.POSTED, expected=(MatchState.REVERSED,), by=POSTER,
            reason=_AGAIN, now=now,
        )  # fmt: skip
        if moved:
            _stands_again(connection, own, original)


def _stands_again(connection: Connection, organisation_id: UUID, original: Any) -> None:
    """Its receipt is matched as it was before the reversal, with what the match leaves of it."""
    match = find_match(connection, organisation_id, original.match_id)
    receipt = find_receipt(connection, organisation_id, original.receipt_id)
    lines = lines_of(connection, organisation_id, match.id)
    abroad = any(line.currency != receipt.currency for line in lines)  # such lines take all of it
    left = 0 if abroad else max(0, receipt.open_minor - sum(line.applied_minor for line in lines))
    status = ReceiptStatus.PARTLY_MATCHED if left else ReceiptStatus.MATCHED
    set_post_status(
        connection, organisation_id, [receipt.id], PostStatus.POSTED, status=status.value, status_reason=match.reason,
        unapplied_minor=left,
    )  # fmt: skip
