"""What a restricted key may do, in the names that Stripe gives its permissions."""

from __future__ import annotations

from collections.abc import Mapping

READS: Mapping[str, str] = {
    "customers": "customer_read",
    "customer_balance_transactions": "customer_read",
    "invoices": "invoice_read",
    "invoice_payments": "invoice_read",
    "credit_notes": "credit_note_read",
    "charges": "charge_read",
    "refunds": "charge_read",
    "payment_intents": "payment_intent_read",
    "payment_records": "payment_records_read",
    "disputes": "dispute_read",
    "balance": "balance_read",
    "balance_transactions": "balance_read",
    "balance_transaction_sources": "balance_transaction_source_read",
    "payouts": "payout_read",
    "bank_accounts": "payout_read",
    "events": "event_read",
}
WRITES: Mapping[str, str] = {
    "customers": "customer_write",
    "customer_balance_transactions": "customer_write",
    "invoices": "invoice_write",
    "credit_notes": "credit_note_write",
    "charges": "charge_write",
    "refunds": "charge_write",
    "payment_intents": "payment_intent_write",
    "payment_records": "payment_records_write",
}
# Holding the first gives the second too.
BRINGS: Mapping[str, tuple[str, ...]] = {
    "invoice_read": ("credit_note_read",),
    **{write: (f"{write.removesuffix('_write')}_read",) for write in set(WRITES.values())},
    "invoice_write": ("invoice_read", "credit_note_read", "credit_note_write"),
}
ALL = frozenset({*READS.values(), *WRITES.values()})


def known(named: frozenset[str]) -> frozenset[str]:
    """The same; ValueError for a name that is none."""
    if unknown := sorted(named - ALL):
        message = f"no such permission: {', '.join(unknown)}; known: {', '.join(sorted(ALL))}"
        raise ValueError(message)
    return named


def granted(named: frozenset[str]) -> frozenset[str]:
    """With what the named ones bring along. ValueError for a name that is none."""
    return known(named) | {brought for name in named for brought in BRINGS.get(name, ())}


def needed(kind: str, *, write: bool) -> str | None:
    """The permission for a kind of record; None where every key may."""
    return (WRITES if write else READS).get(kind)
