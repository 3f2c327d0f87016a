"""A match that a person makes: a receipt and the invoices they chose for it.

Choosing is both halves of a decision, so it is proposed and accepted at once; undoing it leaves a proposal.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from ledger.faults import BadInput, Conflict, Refused
from ledger.match import Decision, MatchState
from ledger.money import Money
from reconcile.books.decisions import Deciding
from reconcile.books.policies import followed
from store import tenancy
from store.database import Connection
from store.matches import add_match
from store.queries.documents import find_document, find_receipt, reserved_of

REASON = "Chosen by hand."
INVOICES_MAX = 200  # nobody ticks more, and each is looked at in the transaction


def match_by_hand(
    deciding: Deciding, receipt_id: UUID, invoice_ids: Sequence[UUID], *, seen: int, now: datetime
) -> tuple[UUID, MatchState]:
    """Matches the receipt to the invoices, in their order, as far as its money goes. Gives the match and its state.

    Raises NotFound, BadInput (none chosen, or more than INVOICES_MAX), Refused (other currency or entity, nothing
    open), Conflict (changed since `seen`).
    """
    chosen = list(dict.fromkeys(invoice_ids))
    if not chosen:
        raise BadInput("No invoice is chosen; tick those that this receipt pays.")
    if len(chosen) > INVOICES_MAX:
        raise BadInput(f"More than {INVOICES_MAX} invoices are chosen; match the receipt in parts.")
    with deciding.alone() as connection:
        receipt = find_receipt(connection, deciding.organisation_id, receipt_id)
        if receipt.revision != seen:
            raise Conflict("This receipt was changed by somebody else meanwhile; look at it again.")
        lines = _lines(connection, deciding.organisation_id, receipt, chosen)
        match_id = tenancy.new_id(now)
        row = {
            "organisation_id": deciding.organisation_id,
            "id": match_id,
            "entity_id": receipt.entity_id,
            "receipt_id": receipt_id,
            "rank": 1,
            "decision": Decision.SUGGEST.value,
            "confidence": 1.0,
            "reason": REASON,
            "reasons": [{"code": "by_hand", "text": f"chosen by {deciding.actor}", "side": "for"}],
            "state": MatchState.PROPOSED.value,
            "policy_version": followed(connection, deciding.organisation_id).version,
        }
        add_match(connection, row, lines, by=deciding.actor, now=now)
        state = deciding.accept_in(connection, match_id, seen=seen, now=now)
    return match_id, state


def _lines(connection: Connection, organisation_id: UUID, receipt: Any, chosen: Sequence[UUID]) -> list[dict[str, Any]]:
    """Each invoice takes what is open of it, until the receipt's money is used up."""
    left = receipt.open_minor
    if left <= 0:
        raise Refused("Nothing of this receipt is left to match.")
    lines = []
    for invoice_id in chosen:
        invoice = find_document(connection, organisation_id, "invoices", invoice_id)
        name = invoice.number or invoice.external_id
        if invoice.entity_id != receipt.entity_id:
            raise Refused(f"{name} belongs to another entity than this receipt.")
        if invoice.currency != receipt.currency:
            raise Refused(
                f"{name} is in {invoice.currency}, the receipt in {receipt.currency}; match it where its rate is booked."
            )
        is_open = invoice.gone_at is None and invoice.status == "open"
        free = invoice.open_amount_minor - abs(reserved_of(connection, organisation_id, invoice_id)) if is_open else 0
        if free <= 0:
            raise Refused(f"Nothing of {name} is open any more; choose again.")
        if left == 0:
            rest = Money(free, invoice.currency)
            raise Refused(f"The receipt's money is used up before {name} (open {rest}); leave it out.")
        applied = min(left, free)
        left -= applied
        lines.append(
            {
                "document_id": invoice_id,
                "document_noun": "invoices",
                "currency": invoice.currency,
                "applied_minor": applied,
                "residual_minor": None,
                "residual_kind": None,
            }
        )
    return lines
