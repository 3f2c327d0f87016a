"""What a record of Stripe's means: pure, so that kept records can be mapped again without a call."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar
from zoneinfo import ZoneInfoNotFoundError

import msgspec

from connectors.decode import decode_record, peek
from connectors.port import Context, Mapped, Record, Value
from connectors.stripe import cash, documents, funds, wire
from connectors.stripe.views import View
from ledger.faults import Fault
from ledger.finding import Finding, Severity

S = TypeVar("S", bound=msgspec.Struct)
_Map = Callable[[View], Iterator[Value]]


_AMOUNTS = {
    "invoices": "total", "credit_notes": "total", "charges": "amount", "payment_intents": "amount", "refunds": "amount",
    "disputes": "amount", "payouts": "amount", "balance_transactions": "amount",
    "customer_balance_transactions": "amount",
}  # fmt: skip
"""By kind the amount without which a record means nothing of use."""


def _reading(struct: type[S], values: Callable[[S, View], Iterator[Value]]) -> _Map:
    def read(view: View) -> Iterator[Value]:
        record = view.record
        found, findings = decode_record(record.raw, struct, kind=record.kind, external_id=record.external_id)
        view.findings.extend(findings)
        if found is None:
            return
        amount = _AMOUNTS.get(record.kind)
        if amount is not None and not getattr(found, amount) and peek(record.raw, amount) is None:
            view.warn(
                "amount_missing", f"{record.kind} {record.external_id} came without {amount}; it was read as 0.", amount
            )
        yield from values(found, view)

    return read


_MAPS: dict[str, _Map] = {
    "customers": _reading(wire.Customer, documents.customer_values),
    "invoices": _reading(wire.Invoice, documents.invoice_values),
    "credit_notes": _reading(wire.CreditNote, documents.credit_note_values),
    "invoice_payments": _reading(wire.InvoicePayment, cash.invoice_payment_values),
    "charges": _reading(wire.Charge, cash.charge_values),
    "payment_intents": _reading(wire.PaymentIntent, cash.intent_values),
    "payment_records": _reading(wire.PaymentRecord, cash.payment_record_values),
    "refunds": _reading(wire.Refund, cash.refund_values),
    "disputes": _reading(wire.Dispute, cash.dispute_values),
    "customer_balance_transactions": _reading(wire.CustomerBalanceTransaction, cash.balance_entry_values),
    "balance_transactions": _reading(wire.BalanceTransaction, funds.balance_transaction_values),
    "payouts": _reading(wire.Payout, funds.payout_values),
    "payout_items": _reading(wire.BalanceTransaction, funds.payout_item_values),
}


def map_record(record: Record, context: Context) -> Mapped:
    """The values, and what was odd. A record that cannot be mapped gives a finding of severity error and no value."""
    view = View(record, context)
    if record.kind not in _MAPS:
        return Mapped(findings=(_unmapped(record, "unknown_kind", "is of a kind that is not read here"),))
    if record.deleted and not _whole(record):
        return Mapped()  # nothing but an id is left of it; the store marks what it has
    try:
        values = tuple(_MAPS[record.kind](view))
    except Fault as fault:
        return Mapped(findings=(*view.findings, _unmapped(record, _code(fault), f"could not be mapped: {fault}")))
    except (ArithmeticError, ZoneInfoNotFoundError, ValueError) as error:
        return Mapped(findings=(*view.findings, _unmapped(record, "out_of_range", f"could not be mapped: {error}")))
    return Mapped(values=values, findings=tuple(view.findings))


def _whole(record: Record) -> bool:
    """Whether a deleted record still has its last state (an event's snapshot) or only its id (a reading)."""
    try:
        return "created" in msgspec.json.decode(record.raw, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError):
        return False


def _code(fault: Fault) -> str:
    """UnknownCurrency as unknown_currency."""
    name = type(fault).__name__
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")


def _unmapped(record: Record, code: str, what: str) -> Finding:
    return Finding(
        code,
        f"{record.kind} {record.external_id} {what}",
        Severity.ERROR,
        record.kind,
        record.external_id,
    )
