"""A difference between our figure and the provider's: what it is, why, and what to do. Never a plug entry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from ledger.money import Money

PROVIDERS = {"quickbooks": "QuickBooks", "xero": "Xero", "stripe": "Stripe", "statement": "the bank"}


class Check(StrEnum):
    """What was compared: the control account, a customer's balance, one record, how many records of a kind, the store's
    own sums, a record that Tieout posted, the processor's balance, the clearing proof, a payout against the bank, an
    invoice that is owed at a processor whose records are the books.
    """

    CONTROL = "control"
    CUSTOMER = "customer"
    DOCUMENT = "document"
    COUNT = "count"
    POSTED = "posted"
    FUNDS = "funds"
    CLEARING = "clearing"
    PAYOUT = "payout"
    OWED = "owed"


class Cause(StrEnum):
    NOT_SYNCED = "not_synced"
    CHANGED_THERE = "changed_there"
    VOIDED_THERE = "voided_there"
    DELETED_THERE = "deleted_there"
    OTHER_POSTER = "other_poster"
    CREDITS_MOVED = "credits_moved"
    ROUNDING = "rounding"
    DATE_BASIS = "date_basis"
    REVALUATION = "revaluation"
    NO_CUSTOMER = "no_customer"
    NO_RATE = "no_rate"
    HISTORY = "history"
    NOT_POSTED = "not_posted"
    NOT_ARRIVED = "not_arrived"
    SEVERAL = "several"
    UNKNOWN = "unknown"


WORDS: Mapping[Cause, str] = {
    Cause.NOT_SYNCED: "Not synced yet",
    Cause.CHANGED_THERE: "Changed there",
    Cause.VOIDED_THERE: "Voided there",
    Cause.DELETED_THERE: "Deleted there",
    Cause.OTHER_POSTER: "Posted by somebody else",
    Cause.CREDITS_MOVED: "Credit applied elsewhere",
    Cause.ROUNDING: "Rounding",
    Cause.DATE_BASIS: "Date",
    Cause.REVALUATION: "Exchange rate",
    Cause.NO_CUSTOMER: "No customer named",
    Cause.NO_RATE: "No exchange rate",
    Cause.HISTORY: "History begins later",
    Cause.NOT_POSTED: "Not posted yet",
    Cause.NOT_ARRIVED: "Not at the bank",
    Cause.SEVERAL: "Several causes",
    Cause.UNKNOWN: "Not explained",
}

_SYNC = "Sync the connection and verify again."
REMEDIES: Mapping[Cause, str] = {
    Cause.NOT_SYNCED: _SYNC,
    Cause.CHANGED_THERE: f"{_SYNC} If it should not have been changed, put it back there.",
    Cause.VOIDED_THERE: f"{_SYNC} If it should stand, enter it there again.",
    Cause.DELETED_THERE: f"{_SYNC} If it should stand, enter it there again.",
    Cause.OTHER_POSTER: (
        f"{_SYNC} Should the same money wait here too, say on its receipt that it is recorded already; let one app alone "
        "book this kind."
    ),
    Cause.CREDITS_MOVED: (
        f"{_SYNC} If the books did it by themselves, switch off applying credits automatically there, and apply it back."
    ),
    Cause.ROUNDING: "Nothing is to be done for single cents of exchange; if it grows, look at the customer's documents.",
    Cause.DATE_BASIS: "Look at the dates of its payments and credits; verify again once that day is over.",
    Cause.REVALUATION: "Compare the exchange rates of the day; the documents themselves agree.",
    Cause.NO_CUSTOMER: "Find the entry on accounts receivable that names no customer, and give it one there.",
    Cause.NO_RATE: "Enter an exchange rate for the document there, then sync.",
    Cause.HISTORY: "Connect again with an earlier first day, so that the whole history is read.",
    Cause.NOT_POSTED: "Post it, or say who books it.",
    Cause.NOT_ARRIVED: "Import the bank statement of that day; if it is there, ask the processor by the trace id.",
    Cause.SEVERAL: "See the rows below; each has its own remedy.",
    Cause.UNKNOWN: "Run a full sync and verify again; if it stays, compare the customer's documents there one by one.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """subject: an external id, a kind or a currency. ours, theirs: None where that side has nothing. Counts have no
    currency and stand in numbers. words: one sentence with the values; remedy: what to do.
    """

    check: Check
    subject: str
    name: str
    cause: Cause
    words: str
    ours: Money | None = None
    theirs: Money | None = None
    numbers: tuple[int, int] | None = None
    remedy: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)

    @property
    def to_do(self) -> str:
        return self.remedy or REMEDIES[self.cause]


def shared(causes: set[Cause]) -> Cause:
    """The one cause, or that there are several; unknown where there is none."""
    if not causes:
        return Cause.UNKNOWN
    return next(iter(causes)) if len(causes) == 1 else Cause.SEVERAL
