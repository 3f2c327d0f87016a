"""Xero's bank side: batches of payments, money received and spent, transfers.

A RECEIVE-OVERPAYMENT and its Overpayment are one payment; the Overpayment is the one that is mapped.
"""

from __future__ import annotations

from connectors.port import Mapped
from connectors.xero import wire
from connectors.xero.dates import instant
from connectors.xero.reading import PAYMENT_STATUS, SUPPLIER, Reading, hints, yes_no
from ledger.bank_entry import BankEntry


def batch_of(reading: Reading, batch: wire.BatchPayment) -> Mapped:
    if batch.type in SUPPLIER:
        return reading.done()
    if batch.type != "RECBATCH":
        return reading.unknown("Type", batch.type)
    named = batch.account.currency_code if batch.account else None
    first = next((item.invoice.currency_code for item in batch.payments or [] if item.invoice), None)
    currency = reading.currency(named or first)
    texts = (batch.reference, batch.narrative, batch.details)
    return reading.done(
        BankEntry(
            external_id=reading.record.external_id,
            kind="deposit",
            moved_on=reading.own_day(batch.date),
            amount=reading.money(batch.total_amount, currency, "TotalAmount"),
            account=batch.account.account_id if batch.account else None,
            reference=" ".join(text for text in texts if text) or None,
            status=reading.status(batch.status or "AUTHORISED", PAYMENT_STATUS, "open"),
            reconciled=yes_no(batch.is_reconciled),
            groups=tuple(item.payment_id for item in batch.payments or [] if item.payment_id),
            hints=hints(*texts),
            updated_at=instant(batch.updated_date_utc),
        )
    )


def bank_transaction_of(reading: Reading, moved: wire.BankTransaction) -> Mapped:
    kind = (moved.type or "").upper()
    if kind in SUPPLIER or kind.startswith(("RECEIVE-", "SPEND-")):
        return reading.done()  # overpayments, prepayments and transfers have records of their own
    if kind not in ("RECEIVE", "SPEND"):
        return reading.unknown("Type", moved.type)
    # money moves in the currency of its account
    currency = reading.currency(moved.currency_code or reading.held_in(moved.bank_account), moved.currency_rate)
    amount = reading.money(moved.total, currency, "Total")
    statuses = {"AUTHORISED": "open", "DELETED": "deleted", "VOIDED": "void"}
    return reading.done(
        BankEntry(
            external_id=reading.record.external_id,
            kind=kind.lower(),
            moved_on=reading.own_day(moved.date),
            amount=amount if kind == "RECEIVE" else -amount,
            account=moved.bank_account.account_id if moved.bank_account else None,
            customer_external_id=moved.contact.contact_id if moved.contact else None,
            reference=moved.reference or None,
            status=reading.status(moved.status or "AUTHORISED", statuses, "open"),
            reconciled=yes_no(moved.is_reconciled),
            exchange_rate=reading.rate(moved.currency_rate, currency),
            home_amount=None,
            hints=hints(moved.reference),
            updated_at=instant(moved.updated_date_utc),
        )
    )


def bank_transfer_of(reading: Reading, moved: wire.BankTransfer) -> Mapped:
    currency = reading.currency(reading.held_in(moved.from_bank_account))
    states = {yes_no(moved.from_is_reconciled), yes_no(moved.to_is_reconciled)}
    return reading.done(
        BankEntry(
            external_id=reading.record.external_id,
            kind="transfer",
            moved_on=reading.own_day(moved.date),
            amount=-reading.money(moved.amount, currency, "Amount"),
            account=moved.from_bank_account.account_id if moved.from_bank_account else None,
            other_account=moved.to_bank_account.account_id if moved.to_bank_account else None,
            reference=moved.reference or None,
            status=reading.status(moved.status or "AUTHORISED", PAYMENT_STATUS, "open"),
            reconciled="yes" if "yes" in states else "no" if "no" in states else "unknown",
            hints=hints(moved.reference),
            updated_at=instant(moved.created_date_utc),
        )
    )
