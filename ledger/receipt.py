"""A receipt: one cash event of ours, with one or more sightings, that matching looks at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from ledger.money import Money


class ReceiptStatus(StrEnum):
    MATCHED = "matched"
    PARTLY_MATCHED = "partly_matched"
    SUGGESTED = "suggested"
    DUPLICATE = "duplicate"
    PAYOUT = "payout"
    REVERSAL = "reversal"
    UNMATCHED = "unmatched"
    ALREADY_RECORDED = "already_recorded"
    NOT_A_PAYMENT = "not_a_payment"
    PARKED = "parked"


CAME_BACK = "It failed after it had succeeded: the payer's bank took the money back."
"""Why a charge that was a receipt is no payment any more."""


class PostStatus(StrEnum):
    NONE = "none"
    AWAITING = "awaiting"
    APPROVED = "approved"
    POSTING = "posting"
    POSTED = "posted"
    FAILED = "failed"
    REVERSED = "reversed"


class SightingKind(StrEnum):
    """In the order in which they name a receipt: the processor's charge, the bank's line, the ledger's record.

    payout: the processor's own word on a bank line that is its transfer.
    """

    CHARGE = "charge"
    BANK_LINE = "bank_line"
    LEDGER = "ledger"
    PAYOUT = "payout"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """One system's record of a cash movement: `kind` of sighting, the connection and the record behind it."""

    kind: SightingKind
    connection_id: UUID
    record_kind: str
    external_id: str
    amount: Money
    seen_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """amount is gross and signed (negative: money that went back). fee: what the processor kept, in its settlement currency.

    settled: what reached the processor's balance gross, where that is another currency than the payer's.
    """

    entity_id: UUID
    connection_id: UUID
    external_id: str
    received_on: date
    amount: Money
    fee: Money | None = None
    settled: Money | None = None
    payer_name: str | None = None
    payer_email: str | None = None
    payer_account: str | None = None
    customer_external_id: str | None = None
    reference: str | None = None
    method: str | None = None
    source: str = ""
    payout_external_id: str | None = None
    metadata: tuple[tuple[str, str], ...] = ()
    sightings: tuple[Sighting, ...] = ()
