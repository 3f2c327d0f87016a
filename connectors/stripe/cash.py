"""What came in and went back: charges, intents, invoice payments, payments outside Stripe, refunds, disputes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from connectors.port import Value
from connectors.stripe import wire
from connectors.stripe.currency import money
from connectors.stripe.hints import hints_of
from connectors.stripe.markers import day_of
from connectors.stripe.records import instant
from connectors.stripe.views import View, some_money
from ledger.allocation import Allocation, Basis, SourceKind, TargetKind
from ledger.charge import Charge, PaymentIntent, PaymentLink
from ledger.money import Money
from ledger.payment import Payment
from ledger.refund import CustomerBalanceEntry, Dispute, Refund

_CHARGE = ("succeeded", "pending", "failed")
_INTENT = (
    "requires_payment_method",
    "requires_confirmation",
    "requires_action",
    "requires_capture",
    "processing",
    "succeeded",
    "canceled",
)
_LINK = ("open", "paid", "canceled")
_REFUND = ("pending", "requires_action", "succeeded", "failed", "canceled")
_DISPUTE = (
    "warning_needs_response",
    "warning_under_review",
    "warning_closed",
    "needs_response",
    "under_review",
    "appeal_needs_response",
    "appeal_under_review",
    "won",
    "lost",
    "prevented",
)
_BALANCE_MOVES = ("applied_to_invoice", "unapplied_from_invoice")


def charge_values(charge: wire.Charge, view: View) -> Iterator[Value]:
    """Captured in part: what was captured is what the payer paid, the rest was let go.

    Stripe makes a refund of that rest, and counts it among what was refunded.
    """
    captured = charge.captured is not False
    amount, refunded = charge.amount, charge.amount_refunded or 0
    if captured and charge.amount_captured and charge.amount_captured < amount:
        let_go, amount = amount - charge.amount_captured, charge.amount_captured
        if refunded >= let_go and not (charge.refunded and refunded <= amount):
            refunded -= let_go
    payer = charge.billing_details or wire.Person()
    method = charge.payment_method_details or {}
    name = method.get("type")
    hints = hints_of(None, charge.metadata, (charge.description,))
    yield Charge(
        external_id=view.record.external_id,
        created_at=instant(charge.created) if charge.created else view.record.seen_at,
        charged_on=view.sure_day(charge.created),
        amount=money(amount, charge.currency),
        refunded=money(min(refunded, amount), charge.currency),
        status=view.known("status", charge.status, _CHARGE),
        customer_external_id=wire.ref(charge.customer),
        payer_name=payer.name,
        payer_email=payer.email or charge.receipt_email,
        payer_account=_account(method, name),
        description=charge.description,
        statement_descriptor=charge.calculated_statement_descriptor or charge.statement_descriptor,
        method=name if isinstance(name, str) else None,
        disputed=bool(charge.disputed),
        captured=captured,
        payment_intent=wire.ref(charge.payment_intent),
        balance_transaction=wire.ref(charge.balance_transaction),
        invoice_hint=hints[0] if hints else None,
        metadata=_pairs(charge.metadata),
        updated_at=view.record.updated_at,
    )


def _account(method: dict[str, Any], name: Any) -> str | None:
    """What tells one payer's card or account from another: Stripe's fingerprint, never a number."""
    details = method.get(name) if isinstance(name, str) else None
    fingerprint = details.get("fingerprint") if isinstance(details, dict) else None
    return fingerprint if isinstance(fingerprint, str) else None


def _pairs(metadata: wire.Metadata) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((str(name), str(value)) for name, value in (metadata or {}).items() if value is not None))


def intent_values(intent: wire.PaymentIntent, view: View) -> Iterator[Value]:
    yield PaymentIntent(
        external_id=view.record.external_id,
        created_at=instant(intent.created) if intent.created else view.record.seen_at,
        amount=money(intent.amount, intent.currency),
        received=money(intent.amount_received or 0, intent.currency),
        status=view.known("status", intent.status, _INTENT),
        customer_external_id=wire.ref(intent.customer),
        latest_charge=wire.ref(intent.latest_charge),
        description=intent.description,
        metadata=_pairs(intent.metadata),
        updated_at=view.record.updated_at,
    )


def invoice_payment_values(link: wire.InvoicePayment, view: View) -> Iterator[Value]:
    """The link always; the allocation once it is paid, on the day that Stripe states."""
    status = view.known("status", link.status, _LINK)
    paid_with = link.payment or wire.PaidWith()
    kind = view.known("payment_type", paid_with.type, ("payment_intent", "charge", "payment_record"))
    payment = wire.ref(paid_with.payment_intent) or wire.ref(paid_with.charge) or wire.ref(paid_with.payment_record)
    invoice = wire.ref(link.invoice)
    if invoice is None:
        view.warn(
            "no_invoice", f"invoice payment {view.record.external_id} names no invoice; it is applied to nothing."
        )
        return
    paid_at = link.status_transitions.paid_at if link.status_transitions else None
    paid = some_money(link.amount_paid, link.currency)
    yield PaymentLink(
        external_id=view.record.external_id,
        invoice_external_id=invoice,
        payment_kind=kind,
        payment_external_id=payment,
        amount=paid,
        requested=some_money(link.amount_requested, link.currency),
        status=status,
        paid_at=instant(paid_at) if paid_at else None,
        updated_at=view.record.updated_at,
    )
    if status == "paid" and paid:
        yield Allocation(
            external_id=view.record.external_id,
            source_kind=SourceKind.PAYMENT,
            source_external_id=payment or view.record.external_id,
            target_kind=TargetKind.INVOICE,
            target_external_id=invoice,
            amount=paid,
            source_amount=paid,
            applied_on=view.day(paid_at or link.created),
            basis=Basis.STATED if paid_at else Basis.DERIVED,
            updated_at=view.record.updated_at,
        )


def payment_record_values(outside: wire.PaymentRecord, view: View) -> Iterator[Value]:
    """A payment made outside Stripe. What of it is applied is said by the invoice payments that name it."""
    sure = outside.amount_guaranteed or outside.amount_requested
    if sure is None:
        view.warn("no_amount", f"payment record {view.record.external_id} has no amount; it is left out.")
        return
    amount = money(sure.value, sure.currency)
    failed = not amount and any(
        one is not None and one.value for one in (outside.amount_failed, outside.amount_canceled)
    )
    method = outside.payment_method_details or wire.RecordMethod()
    processor = outside.processor_details or wire.ProcessorDetails()
    reference = processor.custom.payment_reference if processor.custom else None
    yield Payment(
        external_id=view.record.external_id,
        customer_external_id=wire.ref(outside.customer_details.customer) if outside.customer_details else None,
        paid_on=day_of(outside.metadata) or view.day(outside.created),
        amount=amount,
        unapplied=Money.zero(amount.currency),
        status="failed" if failed else "open",
        method=(method.custom.display_name if method.custom else None) or method.type,
        reference=reference,
        memo=outside.description,
        home_amount=view.home(amount),
        hints=hints_of(None, outside.metadata, (outside.description, reference)),
        updated_at=view.record.updated_at,
    )


def refund_values(refund: wire.Refund, view: View) -> Iterator[Value]:
    yield Refund(
        external_id=view.record.external_id,
        amount=money(refund.amount, refund.currency),
        refunded_on=view.sure_day(refund.created),
        status=view.known("status", refund.status, _REFUND),
        charge_external_id=wire.ref(refund.charge),
        payment_intent=wire.ref(refund.payment_intent),
        balance_transaction=wire.ref(refund.balance_transaction),
        reason=refund.reason,
        updated_at=view.record.updated_at,
    )


def dispute_values(dispute: wire.Dispute, view: View) -> Iterator[Value]:
    due_by = dispute.evidence_details.due_by if dispute.evidence_details else None
    yield Dispute(
        external_id=view.record.external_id,
        amount=money(dispute.amount, dispute.currency),
        opened_on=view.sure_day(dispute.created),
        status=view.known("status", dispute.status, _DISPUTE),
        charge_external_id=wire.ref(dispute.charge),
        reason=dispute.reason,
        due_by=instant(due_by) if due_by else None,
        updated_at=view.record.updated_at,
    )


def balance_entry_values(entry: wire.CustomerBalanceTransaction, view: View) -> Iterator[Value]:
    """Stripe's sign: negative is credit for the customer. Applying credit is positive, and so is its allocation.

    Taking it back from an invoice is a negative allocation: the applying entry stands beside it, never edited.
    """
    customer, invoice = wire.ref(entry.customer), wire.ref(entry.invoice)
    amount = money(entry.amount, entry.currency)
    booked_on = view.sure_day(entry.created)
    if customer is None:
        view.warn("no_customer", f"customer balance transaction {view.record.external_id} names no customer.")
        return
    yield CustomerBalanceEntry(
        external_id=view.record.external_id,
        customer_external_id=customer,
        amount=amount,
        ending_balance=money(entry.ending_balance, entry.currency),
        kind=entry.type or "",
        booked_on=booked_on,
        invoice_external_id=invoice,
        credit_note_external_id=wire.ref(entry.credit_note),
        updated_at=view.record.updated_at,
    )
    if entry.type in _BALANCE_MOVES and invoice:
        yield Allocation(
            external_id=view.record.external_id,
            source_kind=SourceKind.CUSTOMER_BALANCE,
            source_external_id=view.record.external_id,
            target_kind=TargetKind.INVOICE,
            target_external_id=invoice,
            amount=amount,
            source_amount=amount,
            applied_on=booked_on,
            basis=Basis.STATED,
            updated_at=view.record.updated_at,
        )
