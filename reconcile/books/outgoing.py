"""Between decisions and the outbox: an approval puts a posting there in the same transaction, an undo takes it back.

Whether and when it is sent is the outbox's business (posting/); while posting is off it waits.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ledger.money import Money
from ledger.posting import Cause
from store import outbox
from store.database import Connection
from store.queries.outbox import books_of


def hand_over(connection: Connection, match: Any, receipt: Any, *, by: str, now: datetime) -> None:
    """`receipt`: a row with its whole amount and day. Raises Conflict where the match is in the outbox already."""
    new = outbox.NewPosting(
        organisation_id=match.organisation_id,
        entity_id=match.entity_id,
        connection_id=books_of(connection, match.organisation_id, match.entity_id),
        cause=Cause.MATCH,
        cause_id=str(match.id),
        amount=Money(receipt.amount_minor, receipt.currency),
        on=receipt.received_on,
        match_id=match.id,
        receipt_id=match.receipt_id,
    )
    outbox.add(connection, new, by=by, reason="Its match was accepted.", now=now)


def call_back(connection: Connection, match: Any, *, by: str, now: datetime) -> None:
    """Raises Refused, with what to do instead, where something of it is on its way to the books or stands there."""
    outbox.withdraw(
        connection, match.organisation_id, Cause.MATCH, str(match.id), by=by, reason="Its match was undone.", now=now
    )
