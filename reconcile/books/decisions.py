"""What people decide: accept, decline, undo, park, link and unlink. Each is one transaction with its audit entry.

Every act names the revision of the receipt that the person saw; who comes second is told, and nothing is done twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from ledger.faults import Conflict, Refused
from ledger.match import MatchState
from ledger.money import Money
from ledger.receipt import PostStatus, ReceiptStatus
from ledger.receivable import LinkReason
from store.audit import Act, lock, record
from store.database import Connection, Database
from store.matches import find_match, lines_of, link_mirrors, matches_of, move_match
from store.queries.documents import find_document, find_receipt, links_of, reserved_of
from store.receipts import change_receipt

_CLOSED = frozenset({ReceiptStatus.ALREADY_RECORDED.value, ReceiptStatus.NOT_A_PAYMENT.value})
_STANDING = frozenset(
    state.value for state in (MatchState.APPROVED, MatchState.POSTING, MatchState.POSTED, MatchState.FAILED)
)


@dataclass(frozen=True, slots=True)
class Deciding:
    """A person deciding in one organisation."""

    database: Database
    organisation_id: UUID
    actor: str

    def accept(self, match_id: UUID, *, seen: int, now: datetime) -> None:
        """Approves a proposal. Nothing is written to the books by it. Raises Conflict, Refused, NotFound."""
        with self.alone() as connection:
            self.accept_in(connection, match_id, seen=seen, now=now)

    def accept_many(self, chosen: Sequence[tuple[UUID, int]], *, now: datetime) -> list[UUID]:
        """Approves several, each alone: gives those that could not be (decided on or changed meanwhile)."""
        left = []
        for match_id, seen in chosen:
            try:
                self.accept(match_id, seen=seen, now=now)
            except (Conflict, Refused):
                left.append(match_id)
        return left

    @contextmanager
    def alone(self) -> Iterator[Connection]:
        """Decisions of one organisation come one after the other: what the first has taken, the second sees taken."""
        with self.database.write() as connection:
            lock(connection, self.organisation_id)
            yield connection

    def accept_in(self, connection: Connection, match_id: UUID, *, seen: int, now: datetime) -> None:
        """As `accept`, in a transaction that the caller holds alone."""
        match = find_match(connection, self.organisation_id, match_id)
        lines = lines_of(connection, self.organisation_id, match_id)
        receipt = find_receipt(connection, self.organisation_id, match.receipt_id)
        if receipt.revision != seen or match.state != MatchState.PROPOSED.value:
            raise Conflict("This receipt was changed by somebody else meanwhile; look at it again.")
        self._still_free(connection, match, receipt, lines)
        for line in lines:
            self._still_open(connection, line)
        move_match(
            connection, self.organisation_id, match_id, MatchState.APPROVED, expected=(MatchState.PROPOSED,),
            by=self.actor, reason="Accepted.", now=now, decided=True,
        )  # fmt: skip
        self._withdraw_others(connection, match, now)
        left = receipt.open_minor - _spent(receipt, lines)
        status = ReceiptStatus.PARTLY_MATCHED if left > 0 else ReceiptStatus.MATCHED
        values = {
            "status": status.value,
            "status_reason": match.reason,
            "unapplied_minor": max(0, left),
            "post_status": PostStatus.APPROVED.value,
        }
        change_receipt(connection, self.organisation_id, match.receipt_id, values, seen=seen)
        self._audit(connection, "match.accept", match, f"Match of receipt {match.receipt_external_id} accepted.", now)

    def decline(self, match_id: UUID, *, seen: int, now: datetime) -> None:
        """Says no to a proposal; it is not proposed for this receipt again."""
        with self.alone() as connection:
            match = find_match(connection, self.organisation_id, match_id)
            move_match(
                connection, self.organisation_id, match_id, MatchState.DECLINED, expected=(MatchState.PROPOSED,),
                by=self.actor, reason="Declined.", now=now, decided=True,
            )  # fmt: skip
            others = _other_proposals(connection, self.organisation_id, match)
            receipt = find_receipt(connection, self.organisation_id, match.receipt_id)
            if receipt.revision != seen:
                raise Conflict("This receipt was changed by somebody else meanwhile; look at it again.")
            self._audit(
                connection, "match.decline", match, f"Match of receipt {match.receipt_external_id} declined.", now
            )
            if receipt.status in _CLOSED or _decided(connection, self.organisation_id, match):
                return  # the no stands, and what the receipt is does not hang on it
            values = {
                "status": (ReceiptStatus.SUGGESTED if others else ReceiptStatus.UNMATCHED).value,
                "status_reason": "An answer was declined; others are left." if others else "What fits was declined.",
                "unapplied_minor": receipt.open_minor,
            }
            change_receipt(connection, self.organisation_id, match.receipt_id, values, seen=seen)

    def undo(self, match_id: UUID, *, now: datetime) -> None:
        """Takes back an approval or a no that has not reached the books: the proposal stands as before."""
        with self.alone() as connection:
            match = find_match(connection, self.organisation_id, match_id)
            if match.state not in (MatchState.APPROVED.value, MatchState.DECLINED.value):
                raise Refused("Only an accepted or declined match that is not posted can be undone here.")
            was = MatchState(match.state)
            if was is MatchState.DECLINED and _decided(connection, self.organisation_id, match):
                raise Refused("Another match of this receipt was accepted since; undo that one first.")
            move_match(
                connection, self.organisation_id, match_id, MatchState.PROPOSED, expected=(was,), by=self.actor,
                reason=f"{was.value.capitalize()} was undone.", now=now,
            )  # fmt: skip
            receipt = find_receipt(connection, self.organisation_id, match.receipt_id)
            auto = match.decision == "auto"
            lines = lines_of(connection, self.organisation_id, match_id)
            left = receipt.open_minor - _spent(receipt, lines) if auto else receipt.open_minor
            status = (
                ReceiptStatus.SUGGESTED
                if not auto
                else ReceiptStatus.PARTLY_MATCHED
                if left > 0
                else ReceiptStatus.MATCHED
            )
            values = {
                "status": status.value,
                "status_reason": match.reason,
                "unapplied_minor": max(0, left),
                "post_status": PostStatus.NONE.value,
            }
            change_receipt(connection, self.organisation_id, match.receipt_id, values)
            self._audit(connection, "match.undo", match, f"Match of receipt {match.receipt_external_id} undone.", now)

    def park(self, receipt_id: UUID, note: str, *, seen: int, now: datetime) -> None:
        """Sets a receipt aside with a note; the matcher leaves it alone. Only what still waits for an answer is parked."""
        with self.alone() as connection:
            receipt = find_receipt(connection, self.organisation_id, receipt_id)
            if receipt.status in _CLOSED or receipt.post_status != PostStatus.NONE.value:
                raise Refused(f"Nothing of this receipt waits, so there is nothing to park: {receipt.status_reason}")
            values = {
                "status": ReceiptStatus.PARKED.value,
                "status_reason": "Parked.",
                "note": note,
                "parked_by": self.actor,
            }
            change_receipt(connection, self.organisation_id, receipt_id, values, seen=seen)
            self._act(connection, "receipt.park", "receipt", receipt_id, "A receipt was parked.", {"note": note}, now)

    def unpark(self, receipt_id: UUID, *, seen: int, now: datetime) -> None:
        """Puts a parked receipt back; the next look matches it."""
        with self.alone() as connection:
            if find_receipt(connection, self.organisation_id, receipt_id).status != ReceiptStatus.PARKED.value:
                raise Refused("This receipt is not parked; look at it again.")
            values = {
                "status": ReceiptStatus.UNMATCHED.value,
                "status_reason": "Taken back from the parked ones.",
                "parked_by": None,
            }
            change_receipt(connection, self.organisation_id, receipt_id, values, seen=seen)
            self._act(connection, "receipt.unpark", "receipt", receipt_id, "A receipt was taken back.", {}, now)

    def link(self, mirror_id: UUID, primary_id: UUID, *, linked: bool, now: datetime) -> None:
        """Says that two invoice documents are one debt, or that they are not; either can be taken back by the other."""
        with self.alone() as connection:
            mirror = find_document(connection, self.organisation_id, "invoices", mirror_id)
            primary = find_document(connection, self.organisation_id, "invoices", primary_id)
            self._may_link(connection, mirror, primary, linked=linked)
            row = {
                "organisation_id": self.organisation_id,
                "mirror_id": mirror_id,
                "primary_id": primary_id,
                "entity_id": primary.entity_id,
                "reason": LinkReason.PERSON.value,
                "state": "linked" if linked else "unlinked",
                "decided_by": self.actor,
                "decided_at": now,
            }
            link_mirrors(connection, [row])
            verb = "receivable.link" if linked else "receivable.unlink"
            words = f"{mirror.number or mirror.external_id} and {primary.number or primary.external_id} were {'linked' if linked else 'parted'}."
            self._act(connection, verb, "invoice", primary_id, words, {"mirror": str(mirror_id)}, now)

    def _may_link(self, connection: Connection, mirror: Any, primary: Any, *, linked: bool) -> None:
        """Raises Refused unless the two can be one debt: the processor's document of what the ledger has, once."""
        standing = links_of(connection, self.organisation_id, (mirror.id, primary.id))
        if not linked:
            if (mirror.id, primary.id) not in standing:
                raise Refused("These two documents are not linked.")
            return
        if mirror.entity_id != primary.entity_id or (mirror.role, primary.role) != ("processor", "books"):
            raise Refused(
                "Two documents are one debt only across two systems of one entity: the ledger and the processor."
            )
        if (mirror.currency, mirror.total_minor) != (primary.currency, primary.total_minor):
            raise Refused("The two documents differ in currency or total, so they are not one debt.")
        if standing - {(mirror.id, primary.id)}:
            raise Refused("One of the two is linked to another document already; part those first.")

    def _still_free(self, connection: Connection, match: Any, receipt: Any, lines: Sequence[Any]) -> None:
        """The receipt is not known to be recorded, not taken by another match, and holds what the lines take of it."""
        if receipt.status in _CLOSED:
            raise Refused(f"This receipt is not to be matched any more: {receipt.status_reason}")
        if _decided(connection, self.organisation_id, match):
            raise Conflict("Another match of this receipt was accepted meanwhile; look at the receipt again.")
        if abs(_spent(receipt, lines)) > abs(receipt.open_minor):
            left = Money(receipt.open_minor, receipt.currency)
            raise Refused(f"Of this receipt only {left} is left by now, less than the match applies; choose again.")

    def _still_open(self, connection: Connection, line: Any) -> None:
        """The document's open amount less what other approved matches take of it still holds this line."""
        document = find_document(connection, self.organisation_id, line.document_noun, line.document_id)
        if any(mirror == document.id for mirror, _ in links_of(connection, self.organisation_id, (document.id,))):
            name = document.number or document.external_id
            raise Refused(f"{name} is the processor's copy of an invoice in the books; match that invoice.")
        taken = reserved_of(connection, self.organisation_id, line.document_id)
        left = document.open_amount_minor - abs(taken)
        if document.gone_at is not None or abs(line.applied_minor) > left:
            shown = Money(max(0, left), document.currency)
            name = document.number or document.external_id
            raise Refused(f"Of {name} only {shown} is open by now, less than this match applies; choose again.")

    def _withdraw_others(self, connection: Connection, match: Any, now: datetime) -> None:
        for other in _other_proposals(connection, self.organisation_id, match):
            move_match(
                connection, self.organisation_id, other.id, MatchState.WITHDRAWN, expected=(MatchState.PROPOSED,),
                by=self.actor, reason="Another answer was accepted.", now=now,
            )  # fmt: skip

    def _audit(self, connection: Connection, verb: str, match: Any, summary: str, now: datetime) -> None:
        detail = {"receipt": match.receipt_external_id, "reason": match.reason, "policy": match.policy_version}
        self._act(connection, verb, "match", match.id, summary, detail, now)

    def _act(
        self,
        connection: Connection,
        verb: str,
        kind: str,
        own_id: UUID,
        summary: str,
        detail: dict[str, Any],
        now: datetime,
    ) -> None:
        act = Act(actor=self.actor, verb=verb, object_kind=kind, object_id=str(own_id), summary=summary, detail=detail)
        record(connection, self.organisation_id, act, now)


def _decided(connection: Connection, organisation_id: UUID, match: Any) -> bool:
    """Whether another match of the same receipt stands approved or further."""
    rows = matches_of(connection, organisation_id, match.receipt_id)
    return any(row.id != match.id and row.state in _STANDING for row in rows)


def _other_proposals(connection: Connection, organisation_id: UUID, match: Any) -> list[Any]:
    rows = matches_of(connection, organisation_id, match.receipt_id)
    return [row for row in rows if row.id != match.id and row.state == MatchState.PROPOSED.value]


def _spent(receipt: Any, lines: Sequence[Any]) -> int:
    """What the lines take of the receipt, in its own currency; a line in another currency takes all of it."""
    if any(line.currency != receipt.currency for line in lines):
        return int(receipt.open_minor)
    return int(sum(line.applied_minor for line in lines))
