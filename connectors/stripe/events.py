"""An event: what it is about, whether its snapshot may be applied, and what else has to be read because of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import msgspec

from connectors.decode import loosely
from connectors.port import Record
from connectors.stripe import wire
from connectors.stripe.api import is_cut
from connectors.stripe.kinds import API_VERSION, BALANCE_ENTRIES, BY_OBJECT, PAYMENT_RECORDS, PAYOUT_ITEMS
from connectors.stripe.records import instant, record_of

_EQUAL = timedelta()
_SECOND = timedelta(seconds=1)
_CREDIT_MOVES = frozenset({"invoice.finalized", "invoice.paid", "invoice.voided", "invoice.overpaid"})
_DETACHED = "invoice_payment.detached"  # a preview's event: not among those we ask for, but a webhook may bring it

Target = tuple[str, str]
"""A kind and an id to read again; a parent's id reads all of that kind under it (connectors/stripe/reader.py)."""


def read_event(raw: bytes) -> wire.Event:
    """Raises msgspec.DecodeError for what tells of no object."""
    event = loosely(raw, wire.Event)
    if len(bytes(event.data.object)) <= len(b"{}"):
        raise msgspec.ValidationError("it holds no object")
    return event


def target_of(event: wire.Event) -> Target | None:
    """The record that the event tells of, by the object's type and not the event's name; None: no kind of ours."""
    head = loosely(event.data.object, wire.Head)
    kind = BY_OBJECT.get(head.object)
    return (kind.name, head.id) if kind and head.id else None


def snapshot(event: wire.Event, now: datetime, ahead: timedelta = _EQUAL) -> Record | None:
    """As `snapshot_of` at a moment of our time, which is ahead of Stripe's by so much."""
    return snapshot_of(event, over=instant(event.created) + ahead + _SECOND <= now, ahead=ahead)


def snapshot_of(event: wire.Event, *, over: bool, ahead: timedelta = _EQUAL) -> Record | None:
    """The state that the event carries, where it may be applied; None: read the object again.

    ahead: how far our clock is ahead of Stripe's, so that events and readings are put in order by one clock.

    It may when it is rendered in our version, no list in it is cut, and its second is `over`: Stripe stamps events with
    whole seconds, and what else happens within it could not be told apart.
    """
    target = target_of(event)
    if target is None:
        return None
    raw = bytes(event.data.object)
    seen_at = instant(event.created) + ahead
    if event.type.endswith(".deleted") or event.type == _DETACHED:
        return record_of(target[0], raw, seen_at, deleted=True)
    if event.api_version != API_VERSION or not over or (target[0] == "invoices" and is_cut(raw)):
        return None
    return record_of(target[0], raw, seen_at)


def consequences(event: wire.Event) -> Iterator[Target]:
    """What changes with the event and has no event of its own."""
    raw = event.data.object
    before = event.data.previous_attributes or {}
    if event.type == "customer.updated" and "balance" in before:
        yield BALANCE_ENTRIES, loosely(raw, wire.Head).id
    if event.type in {"invoice.voided", "payment_intent.canceled"}:
        yield "invoice_payments", loosely(raw, wire.Head).id
    if event.type == "invoice_payment.paid":
        yield from _other_links(loosely(raw, wire.InvoicePayment))
    if event.type == "payout.reconciliation_completed":
        yield PAYOUT_ITEMS, loosely(raw, wire.Head).id
    target = target_of(event)
    if target and (event.type in _CREDIT_MOVES or target[0] in {"credit_notes", "invoice_payments", "payouts"}):
        yield from followed_by(target[0], bytes(raw))


def _other_links(link: wire.InvoicePayment) -> Iterator[Target]:
    """A payment beside the invoice's own one lowers or cancels that one, and Stripe sends no event for it."""
    invoice = wire.ref(link.invoice)
    outside = link.payment is not None and link.payment.type == "payment_record"
    if invoice and (outside or link.is_default is False):
        yield "invoice_payments", invoice


def booked_by(kind: str, raw: bytes) -> Iterator[Target]:
    """The balance transactions that an object made: no event ever tells of one. Raises msgspec.DecodeError."""
    if kind in {"charges", "refunds", "payouts", "disputes"}:
        booking = loosely(raw, wire.Booking)
        named = (
            booking.balance_transaction,
            booking.failure_balance_transaction,
            *(booking.balance_transactions or ()),
        )
        for one in named:
            transaction = wire.ref(one)
            if transaction:
                yield "balance_transactions", transaction


def paid_by(kind: str, raw: bytes) -> Iterator[Target]:
    """What stands behind an application or an intent: its event may be the only one that ever comes. Raises
    msgspec.DecodeError.
    """
    if kind == "payment_intents":
        charge = wire.ref(loosely(raw, wire.PaymentIntent).latest_charge)
        if charge:
            yield "charges", charge
    elif kind == "invoice_payments":
        link = loosely(raw, wire.InvoicePayment)
        named = (
            ("invoices", link.invoice),
            ("payment_intents", link.payment.payment_intent if link.payment else None),
            ("charges", link.payment.charge if link.payment else None),
        )
        for target_kind, one in named:
            external_id = wire.ref(one)
            if external_id:
                yield target_kind, external_id


def contents_of(kind: str, raw: bytes) -> Iterator[Target]:
    """What a payout carries, where it can be told by now. Raises msgspec.DecodeError."""
    if kind == "payouts":
        payout = loosely(raw, wire.Payout)
        if itemised(payout):
            yield PAYOUT_ITEMS, payout.id


def followed_by(kind: str, raw: bytes) -> Iterator[Target]:
    """What an object makes us read besides, whether it came by a list or an event. Raises msgspec.DecodeError."""
    if kind == "customers":
        customer = loosely(raw, wire.Customer)
        if customer.balance:
            yield BALANCE_ENTRIES, customer.id
    elif kind == "invoices":
        invoice = loosely(raw, wire.Invoice)
        holder = wire.ref(invoice.customer)
        if holder and (invoice.starting_balance or invoice.ending_balance or invoice.amount_overpaid):
            yield BALANCE_ENTRIES, holder
    elif kind == "credit_notes":
        note = loosely(raw, wire.CreditNote)
        holder = wire.ref(note.customer)
        if holder and note.customer_balance_transaction:
            yield BALANCE_ENTRIES, holder
    elif kind == "invoice_payments":
        payment = loosely(raw, wire.InvoicePayment).payment
        outside = wire.ref(payment.payment_record) if payment else None
        if outside:
            yield PAYMENT_RECORDS, outside
    else:
        yield from contents_of(kind, raw)


def itemised(payout: wire.Payout) -> bool:
    """Only automatic payouts can be itemised, and only once Stripe has completed their reconciliation."""
    return bool(payout.automatic) and payout.reconciliation_status == "completed"
