"""Outcomes into the store: a proposal that stands already stays, one that is gone is withdrawn, a new one is added.

Deciding twice on the same facts writes nothing. What a person declined is not proposed again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from ledger.match import MatchState
from ledger.receipt import ReceiptStatus
from reconcile.books.actors import ENGINE
from reconcile.books.rivals import rivals_of
from reconcile.explain import in_words, sentence
from reconcile.values import Proposal, Reason, ReceiptOutcome, Result
from store import tenancy
from store.database import Connection
from store.matches import add_match, matches_of, move_match, note_rivals
from store.queries.open_items import standing_proposals
from store.receipts import change_receipt

Lines = frozenset[tuple[UUID, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """How ids are called to people: items by their number, customers by their name, receipts by their date."""

    of: Mapping[str, str]

    def reason(self, reason: Reason) -> Reason:
        return Reason(reason.code, tuple(self.of.get(value, value) for value in reason.values))


@dataclass(slots=True)
class Standing:
    """What stands of one receipt's proposals."""

    proposed: dict[Lines, Any]
    declined: set[Lines]


def save_result(
    connection: Connection, organisation_id: UUID, entity_id: UUID, result: Result, receipts: Mapping[str, Any],
    nouns: Mapping[str, str], names: Names, now: datetime, *, policy_version: str,
) -> int:  # fmt: skip
    """Returns how many receipts changed. `nouns`: item id -> invoices or credit_notes."""
    adding = _Adding(connection, organisation_id, entity_id, nouns, names, now, policy_version)
    standing = _standing(connection, organisation_id, entity_id)
    changed = 0
    for outcome in result.outcomes:
        receipt = receipts[outcome.receipt_id]
        own = standing.get(receipt.id) or Standing({}, set())
        wanted = [_with_care(item) for item in outcome.proposals if _lines(item) not in own.declined]
        kept = {_lines(item) for item in wanted}
        touched = _withdraw(connection, organisation_id, own, kept, now)
        touched |= adding.add(receipt.id, wanted, own)
        status, reason, unapplied = _receipt_state(outcome, wanted, receipt, names)
        if (receipt.status, receipt.status_reason, receipt.unapplied_minor) != (status, reason, unapplied):
            values = {"status": status, "status_reason": reason, "unapplied_minor": unapplied}
            change_receipt(connection, organisation_id, receipt.id, values)
            touched = True
        changed += touched
    return changed


def _standing(connection: Connection, organisation_id: UUID, entity_id: UUID) -> dict[UUID, Standing]:
    lines: dict[UUID, set[tuple[UUID, int]]] = defaultdict(set)
    heads: dict[UUID, Any] = {}
    for row in standing_proposals(connection, organisation_id, entity_id):
        heads[row.id] = row
        lines[row.id].add((row.document_id, row.applied_minor))
    found: dict[UUID, Standing] = {}
    for match_id, row in heads.items():
        own = found.setdefault(row.receipt_id, Standing({}, set()))
        if row.state == MatchState.DECLINED.value:
            own.declined.add(frozenset(lines[match_id]))
        else:
            own.proposed[frozenset(lines[match_id])] = row
    return found


def is_ready(outcome: ReceiptOutcome) -> bool:
    """Whether the outcome would wait under Ready: certain, and nothing speaks against it."""
    proposals = outcome.proposals
    certain = outcome.status in ("matched", "partly_matched") and bool(proposals)
    return certain and _with_care(proposals[0]).decision == "auto"


def doubted(outcome: ReceiptOutcome, words: str) -> ReceiptOutcome:
    """The outcome of a receipt that may be recorded already, where `words` say so: nothing is posted of it unseen."""
    if not words:
        return outcome
    doubt = Reason("may_be_recorded", (words.removeprefix("It ").rstrip("."),))
    proposals = tuple(
        msgspec.structs.replace(one, decision="suggest", against=(doubt, *one.against)) for one in outcome.proposals
    )
    certain = outcome.status in ("matched", "partly_matched")
    return msgspec.structs.replace(
        outcome,
        status="suggested" if certain else outcome.status,
        reasons=(doubt, *outcome.reasons),
        proposals=proposals,
    )


def _with_care(proposal: Proposal) -> Proposal:
    """An answer that something speaks against is a person's to give, however likely it is: Ready holds no doubts."""
    if proposal.decision == "auto" and proposal.against:
        return msgspec.structs.replace(proposal, decision="suggest")
    return proposal


def _lines(proposal: Proposal) -> Lines:
    return frozenset((UUID(line.item_id), line.applied_minor) for line in proposal.lines)


def _withdraw(connection: Connection, organisation_id: UUID, own: Standing, kept: set[Lines], now: datetime) -> bool:
    gone = [row for lines, row in own.proposed.items() if lines not in kept]
    for row in gone:
        move_match(
            connection, organisation_id, row.id, MatchState.WITHDRAWN, expected=(MatchState.PROPOSED,), by=ENGINE,
            reason="A later look found another answer.", now=now,
        )  # fmt: skip
    return bool(gone)


def withdraw_proposals(
    connection: Connection, organisation_id: UUID, receipt_id: UUID, reason: str, now: datetime
) -> None:
    """What was proposed for a receipt that turned out to need no match: nobody may accept it any more."""
    for row in matches_of(connection, organisation_id, receipt_id):
        if row.state == MatchState.PROPOSED.value:
            move_match(
                connection, organisation_id, row.id, MatchState.WITHDRAWN, expected=(MatchState.PROPOSED,), by=ENGINE,
                reason=reason, now=now,
            )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Adding:
    """What every proposal of a run is written with."""

    connection: Connection
    organisation_id: UUID
    entity_id: UUID
    nouns: Mapping[str, str]
    names: Names
    now: datetime
    policy_version: str

    def add(self, receipt_id: UUID, wanted: Sequence[Proposal], own: Standing) -> bool:
        """Adds what does not stand yet, and replaces what is weighed otherwise by now."""
        touched = False
        for proposal in wanted:
            old = own.proposed.get(_lines(proposal))
            reason = in_words(self.names.reason(item) for item in proposal.reasons)
            rivals = rivals_of(proposal, wanted, self.names.reason, self.names.of)
            fresh = (proposal.rank, proposal.decision, reason, proposal.evidence)
            if old is not None and (old.rank, old.decision, old.reason, old.evidence) == fresh:
                if old.rivals != rivals:
                    note_rivals(self.connection, self.organisation_id, old.id, rivals)
                continue
            if old is not None:
                self._withdraw(old)
            self._write(receipt_id, proposal, reason, rivals)
            touched = True
        return touched

    def _withdraw(self, old: Any) -> None:
        move_match(
            self.connection, self.organisation_id, old.id, MatchState.WITHDRAWN, expected=(MatchState.PROPOSED,),
            by=ENGINE, reason="A later look weighed it anew.", now=self.now,
        )  # fmt: skip

    def _write(self, receipt_id: UUID, proposal: Proposal, reason: str, rivals: list[dict[str, Any]]) -> None:
        row = {
            "organisation_id": self.organisation_id,
            "id": tenancy.new_id(self.now),
            "entity_id": self.entity_id,
            "receipt_id": receipt_id,
            "rank": proposal.rank,
            "decision": proposal.decision,
            "confidence": proposal.confidence,
            "reason": reason,
            "reasons": _chips(proposal, self.names),
            "state": MatchState.PROPOSED.value,
            "policy_version": self.policy_version,
            "evidence": proposal.evidence,
            "rivals": rivals,
        }
        add_match(self.connection, row, _rows(proposal, self.nouns), by=ENGINE, now=self.now)


def _chips(proposal: Proposal, names: Names) -> list[dict[str, Any]]:
    """Reasons as the screens show them: for, against, and what would have made it automatic."""
    groups = (("for", proposal.reasons), ("against", proposal.against), ("missing", proposal.missing))
    return [
        {"code": item.code, "text": sentence(names.reason(item)), "side": side}
        for side, items in groups
        for item in items
    ]


def _rows(proposal: Proposal, nouns: Mapping[str, str]) -> list[dict[str, Any]]:
    return [
        {
            "document_id": UUID(line.item_id),
            "document_noun": nouns[line.item_id],
            "currency": line.currency,
            "applied_minor": line.applied_minor,
            "residual_minor": line.residual_minor or None,
            "residual_kind": line.residual_kind or None,
        }
        for line in proposal.lines
    ]


def _receipt_state(outcome: Any, wanted: Sequence[Proposal], receipt: Any, names: Names) -> tuple[str, str, int]:
    """Where the answer was declined by a person, the receipt has none."""
    reasons = in_words(names.reason(item) for item in outcome.reasons)
    if outcome.proposals and not wanted:
        return ReceiptStatus.UNMATCHED.value, "What fits was declined.", _whole(receipt)
    auto = outcome.status in ("matched", "partly_matched")
    if auto and wanted and wanted[0].decision != "auto":
        return ReceiptStatus.SUGGESTED.value, reasons, _whole(receipt)
    unapplied = outcome.unapplied_minor if auto else _whole(receipt)
    return outcome.status, reasons or "Nothing open fits.", unapplied


def _whole(receipt: Any) -> int:
    return int(receipt.open_minor)
