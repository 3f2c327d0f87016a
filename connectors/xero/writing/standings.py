"""Xero's records as standings: what an answer or a list says of a record that may be ours."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import msgspec

from connectors.decode import loosely
from connectors.writing import Standing
from connectors.xero import wire
from connectors.xero.dates import calendar
from connectors.xero.reading import Flag, is_true
from connectors.xero.writing.books import Books
from connectors.xero.writing.records import (
    BATCHES,
    INVOICES,
    MOVED,
    NOTES,
    OVERPAYMENTS,
    PAYMENTS,
    PREPAYMENTS,
    TRANSFERS,
)
from ledger.faults import BadInput
from ledger.money import Money

_GONE = frozenset({"DELETED", "VOIDED"})


def standing_of(kind: str, raw: bytes | msgspec.Raw, books: Books) -> Standing | None:
    """None for what cannot be read as a record of the kind."""
    struct, make = _READERS[kind]
    try:
        found: Standing = make(loosely(raw, struct), books)
    except (msgspec.DecodeError, UnicodeDecodeError, BadInput):
        return None
    return found if found.external_id else None


def signed(kind: str, raw: bytes, held: Standing) -> Money | None:
    """What the record moved in its account, in positive, out negative; None for what moved nothing in."""
    if held.amount is None:
        return None
    record = msgspec.json.decode(raw, type=dict[str, Any])
    word = str(record.get("PaymentType" if kind == PAYMENTS else "Type") or "")
    inward = word.startswith("RECEIVE") or word in {"ACCRECPAYMENT", "RECBATCH", "APCREDITPAYMENT"}
    inward = inward or word in {"APOVERPAYMENTPAYMENT", "APPREPAYMENTPAYMENT"}
    return held.amount if inward else -held.amount


def bank_money(payment: wire.Payment, books: Books) -> Money:
    """What a payment moved in its account, in the account's currency. Where nobody knows that one and the amount differs
    from what was paid of a foreign document, it is the home currency.
    """
    target = payment.invoice or payment.credit_note or payment.overpayment or payment.prepayment
    paid = (target.currency_code if target else None) or books.home_currency
    held = _currency(payment.account, books)
    amount = payment.amount or Decimal(0)
    if payment.bank_amount is None or (payment.bank_amount == amount and held in (None, paid)):
        return Money.of(amount, paid)
    return Money.of(payment.bank_amount, held or books.home_currency)


def _currency(account: wire.AccountRef | None, books: Books) -> str | None:
    return None if account is None else account.currency_code or books.currency_of(account.account_id)


def _payment(payment: wire.Payment, books: Books) -> Standing:
    batch = payment.batch_payment_id or (payment.batch_payment.batch_payment_id if payment.batch_payment else None)
    return Standing(
        kind=PAYMENTS,
        external_id=payment.payment_id or "",
        version=payment.updated_date_utc or "",
        amount=bank_money(payment, books),
        on=calendar(payment.date),
        account=payment.account.account_id if payment.account else None,
        reconciled=_yes(payment.is_reconciled),
        ended=payment.status in _GONE,
        in_deposit=batch is not None,
    )


def _batch(batch: wire.BatchPayment, books: Books) -> Standing:
    named = _currency(batch.account, books)
    payments = batch.payments or []
    currency = (
        named or next((one.invoice.currency_code for one in payments if one.invoice), None) or books.home_currency
    )
    return Standing(
        kind=BATCHES,
        external_id=batch.batch_payment_id or "",
        version=batch.updated_date_utc or "",
        amount=None if batch.total_amount is None else Money.of(batch.total_amount, currency),
        on=calendar(batch.date),
        account=batch.account.account_id if batch.account else None,
        parts=tuple((PAYMENTS, one.payment_id) for one in payments if one.payment_id),
        reconciled=_yes(batch.is_reconciled),
        ended=batch.status in _GONE,
    )


def _moved(moved: wire.BankTransaction, books: Books) -> Standing:
    """An overpayment or prepayment goes by its own id, with the bank transaction as a part: as it is mapped and synced."""
    own = moved.bank_transaction_id or ""
    kind, external_id, parts = MOVED, own, ()  # type: tuple[str, str, tuple[tuple[str, str], ...]]
    if moved.overpayment_id:
        kind, external_id, parts = OVERPAYMENTS, moved.overpayment_id, ((MOVED, own),)
    elif moved.prepayment_id:
        kind, external_id, parts = PREPAYMENTS, moved.prepayment_id, ((MOVED, own),)
    return Standing(
        kind=kind,
        external_id=external_id,
        version=moved.updated_date_utc or "",
        amount=None if moved.total is None else Money.of(moved.total, moved.currency_code or books.home_currency),
        on=calendar(moved.date),
        account=moved.bank_account.account_id if moved.bank_account else None,
        parts=parts,
        reconciled=_yes(moved.is_reconciled),
        ended=moved.status in _GONE,
    )


def _transfer(moved: wire.BankTransfer, books: Books) -> Standing:
    """Its currency is the accounts'; where neither says one and the rate is not 1, the amount cannot be told."""
    plain = moved.currency_rate in (None, 1)
    currency = _currency(moved.from_bank_account, books) or (books.home_currency if plain else None)
    ticks = [_yes(moved.from_is_reconciled), _yes(moved.to_is_reconciled)]
    return Standing(
        kind=TRANSFERS,
        external_id=moved.bank_transfer_id or "",
        version=moved.created_date_utc or "",
        amount=None if currency is None or moved.amount is None else Money.of(moved.amount, currency),
        on=calendar(moved.date),
        account=moved.from_bank_account.account_id if moved.from_bank_account else None,
        reconciled=True if True in ticks else None if None in ticks else False,
        ended=moved.status in _GONE,
    )


def _document(document: wire.Invoice | wire.CreditNote, books: Books) -> Standing:
    note = isinstance(document, wire.CreditNote)
    external_id = document.credit_note_id if isinstance(document, wire.CreditNote) else document.invoice_id
    return Standing(
        kind=NOTES if note else INVOICES,
        external_id=external_id or "",
        version=document.updated_date_utc or "",
        amount=None
        if document.total is None
        else Money.of(document.total, document.currency_code or books.home_currency),
        on=calendar(document.date),
        ended=document.status in _GONE,
    )


def _credit(credit: wire.Prepaid, books: Books) -> Standing:
    over = credit.overpayment_id
    return Standing(
        kind=OVERPAYMENTS if over else PREPAYMENTS,
        external_id=over or credit.prepayment_id or "",
        version=credit.updated_date_utc or "",
        amount=None if credit.total is None else Money.of(credit.total, credit.currency_code or books.home_currency),
        on=calendar(credit.date),
        ended=credit.status in _GONE,
    )


def _yes(value: Flag) -> bool | None:
    return None if value is None else is_true(value)


_READERS: dict[str, tuple[type[wire.Wire], Callable[[Any, Books], Standing]]] = {
    PAYMENTS: (wire.Payment, _payment),
    BATCHES: (wire.BatchPayment, _batch),
    MOVED: (wire.BankTransaction, _moved),
    TRANSFERS: (wire.BankTransfer, _transfer),
    NOTES: (wire.CreditNote, _document),
    INVOICES: (wire.Invoice, _document),
    OVERPAYMENTS: (wire.Prepaid, _credit),
    PREPAYMENTS: (wire.Prepaid, _credit),
}
