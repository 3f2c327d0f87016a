"""What Xero's sentences of refusal come to: a code that stays the same, and what a person is told.

Xero gives words, no codes of its own; they are compared in lower case by what they hold. What is not known keeps
Xero's words under the code `refused`.
"""

from __future__ import annotations

from collections.abc import Sequence

_KNOWN: tuple[tuple[str, tuple[tuple[str, ...], ...], str], ...] = (
    (
        "period_locked",
        (("lock date",), ("locked period",), ("period is locked",)),
        "the date lies in a period that is locked there. Choose a later date, or have the lock date moved",
    ),
    (
        "contact_archived",
        (("contact", "archived"),),
        "the contact is archived there. Restore it, or merge it into the one that is used",
    ),
    (
        "account_archived",
        (("account", "archived"),),
        "the account is archived there. Restore it, or choose another one under Settings, Posting",
    ),
    (
        "in_batch",
        (("part of a batch",), ("within a batch",), ("payments", "batch payment", "deleted")),
        "the payment belongs to a batch and goes only with it",
    ),
    (
        "reconciled",
        (("reconciled",),),
        "it is reconciled with a bank line there. Unreconcile it first",
    ),
    (
        "in_use",
        (("remove the allocations",), ("allocated or refunded",), ("has payments",), ("payments or credit", "allocated")),
        "something later hangs on it there. Take that back first",
    ),
    (
        "over_applied",
        (("exceeds the amount outstanding",), ("exceeds the remaining credit",), ("exceeds", "outstanding")),
        "more is put to the document than is open. Read it again and match what is left",
    ),
    (
        "already_ended",
        (("not of valid status for modification",),),
        "it is deleted or void there already",
    ),
    (
        "document_not_open",
        (("authorised documents",), ("authorised invoices",), ("cannot be allocated",), ("not authorised",)),
        "the document is not open there: paid, void or still a draft. Read it again",
    ),
    (
        "account_not_for_payments",
        (("valid payment account",), ("enable payments",), ("payments", "account", "type")),
        "payments to this account are not enabled there. Enable them for it, or choose another one under Settings, Posting",
    ),
    (
        "account_unfit",
        (("account could not be found",), ("account code", "not a valid"), ("must be an account of type bank",),
         ("must be made from or to a bank account",)),
        "the account does not fit or is gone there. Choose another one under Settings, Posting",
    ),
    (
        "currency_unfit",
        (("different currencies",), ("same currency",), ("currency", "not supported"), ("not subscribed to currency",),
         ("setting currency",), ("exchange rate",)),
        "the currencies do not fit. Enter it there by hand, with the rate of the day",
    ),
    (
        "contact_unfit",
        (("same contact",), ("contact could not be found",), ("contact must be specified",), ("contact name",)),
        "the customer does not fit: gone, merged, or not the document's",
    ),
    (
        "tax_unfit",
        (("taxtype",), ("tax type",), ("tax rate",)),
        "the tax code cannot be used here. Choose another one under Settings, Posting",
    ),
    (
        "document_missing",
        (("could not be found",), ("cannot be found",)),
        "the record is gone there. Sync and match again",
    ),
)  # fmt: skip
_STATES = {"PAID": "already_paid", "VOIDED": "voided", "DELETED": "voided", "DRAFT": "draft", "SUBMITTED": "draft"}
_STATE_WORDS = {
    "already_paid": "the document is paid there already. Sync and match again",
    "voided": "the document is void there. Sync and match again",
    "draft": "the document is still a draft there. Approve it first",
}


def understood(messages: Sequence[str], status: str = "") -> tuple[str, str]:
    """(code, sentence). status: the state of the document that Xero showed beside its refusal."""
    said = " ".join(message.strip() for message in messages if message.strip()) or "no reason given"
    lower = said.lower()
    for code, patterns, remedy in _KNOWN:
        if any(all(word in lower for word in words) for words in patterns):
            if code in ("document_not_open", "over_applied") and status in _STATES:
                state = _STATES[status]
                return state, f"Xero refused it: {_STATE_WORDS[state]}. (Xero: {said})"
            return code, f"Xero refused it: {remedy}. (Xero: {said})"
    return "refused", f"Xero refused it: {said}"
