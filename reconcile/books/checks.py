"""What must hold at the moment of a decision: the receipt is free, the documents are open, nothing is spent twice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from ledger.faults import Conflict, Refused
from ledger.match import MatchState
from ledger.money import Money
from ledger.receipt import ReceiptStatus
from store.database import Connection
from store.matches import matches_of
from store.queries.documents import find_document, links_of, reserved_of

CLOSED = frozenset({ReceiptStatus.ALREADY_RECORDED.value, ReceiptStatus.NOT_A_PAYMENT.value})
STANDING = frozenset(
    state.value
    for state in (
        MatchState.AWAITING,
        MatchState.APPROVED,
        MatchState.POSTING,
        MatchState.POSTED,
        MatchState.FAILED,
    )
)


def receipt_is_free(connection: Connection, match: Any, receipt: Any, lines: Sequence[Any]) -> None:
    """The receipt is not known to be recorded, not taken by another match, and holds what the lines take of it."""
    if receipt.status in CLOSED:
        raise Refused(f"This receipt is not to be matched any more: {receipt.status_reason}")
    if is_decided(connection, match):
        raise Conflict("Another match of this receipt was accepted meanwhile; look at the receipt again.")
    if abs(spent(receipt, lines)) > abs(receipt.open_minor):
        left = Money(receipt.open_minor, receipt.currency)
        raise Refused(f"Of this receipt only {left} is left by now, less than the match applies; choose again.")


def document_is_open(connection: Connection, organisation_id: UUID, line: Any, *, own_minor: int = 0) -> None:
    """The document's open amount less what other approved matches take of it still holds this line.

    own_minor: what this match has reserved of it already.
    """
    document = find_document(connection, organisation_id, line.document_noun, line.document_id)
    name = document.number or document.external_id
    if any(mirror == document.id for mirror, _ in links_of(connection, organisation_id, (document.id,))):
        raise Refused(f"{name} is the processor's copy of an invoice in the books; match that invoice.")
    taken = reserved_of(connection, organisation_id, line.document_id) - own_minor
    left = document.open_amount_minor - abs(taken)
    if document.gone_at is not None or abs(line.applied_minor) > left:
        shown = Money(max(0, left), document.currency)
        raise Refused(f"Of {name} only {shown} is open by now, less than this match applies; choose again.")


def is_decided(connection: Connection, match: Any) -> bool:
    """Whether another match of the same receipt stands approved or further."""
    rows = matches_of(connection, match.organisation_id, match.receipt_id)
    return any(row.id != match.id and row.state in STANDING for row in rows)


def other_proposals(connection: Connection, match: Any) -> list[Any]:
    rows = matches_of(connection, match.organisation_id, match.receipt_id)
    return [row for row in rows if row.id != match.id and row.state == MatchState.PROPOSED.value]


def spent(receipt: Any, lines: Sequence[Any]) -> int:
    """What the lines take of the receipt, in its own currency; a line in another currency takes all of it."""
    if any(line.currency != receipt.currency for line in lines):
        return int(receipt.open_minor)
    return int(sum(line.applied_minor for line in lines))
