"""Stripe's own ledger: balance transactions with one treatment each, their fees, payouts and what these carry."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.port import Value
from connectors.stripe import wire
from connectors.stripe.currency import money
from connectors.stripe.records import instant
from connectors.stripe.views import View, utc_day
from ledger.balance import NOT_CAPTURED, BalanceTransaction, Fee, Treatment
from ledger.payout import Payout, PayoutItem

_PAYOUT = ("pending", "in_transit", "paid", "failed", "canceled")

# By reporting_category, which Stripe means for books: `type` hides disputes and failed refunds under "adjustment".
_TREATMENTS: dict[str, Treatment] = {
    # money from or back to payers
    "charge": Treatment.UNDECIDED,
    "refund": Treatment.REFUND,
    "refund_failure": Treatment.REFUND,
    "charge_failure": Treatment.REFUND,  # a debit that failed after it had succeeded: the charge is taken back
    NOT_CAPTURED: Treatment.REFUND,  # no money went back: it goes with its charge (posting/processor/treat.py)
    "dispute": Treatment.DISPUTE,
    "dispute_reversal": Treatment.DISPUTE,
    # what Stripe costs
    "fee": Treatment.FEE,
    "network_cost": Treatment.FEE,
    "tax": Treatment.FEE,  # tax on Stripe's own fees
    # held back and let go
    "risk_reserved_funds": Treatment.RESERVE,
    "connect_reserved_funds": Treatment.RESERVE,
    "payment_network_reserved_funds": Treatment.RESERVE,
    "payment_network_reserve_hold": Treatment.RESERVE,
    "payment_network_reserve_release": Treatment.RESERVE,
    "payout_minimum_balance_hold": Treatment.RESERVE,
    "payout_minimum_balance_release": Treatment.RESERVE,
    # to and from the bank
    "payout": Treatment.PAYOUT,
    "payout_reversal": Treatment.PAYOUT,
    "topup": Treatment.PAYOUT,
    "topup_reversal": Treatment.PAYOUT,
    # Stripe Capital
    "advance": Treatment.FINANCING,
    "advance_funding": Treatment.FINANCING,
    "anticipation_repayment": Treatment.FINANCING,
    "financing_payout": Treatment.FINANCING,
    "financing_payout_reversal": Treatment.FINANCING,
    "financing_paydown": Treatment.FINANCING,
    "financing_paydown_reversal": Treatment.FINANCING,
    # other people's money, and products that are no receivables
    "transfer": Treatment.NOT_OURS,
    "transfer_reversal": Treatment.NOT_OURS,
    "platform_earning": Treatment.NOT_OURS,
    "platform_earning_refund": Treatment.NOT_OURS,
    "connect_collection_transfer": Treatment.NOT_OURS,
    "issuing_authorization_hold": Treatment.NOT_OURS,
    "issuing_authorization_release": Treatment.NOT_OURS,
    "issuing_transaction": Treatment.NOT_OURS,
    "issuing_dispute": Treatment.NOT_OURS,
    "climate_order_purchase": Treatment.NOT_OURS,
    "climate_order_refund": Treatment.NOT_OURS,
    "contribution": Treatment.NOT_OURS,
}

# Documented, and anything may stand under them.
_SAYS_NOTHING = {
    "other_adjustment": "is an adjustment of Stripe's which its description alone explains",
    "unreconciled_customer_funds": "is money of a customer's that Stripe assigned to no payment",
}

# By type, where the category is missing: those whose category follows from it.
_CATEGORIES: dict[str, str] = {
    "adjustment": "other_adjustment",
    "payment": "charge",
    "payment_refund": "refund",
    "payment_failure_refund": "charge_failure",
    "payment_unreconciled": "unreconciled_customer_funds",
    "stripe_fee": "fee",
    "stripe_fx_fee": "fee",
    "tax_fee": "tax",
    "payout_cancel": "payout_reversal",
    "payout_failure": "payout_reversal",
    "reserve_transaction": "risk_reserved_funds",
    "reserved_funds": "risk_reserved_funds",
    "reserve_hold": "risk_reserved_funds",
    "reserve_release": "risk_reserved_funds",
    "application_fee": "platform_earning",
    "application_fee_refund": "platform_earning_refund",
    "transfer_cancel": "transfer_reversal",
    "transfer_failure": "transfer_reversal",
    "transfer_refund": "transfer_reversal",
}


def _category(line: wire.BalanceTransaction) -> str:
    kind = line.type or ""
    return line.reporting_category or _CATEGORIES.get(kind, kind if kind in _TREATMENTS else "")


def balance_transaction_values(line: wire.BalanceTransaction, view: View) -> Iterator[Value]:
    """One treatment each; a category that we do not know is parked and named, never put under fees."""
    category = _category(line)
    treatment = _TREATMENTS.get(category, Treatment.PARKED)
    if treatment is Treatment.PARKED:
        known = category in _SAYS_NOTHING
        what = _SAYS_NOTHING.get(category, f"has the reporting category {category!r}, which is not known here")
        view.warn(
            "parked_transaction" if known else "unknown_reporting_category",
            f"balance transaction {view.record.external_id} ({line.type}) {what}; it is parked until somebody says what it is.",
            "reporting_category",
        )
    gross, fee, net = (money(amount, line.currency) for amount in (line.amount, line.fee, line.net))
    if gross - fee != net:
        view.warn(
            "net_differs", f"balance transaction {view.record.external_id}: {gross} less {fee} is not {net}.", "net"
        )
    yield BalanceTransaction(
        external_id=view.record.external_id,
        created_at=instant(line.created) if line.created else view.record.seen_at,
        booked_on=view.sure_day(line.created),
        gross=gross,
        fee=fee,
        net=net,
        type=line.type or "",
        reporting_category=category,
        status=view.known("status", line.status, ("available", "pending")),
        source_external_id=wire.ref(line.source),
        available_on=utc_day(line.available_on),
        description=line.description,
        treatment=treatment,
        updated_at=view.record.updated_at,
    )
    yield from _fees(line, treatment, view)


def _fees(line: wire.BalanceTransaction, treatment: Treatment, view: View) -> Iterator[Value]:
    """What was kept from a transaction, and a transaction that is itself a fee; both positive when they cost."""
    charged_on, source = view.sure_day(line.created), wire.ref(line.source) or view.record.external_id
    details = [detail for detail in line.fee_details or () if detail.amount]
    same = [detail for detail in details if detail.currency == line.currency]
    rest = line.fee - sum(detail.amount for detail in same)
    if rest and len(same) == len(details):
        details.append(wire.FeeDetail(amount=rest, currency=line.currency, type="unnamed"))
    for number, detail in enumerate(details, start=1):
        yield Fee(
            external_id=f"{view.record.external_id}/{number}",
            amount=money(detail.amount, detail.currency or line.currency),
            charged_on=charged_on,
            kind=detail.type or "unnamed",
            source_external_id=source,
            description=detail.description,
            updated_at=view.record.updated_at,
        )
    if treatment is Treatment.FEE and line.amount:
        yield Fee(
            external_id=view.record.external_id,
            amount=-money(line.amount, line.currency),
            charged_on=charged_on,
            kind=line.type or "stripe_fee",
            source_external_id=source,
            description=line.description,
            updated_at=view.record.updated_at,
        )


def payout_values(payout: wire.Payout, view: View) -> Iterator[Value]:
    """arrives_on is a calendar date that Stripe gives as midnight UTC."""
    yield Payout(
        external_id=view.record.external_id,
        created_at=instant(payout.created) if payout.created else view.record.seen_at,
        left_on=view.sure_day(payout.created),
        arrives_on=utc_day(payout.arrival_date),
        amount=money(payout.amount, payout.currency),
        status=view.known("status", payout.status, _PAYOUT),
        automatic=payout.automatic is not False,
        method=payout.method,
        reconciliation_status=payout.reconciliation_status,
        trace_id=payout.trace_id.value if payout.trace_id else None,
        statement_descriptor=payout.statement_descriptor,
        balance_transaction=wire.ref(payout.balance_transaction),
        failure_balance_transaction=wire.ref(payout.failure_balance_transaction),
        updated_at=view.record.updated_at,
    )


def payout_item_values(line: wire.BalanceTransaction, view: View) -> Iterator[Value]:
    """The list of a payout holds the payout's own transaction too; it carries itself no further."""
    payout, _, transaction = view.record.external_id.partition("/")
    source = wire.ref(line.source)
    if source == payout:
        return
    yield PayoutItem(
        external_id=view.record.external_id,
        payout_external_id=payout,
        balance_transaction=transaction,
        source_external_id=source,
        updated_at=view.record.updated_at,
    )
