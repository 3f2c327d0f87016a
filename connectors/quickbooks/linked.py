"""Which records changed together with one: what a payment, a refund or a deposit is linked with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from connectors.decode import loosely
from connectors.port import Record
from connectors.quickbooks import wire

_SOURCES = frozenset({"Payment", "RefundReceipt", "Deposit"})
TXN_KINDS = {
    "Invoice": "Invoice",
    "CreditMemo": "CreditMemo",
    "JournalEntry": "JournalEntry",
    "Payment": "Payment",
    "ReceivePayment": "Payment",
    "Deposit": "Deposit",
    "SalesReceipt": "SalesReceipt",
    "RefundReceipt": "RefundReceipt",
    "CreditCardRefund": "RefundReceipt",
    "Purchase": "Purchase",
    "Expense": "Purchase",
    "Check": "Purchase",
    "CashPurchase": "Purchase",
    "CreditCardCredit": "Purchase",
    "CreditCardCharge": "Purchase",
}
"""The kind of record behind a TxnType: an expense, a check and a card credit are all a Purchase."""


class _Linked(wire.Wire):
    line: list[wire.Line] | None = None
    linked_txn: list[wire.LinkedTxn] | None = None


def linked(record: Record) -> Sequence[tuple[str, str]]:
    """(kind, id) of each linked record that we read; nothing for records without such links."""
    if record.kind not in _SOURCES or record.deleted:
        return ()
    try:
        holder = loosely(record.raw, _Linked)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ()
    return tuple(dict.fromkeys(_keys(holder)))


def _keys(holder: _Linked) -> Iterator[tuple[str, str]]:
    lines = [link for line in holder.line or [] for link in line.linked_txn or []]
    for link in (*lines, *(holder.linked_txn or [])):
        kind = TXN_KINDS.get(link.txn_type or "")
        if kind not in (None, "Deposit") and link.txn_id:  # being deposited changes no payment's figures
            yield str(kind), link.txn_id
