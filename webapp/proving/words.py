"""How verifications and closes read: colour, mark and words, and the names of what was compared."""

from __future__ import annotations

from typing import Final

from proving.verify.differences import WORDS, Cause, Check

CHECKS: Final = {
    Check.CONTROL.value: "Control account",
    Check.CUSTOMER.value: "Customers' balances",
    Check.DOCUMENT.value: "Records changed there since the last sync",
    Check.COUNT.value: "Counts by kind",
    Check.POSTED.value: "What Tieout posted",
    Check.FUNDS.value: "Balance at the processor",
    Check.PAYOUT.value: "Payouts at the bank",
    Check.CLEARING.value: "Clearing account",
    Check.OWED.value: "Invoices that are owed",
}
VERIFICATIONS: Final = {
    "waiting": ("open", "circle", "Waits for a worker"),
    "running": ("open", "circle", "Under way"),
    "tied": ("tied", "tick", "Ties out"),
    "differs": ("failed", "cross", "Differs"),
    "failed": ("needs", "pause", "Not compared"),
}
CLOSES: Final = {
    "waiting": ("open", "circle", "Being prepared"),
    "failed": ("failed", "cross", "Not prepared"),
    "prepared": ("needs", "circle", "To be signed"),
    "signed": ("needs", "circles", "Waits for the review"),
    "reviewed": ("tied", "tick", "Signed and locked"),
    "reopened": ("quiet", "dash", "Reopened"),
    "replaced": ("quiet", "dash", "Replaced"),
}
CAUSES: Final = {cause.value: words for cause, words in WORDS.items()}
SURE: Final = frozenset({Cause.UNKNOWN.value, Cause.SEVERAL.value})
"""Causes that say that none was found, or more than one."""
