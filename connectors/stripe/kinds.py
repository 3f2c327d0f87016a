"""What we read of Stripe: each kind's path, the events that tell of it, and the permission that it needs."""

from __future__ import annotations

from dataclasses import dataclass

API_VERSION = "2026-10-28.endive"  # the version that the pinned SDK (stripe 16.1.0) speaks

PAYOUT_ITEMS = "payout_items"
"""Contents of payouts: balance transactions listed by payout. Not a kind that Stripe holds by itself."""

BALANCE_ENTRIES = "customer_balance_transactions"
PAYMENT_RECORDS = "payment_records"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One list of Stripe's. permission: as a restricted key's page names it, less the `rak_`.

    events: exact event types. All of a kind's types go into one call, so that two events on one object in one second
    are always seen together.
    """

    name: str
    path: str
    object: str
    permission: str
    events: tuple[str, ...] = ()
    listed: bool = True


def _events(stem: str, *names: str) -> tuple[str, ...]:
    return tuple(f"{stem}.{name}" for name in names)


KINDS: tuple[Kind, ...] = (
    Kind(
        name="customers",
        path="/v1/customers",
        object="customer",
        permission="customer_read",
        events=_events("customer", "created", "updated", "deleted"),
    ),
    Kind(
        name="invoices",
        path="/v1/invoices",
        object="invoice",
        permission="invoice_read",
        events=_events(
            "invoice",
            "created",
            "updated",
            "finalized",
            "sent",
            "paid",
            "payment_failed",
            "overpaid",
            "overdue",
            "voided",
            "marked_uncollectible",
            "deleted",
        ),
    ),
    Kind(
        name="invoice_payments",
        path="/v1/invoice_payments",
        object="invoice_payment",
        permission="invoice_read",
        events=("invoice_payment.paid",),
    ),
    Kind(
        name="charges",
        path="/v1/charges",
        object="charge",
        permission="charge_read",
        events=_events("charge", "succeeded", "pending", "failed", "captured", "expired", "updated", "refunded"),
    ),
    Kind(
        name="payment_intents",
        path="/v1/payment_intents",
        object="payment_intent",
        permission="payment_intent_read",
        events=_events(
            "payment_intent",
            "created",
            "processing",
            "requires_action",
            "amount_capturable_updated",
            "partially_funded",
            "succeeded",
            "payment_failed",
            "canceled",
        ),
    ),
    Kind(
        name=PAYMENT_RECORDS,
        path="/v1/payment_records",
        object="payment_record",
        permission="payment_records_read",
        listed=False,
    ),
    Kind(
        name="refunds",
        path="/v1/refunds",
        object="refund",
        permission="charge_read",
        events=_events("refund", "created", "updated", "failed"),
    ),
    Kind(
        name="credit_notes",
        path="/v1/credit_notes",
        object="credit_note",
        permission="credit_note_read",
        events=_events("credit_note", "created", "updated", "voided"),
    ),
    Kind(
        name=BALANCE_ENTRIES,
        path="/v1/customers",
        object="customer_balance_transaction",
        permission="customer_read",
        listed=False,
    ),
    Kind(
        name="disputes",
        path="/v1/disputes",
        object="dispute",
        permission="dispute_read",
        events=_events("charge.dispute", "created", "updated", "funds_withdrawn", "funds_reinstated", "closed"),
    ),
    Kind(
        name="balance_transactions",
        path="/v1/balance_transactions",
        object="balance_transaction",
        permission="balance_read",
    ),
    Kind(
        name="payouts",
        path="/v1/payouts",
        object="payout",
        permission="payout_read",
        events=_events("payout", "created", "updated", "paid", "failed", "canceled", "reconciliation_completed"),
    ),
)

# Tells that money became available: balance transactions change their status then without an event of their own.
_OTHER_EVENTS = ("balance.available",)

BY_NAME = {kind.name: kind for kind in KINDS}
BY_OBJECT = {kind.object: kind for kind in KINDS}
LISTED = tuple(kind.name for kind in KINDS if kind.listed)

_TYPES_A_CALL = 20  # what /v1/events takes in types[]


def event_calls() -> tuple[tuple[str, ...], ...]:
    """The event types in as few calls as hold them, no kind's types torn apart (first fit, largest first)."""
    groups: list[list[str]] = []
    for kind in sorted(KINDS, key=lambda kind: -len(kind.events)):
        for group in groups:
            if len(group) + len(kind.events) <= _TYPES_A_CALL:
                group.extend(kind.events)
                break
        else:
            groups.append(list(kind.events))
    groups[-1].extend(_OTHER_EVENTS)
    return tuple(tuple(group) for group in groups)
