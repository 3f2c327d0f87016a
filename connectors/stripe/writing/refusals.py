"""What Stripe's refusal of a write means: a stable code and one sentence with what to do."""

from __future__ import annotations

import re

import msgspec

from connectors.message import OutcomeUnknown, Reply
from connectors.stripe import wire
from connectors.stripe.api import fault_of
from connectors.stripe.kinds import BY_NAME
from connectors.writing import Outcome, Result
from ledger.faults import ConsentLost, PermissionMissing

_RUNS_STILL = 409
_WRITES = {"payment_records": "payment_records_write", "invoices": "invoice_write"}


def outcome_of(write_id: str, reply: Reply, path: str) -> Outcome:
    """Raises ConsentLost, PermissionMissing, OutcomeUnknown."""
    error = _error(reply)
    kind = path.split("/")[2]
    fault = fault_of(reply, path, BY_NAME.get(kind))
    if isinstance(fault, ConsentLost):
        raise fault
    if isinstance(fault, PermissionMissing):
        raise PermissionMissing(
            f"Stripe's key may not write {path.rpartition('/')[2].replace('_', ' ')}: it needs the permission "
            f"{_WRITES.get(kind, kind)!r}. Add it to the key, then send again."
        )
    if reply.status == _RUNS_STILL:
        raise OutcomeUnknown("Stripe is still working on the same request; it is looked up before it is sent again.")
    if error.type == "idempotency_error":
        return Outcome(
            write_id=write_id, result=Result.UNKNOWN, code="key_used",
            sentence="Stripe knows this request already; what stands is looked up before a retry.",
        )  # fmt: skip
    code, sentence = _named(error)
    return Outcome(write_id=write_id, result=Result.REFUSED, code=code, sentence=sentence)


def _named(error: wire.ErrorBody) -> tuple[str, str]:
    """Stripe's own words are read and never shown: they repeat parts of keys."""
    words = error.message or ""
    if error.code == "resource_missing":
        if "customer" in (error.param or ""):
            return "customer_gone", "The customer does not stand in Stripe any more; sync, then match it again."
        return "document_gone", "The invoice or payment does not stand in Stripe any more; sync, then match it again."
    for code, pattern, sentence in _PATTERNS:
        if re.search(pattern, words, re.IGNORECASE):
            return code, sentence
    return "refused", f"Stripe refused it ({error.code or error.type or 'no reason given'}{_at(error)})."


def _at(error: wire.ErrorBody) -> str:
    return f", {error.param}" if error.param else ""


_PATTERNS = (
    (
        "over_applied",
        r"allocated in full|fully allocated|more than|exceed",
        "Nothing of this payment is left to apply in Stripe; sync, then match it again.",
    ),
    (
        "currency_unfit",
        r"currenc|payment is in \w+, the invoice in",
        "The payment and the invoice are in two currencies; Stripe applies a payment in the invoice's currency alone.",
    ),
    (
        "invoice_closed",
        r"open invoice|already paid|is (paid|void|uncollectible|draft)|status is",
        "The invoice is not open in Stripe any more: it was paid, voided or is a draft. Sync, then match it again.",
    ),
    (
        "customer_gone",
        r"no such customer|deleted customer",
        "The customer does not stand in Stripe any more; sync, then match it again.",
    ),
)


def _error(reply: Reply) -> wire.ErrorBody:
    try:
        failure = msgspec.json.decode(reply.body, type=wire.Failure)
    except msgspec.DecodeError:
        return wire.ErrorBody()
    return failure.error if isinstance(failure.error, wire.ErrorBody) else wire.ErrorBody(code=failure.error)
