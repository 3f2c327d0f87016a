"""Payments and refund receipts.

A payment of 0 is an application of credits and no cash. A refund receipt gives money back on the spot; it touches AR only
where it is linked to a credit memo.
"""

from __future__ import annotations

from connectors.port import Mapped
from connectors.quickbooks import wire
from connectors.quickbooks.applied import Application, allocations, parts_of, signed
from connectors.quickbooks.linked import TXN_KINDS
from connectors.quickbooks.reading import Reading, hints, name_of, updated, value_of, voided
from ledger.allocation import Allocation, Basis, SourceKind, TargetKind
from ledger.money import Money
from ledger.payment import Payment


def payment(reading: Reading, paid: wire.Payment) -> Mapped:
    currency = reading.currency(paid.currency_ref, paid.exchange_rate)
    total = reading.money(paid.total_amt, currency, "TotalAmt")
    is_void = voided(paid)
    stated = None if paid.unapplied_amt is None else Money.of(paid.unapplied_amt, currency)
    cash = total.minor if stated is None else total.minor - stated.minor
    parts = [] if is_void else parts_of(reading, paid.line, currency, cash)
    if is_void:
        unapplied = Money(0, currency)
    elif stated is None:
        unapplied = Money(max(0, total.minor - sum(part.minor for part in parts)), currency)
    else:
        unapplied = stated
    value = Payment(
        external_id=reading.own_id,
        customer_external_id=reading.customer(paid.customer_ref),
        paid_on=reading.day(paid.txn_date, "TxnDate"),
        amount=total,
        unapplied=unapplied,
        status="void" if is_void else "open",
        method=name_of(paid.payment_method_ref),
        reference=paid.payment_ref_num or None,
        memo=paid.private_note or None,
        deposit_account=value_of(paid.deposit_to_account_ref),
        ar_account=value_of(paid.ar_account_ref),
        bank_entry_external_id=_deposited_in(paid),
        exchange_rate=reading.rate(paid, currency),
        home_amount=reading.home(total, paid.home_total_amt, paid.exchange_rate),
        hints=hints(paid.payment_ref_num, paid.private_note),
        updated_at=updated(paid.meta_data),
    )
    cash_applied = total - unapplied
    if not parts:
        if cash_applied and not is_void:
            reading.note(
                "uneven_application", f"{cash_applied} of it is applied, and nothing says to what.", field_name="Line"
            )
        return reading.done(value)
    how = Application(
        cash=cash_applied,
        applied_on=value.paid_on,
        exchange_rate=value.exchange_rate,
        updated_at=value.updated_at,
    )
    return reading.done(value, *allocations(reading, signed(parts, how.cash.minor), how))


def _deposited_in(paid: wire.Payment) -> str | None:
    return next((link.txn_id for link in paid.linked_txn or [] if link.txn_type == "Deposit"), None)


def refund_receipt(reading: Reading, sale: wire.Sale) -> Mapped:
    currency = reading.currency(sale.currency_ref, sale.exchange_rate)
    total = reading.money(sale.total_amt, currency, "TotalAmt")
    is_void = voided(sale)
    value = Payment(
        external_id=reading.own_id,
        customer_external_id=value_of(sale.customer_ref),
        paid_on=reading.day(sale.txn_date, "TxnDate"),
        amount=total,
        unapplied=Money(0, currency),
        kind="refund",
        status="void" if is_void else "open",
        method=name_of(sale.payment_method_ref),
        reference=sale.payment_ref_num or sale.doc_number or None,
        memo=sale.private_note or value_of(sale.customer_memo),
        deposit_account=value_of(sale.deposit_to_account_ref),
        ar_account=value_of(sale.ar_account_ref),
        exchange_rate=reading.rate(sale, currency),
        home_amount=reading.home(total, sale.home_total_amt, sale.exchange_rate),
        hints=hints(sale.payment_ref_num, sale.private_note, value_of(sale.customer_memo)),
        updated_at=updated(sale.meta_data),
    )
    return reading.done(value) if is_void else reading.done(value, *_refunded(value, sale))


def _refunded(value: Payment, sale: wire.Sale) -> list[Allocation]:
    """The credits that it pays out: named line by line with an amount, or one of them for the whole receipt."""
    currency = value.amount.currency
    found: dict[str, Money] = {}
    for line in sale.line or []:
        for link in line.linked_txn or []:
            if TXN_KINDS.get(link.txn_type or "") == "CreditMemo" and link.txn_id and line.amount:
                found[link.txn_id] = found.get(link.txn_id, Money(0, currency)) + Money.of(line.amount, currency)
    named = [link.txn_id for link in sale.linked_txn or [] if link.txn_type == "CreditMemo" and link.txn_id]
    if not found and len(named) == 1:
        found[named[0]] = value.amount
    return [
        Allocation(
            external_id=f"{value.external_id}/CreditMemo-{credit}",
            source_kind=SourceKind.CREDIT_NOTE,
            source_external_id=credit,
            target_kind=TargetKind.REFUND,
            target_external_id=value.external_id,
            amount=amount,
            source_amount=amount,
            applied_on=value.paid_on,
            basis=Basis.DERIVED,
            exchange_rate=value.exchange_rate,
            updated_at=value.updated_at,
        )
        for credit, amount in found.items()
        if amount
    ]
