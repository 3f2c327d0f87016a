"""A reversal stands in the books: what it turns back happened, and ended; its receipt is not looked at again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from ledger.match import MatchState
from ledger.receipt import PostStatus, ReceiptStatus
from posting.outlet import POSTER, Ledger
from store import outbox
from store.database import Connection
from store.outbox_matches import move_matches, set_post_status

_REASON = "It was paid and went back; the reversal stands in the books."


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
