"""Which export answers which kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from store.queries.exports import cash, documents
from store.queries.exports.parts import Reader, Row

EXPORTS: Mapping[str, Callable[[Reader], Iterator[Row]]] = {
    "customers": documents.customers,
    "invoices": documents.invoices,
    "credit_notes": documents.credit_notes,
    "payments": documents.payments,
    "allocations": documents.allocations,
    "receipts": cash.receipts_,
    "matches": cash.matches_,
    "payouts": cash.payouts,
    "fees": cash.fees,
    "refunds": cash.refunds,
    "disputes": cash.disputes,
}

_HEAD = ("id", "connection", "provider", "external_id", "updated_at")
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "customers": (*_HEAD, "name", "email", "currency", "parent_external_id", "status"),
    "invoices": (
        *_HEAD, "number", "customer_external_id", "issued_on", "due_on", "currency", "total", "tax_total", "open_amount",
        "status", "reference", "po_number", "exchange_rate", "home_total", "entity", "receivable_id", "primary",
    ),
    "credit_notes": (
        *_HEAD, "number", "customer_external_id", "issued_on", "currency", "total", "open_amount", "status",
    ),
    "payments": (
        *_HEAD, "customer_external_id", "paid_on", "currency", "amount", "unapplied_amount", "method", "reference", "status",
        "kind", "deposit_account", "exchange_rate", "bank_amount", "bank_currency", "reconciled",
    ),
    "allocations": (
        *_HEAD, "source_kind", "source_external_id", "target_kind", "target_external_id", "amount", "currency",
        "source_amount", "source_currency", "applied_on", "applied_on_basis", "recorded_at", "reversed_on",
    ),
    "receipts": (
        *_HEAD, "received_on", "currency", "amount", "fee", "payer_name", "payer_email", "payer_account", "reference",
        "method", "source", "payout_external_id", "status", "post_status", "unapplied_amount", "settled_amount",
        "settled_currency", "customer_external_id", "customer_name",
    ),
    "matches": (
        "receipt_id", "invoice_external_id", "applied_amount", "currency", "decision", "confidence", "reason", "state",
        "decided_by", "decided_at", "customer_name", "invoice_number", "evidence", "policy_version", "seconded_by",
    ),
    "payouts": (*_HEAD, "currency", "amount", "arrives_on", "status"),
    "fees": (*_HEAD, "currency", "amount", "on", "kind", "source_external_id"),
    "refunds": (*_HEAD, "currency", "amount", "on", "kind", "source_external_id"),
    "disputes": (*_HEAD, "currency", "amount", "on", "kind", "source_external_id"),
}  # fmt: skip
"""The header of each kind, also where there are no rows."""
