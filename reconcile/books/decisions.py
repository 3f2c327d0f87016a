"""What people decide: accept, decline, undo, park, link and unlink. Each is one transaction with its audit entry.

Every act names the revision of the receipt that the person saw; who comes second is told, and nothing is done twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from ledger.faults import Conflict, Refused
from ledger.match import MatchState
from ledger.receipt import PostStatus, ReceiptStatus
from ledger.receivable import LinkReason
from reconcile.books.actors import POLICY
from reconcile.books.checks import CLOSED, document_is_open, is_decided, other_proposals, receipt_is_free, spent
from reconcile.books.drift import switch_off_after
from reconcile.books.linking import may_link
from reconcile.books.outgoing import hand_over
from reconcile.books.policies import followed, unit
from reconcile.books.takeback import ANOTHER_ACCEPTED, bring_back_others, take_back
from reconcile.policy import Unattended
from store.audit import Act, lock, record
from store.database import Connection, Database
from store.matches import find_match, lines_of, link_mirrors, move_match, note_decision
from store.queries.documents import find_document, find_receipt
from store.receipts import change_receipt

_ACCEPTED = {
    (MatchState.PROPOSED, MatchState.APPROVED): ("match.accept", "accepted"),
    (MatchState.PROPOSED, MatchState.AWAITING): ("match.first", "accepted by the first of two people"),
    (MatchState.AWAITING, MatchState.APPROVED): ("match.second", "accepted by a second person"),
}
_REASONS = {
    (MatchState.PROPOSED, MatchState.APPROVED): "Accepted.",
    (MatchState.PROPOSED, MatchState.AWAITING): "Accepted; above this sum a second person must, too.",
    (MatchState.AWAITING, MatchState.APPROVED): "Accepted by a second person.",
}
_UNATTENDED = "Accepted by the policy; nobody looked."


@dataclass(frozen=True, slots=True)
class Deciding:
    """A person deciding in one organisation."""

    database: Database
    organisation_id: UUID
    actor: str

    def accept(self, match_id: UUID, *, seen: int, now: datetime) -> MatchState:
        """Approves a proposal, or gives the first of two yeses; says which. An approval puts it in the outbox in the same
        transaction; nothing is written to the books by it.

        Raises Conflict, Refused, NotFound.
        """
        with self.alone() as connection:
            return self.accept_in(connection, match_id, seen=seen, now=now)

    @contextmanager
    def alone(self) -> Iterator[Connection]:
        """Decisions of one organisation come one after the other: what the first has taken, the second sees taken."""
        with self.database.write() as connection:
            lock(connection, self.organisation_id)
            yield connection

    def accept_in(
        self, connection: Connection, match_id: UUID, *, seen: int, now: datetime, batch_id: UUID | None = None
    ) -> MatchState:
        """As `accept`, in a transaction that the caller holds alone. In a batch, the batch is what is audited."""
        match = find_match(connection, self.organisation_id, match_id)
        lines = lines_of(connection, self.organisation_id, match_id)
        receipt = find_receipt(connection, self.organisation_id, match.receipt_id)
        was = MatchState(match.state)
        if receipt.revision != seen or was not in (MatchState.PROPOSED, MatchState.AWAITING):
            raise Conflict("This receipt was changed by somebody else meanwhile; look at it again.")
        standing = followed(connection, self.organisation_id)
        state = self._next_state(match, receipt, standing.policy.unattended)
        receipt_is_free(connection, match, receipt, lines)
        for line in lines:
            own = line.applied_minor if was is MatchState.AWAITING else 0
            document_is_open(connection, self.organisation_id, line, own_minor=own)
        self._approve(connection, match, was, state, now)
        note_decision(connection, match, batch_id=batch_id, policy_version=standing.version)
        self._withdraw_others(connection, match, now)
        left = receipt.open_minor - spent(receipt, lines)
        status = ReceiptStatus.PARTLY_MATCHED if left > 0 else ReceiptStatus.MATCHED
        values = {
            "status": status.value,
            "status_reason": match.reason,
            "unapplied_minor": max(0, left),
            "post_status": (PostStatus.APPROVED if state is MatchState.APPROVED else PostStatus.AWAITING).value,
        }
        change_receipt(connection, self.organisation_id, match.receipt_id, values, seen=seen)
        if state is MatchState.APPROVED:
            hand_over(connection, match, receipt, by=self.actor, now=now)
        if batch_id is None:
            verb, words = _ACCEPTED[was, state]
            self.audit(connection, verb, match, f"Match of receipt {match.receipt_external_id} {words}.", now)
        return state

    def _next_state(self, match: Any, receipt: Any, rules: Unattended) -> MatchState:
        """Approved, or awaiting a second person where the sum is large. Raises Refused for the same person again."""
        if match.state == MatchState.AWAITING.value:
            if match.decided_by == self.actor:
                raise Refused("You have accepted this match already; above this sum a second person must, too.")
            return MatchState.APPROVED
        large = rules.needs_two(receipt.currency, receipt.amount_minor, unit(receipt.currency))
        return MatchState.AWAITING if large else MatchState.APPROVED

    def _approve(self, connection: Connection, match: Any, was: MatchState, state: MatchState, now: datetime) -> None:
        reason = _UNATTENDED if self.actor == POLICY else _REASONS[was, state]
        move_match(
            connection, self.organisation_id, match.id, state, expected=(was,), by=self.actor, reason=reason, now=now,
            decided=was is MatchState.PROPOSED, seconded=was is MatchState.AWAITING,
        )  # fmt: skip

    def decline(self, match_id: UUID, *, seen: int, now: datetime) -> None:
        """Says no to a proposal, also to one that a first person accepted; it is not proposed for this receipt again."""
        with self.alone() as connection:
            match = find_match(connection, self.organisation_id, match_id)
            was = MatchState(match.state)
            move_match(
                connection, self.organisation_id, match_id, MatchState.DECLINED,
                expected=(MatchState.PROPOSED, MatchState.AWAITING), by=self.actor, reason="Declined.", now=now,
                decided=True,
            )  # fmt: skip
            if was is MatchState.AWAITING:
                bring_back_others(connection, match, by=self.actor, now=now)
            others = other_proposals(connection, match)
            receipt = find_receipt(connection, self.organisation_id, match.receipt_id)
            if receipt.revision != seen:
                raise Conflict("This receipt was changed by somebody else meanwhile; look at it again.")
            self.audit(
                connection, "match.decline", match, f"Match of receipt {match.receipt_external_id} declined.", now
            )
            if receipt.status in CLOSED or is_decided(connection, match):
                return  # the no stands, and what the receipt is does not hang on it
            values = {
                "status": (ReceiptStatus.SUGGESTED if others else ReceiptStatus.UNMATCHED).value,
                "status_reason": "An answer was declined; others are left." if others else "What fits was declined.",
                "unapplied_minor": receipt.open_minor,
                "post_status": PostStatus.NONE.value,
            }
            change_receipt(connection, self.organisation_id, match.receipt_id, values, seen=seen)

    def undo(self, match_id: UUID, *, now: datetime) -> None:
        """Takes back an approval or a no that has not reached the books: the proposals stand as before."""
        with self.alone() as connection:
            self.undo_in(connection, match_id, now=now)

    def undo_in(self, connection: Connection, match_id: UUID, *, now: datetime, audited: bool = True) -> None:
        """As `undo`, in a transaction that the caller holds alone; a batch is audited as one."""
        match = find_match(connection, self.organisation_id, match_id)
        take_back(connection, match, by=self.actor, now=now)
        if audited:
            self.audit(connection, "match.undo", match, f"Match of receipt {match.receipt_external_id} undone.", now)
        if match.decided_by == POLICY and self.actor != POLICY and match.state == MatchState.APPROVED.value:
            switch_off_after(connection, match, by=self.actor, now=now)

    def park(self, receipt_id: UUID, note: str, *, seen: int, now: datetime) -> None:
        """Sets a receipt aside with a note; the matcher leaves it alone. Only what still waits for an answer is parked."""
        with self.alone() as connection:
            receipt = find_receipt(connection, self.organisation_id, receipt_id)
            if receipt.status in CLOSED or receipt.post_status != PostStatus.NONE.value:
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
            may_link(connection, self.organisation_id, mirror, primary, linked=linked)
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

    def _withdraw_others(self, connection: Connection, match: Any, now: datetime) -> None:
        for other in other_proposals(connection, match):
            move_match(
                connection, self.organisation_id, other.id, MatchState.WITHDRAWN, expected=(MatchState.PROPOSED,),
                by=self.actor, reason=ANOTHER_ACCEPTED, now=now,
            )  # fmt: skip

    def audit(self, connection: Connection, verb: str, match: Any, summary: str, now: datetime) -> None:
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
