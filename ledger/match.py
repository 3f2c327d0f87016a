"""A match: our decision that a receipt pays certain receivables, with its reasons."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from ledger.money import Money


class MatchState(StrEnum):
    """proposed -> approved -> posting -> posted (or failed), posted -> reversed; proposed -> declined; approved -> undone.

    awaiting: one of two people has said yes; it reserves, and a second one approves.
    withdrawn: a proposal that a later look replaced before anybody decided on it.
    """

    PROPOSED = "proposed"
    AWAITING = "awaiting"
    DECLINED = "declined"
    APPROVED = "approved"
    POSTING = "posting"
    POSTED = "posted"
    FAILED = "failed"
    REVERSED = "reversed"
    UNDONE = "undone"
    WITHDRAWN = "withdrawn"


class Decision(StrEnum):
    AUTO = "auto"
    SUGGEST = "suggest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One piece of evidence. code: reference_found, amount_equal, payer_known...; `text` is for the chip and the sentence.

    against: it argues against the proposal.
    """

    code: str
    text: str
    against: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchLine:
    """What of the receipt goes to which receivable, in the receivable's currency; negative for a credit note."""

    receivable_id: UUID
    applied: Money
    residual: Money | None = None
    residual_kind: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    receipt_id: UUID
    rank: int
    decision: Decision
    confidence: float
    lines: tuple[MatchLine, ...]
    reasons: tuple[Reason, ...]
    state: MatchState = MatchState.PROPOSED
    policy_version: str = ""
