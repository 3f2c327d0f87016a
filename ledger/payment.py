"""A payment: the ledger's record that a party paid, or (kind refund) was paid back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from ledger.money import Money

KINDS = ("payment", "overpayment", "prepayment", "refund")


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """kind is one of KINDS; status: open, void, deleted, pending, failed; reconciled: yes, no, unknown.

    bank_amount is what moved in the bank account's currency where the provider says so. An amount of 0 is an
    application of credits and no cash. `hints` as on an invoice: processors' ids named in its reference or note.
    """

    external_id: str
    customer_external_id: str | None
    paid_on: date | None
    amount: Money
    unapplied: Money
    kind: str = "payment"
    status: str = "open"
    method: str | None = None
    reference: str | None = None
    memo: str | None = None
    deposit_account: str | None = None
    ar_account: str | None = None
    batch_external_id: str | None = None
    bank_entry_external_id: str | None = None
    exchange_rate: Decimal | None = None
    home_amount: Money | None = None
    bank_amount: Money | None = None
    reconciled: str = "unknown"
    hints: tuple[str, ...] = ()
    updated_at: datetime | None = None
