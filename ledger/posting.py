"""A posting: one thing that somebody decided shall stand in the books, once; and the words for how far it is."""

from __future__ import annotations

from enum import StrEnum


class Cause(StrEnum):
    """What a posting is for. One cause has one posting that stands."""

    MATCH = "match"
    BALANCE_TRANSACTION = "balance_transaction"
    PAYOUT = "payout"
    PAYOUT_FEES = "payout_fees"
    DAY_FEES = "day_fees"
    CHARGE_FEE = "charge_fee"
    DAY_SALES = "day_sales"
    WRITE_OFF = "write_off"
    ALLOCATION = "allocation"
    REVERSAL = "reversal"


class PostingState(StrEnum):
    """awaiting (a second person has to say yes) -> ready -> posting -> posted or failed; failed -> ready (again) or given_up;
    posted -> undoing -> undone.

    found: it stood in the books already, nothing was written. withdrawn: the decision was taken back first.
    """

    AWAITING = "awaiting"
    READY = "ready"
    POSTING = "posting"
    POSTED = "posted"
    FAILED = "failed"
    GIVEN_UP = "given_up"
    UNDOING = "undoing"
    UNDONE = "undone"
    FOUND = "found"
    WITHDRAWN = "withdrawn"


class EntryState(StrEnum):
    """waiting: nothing was sent. sent: in a stored call without an answer. unknown: to be looked up before anything else.

    posted: the provider has it. ending, ended: being taken back, taken back.
    """

    WAITING = "waiting"
    SENT = "sent"
    UNKNOWN = "unknown"
    POSTED = "posted"
    REFUSED = "refused"
    ENDING = "ending"
    ENDED = "ended"


class BatchState(StrEnum):
    """stored: not sent yet. sent: perhaps it arrived. settled: what became of each member is written down."""

    STORED = "stored"
    SENT = "sent"
    SETTLED = "settled"


class BatchPurpose(StrEnum):
    POST = "post"
    END = "end"


class Stop(StrEnum):
    """Why nothing is sent to a connection: no (it is), a person's switch, a storm of failures, another poster, or a
    consent that does not let us write any more.
    """

    NO = "no"
    PERSON = "person"
    STORM = "storm"
    POSTER = "poster"
    CONSENT = "consent"
