"""A bank entry: the ledger's own record that money moved, when it is no payment of an invoice.

Deposits, money received or spent, sales and refunds on the spot, transfers. They never touch AR themselves (their AR
lines are journal lines); the duplicate guard and the tie-out of clearing look at them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from ledger.money import Money

KINDS = ("deposit", "receive", "spend", "sale", "transfer")


@dataclass(frozen=True, slots=True, kw_only=True)
class BankEntry:
    """`amount` is signed from the account's side (money in is positive); a transfer leaves `account` for `other_account`.

    groups: external ids of the payments that a deposit gathers. reconciled: yes, no, unknown.
    """

    external_id: str
    kind: str
    moved_on: date | None
    amount: Money
    account: str | None
    other_account: str | None = None
    customer_external_id: str | None = None
    reference: str | None = None
    memo: str | None = None
    status: str = "open"
    reconciled: str = "unknown"
    groups: tuple[str, ...] = ()
    exchange_rate: Decimal | None = None
    home_amount: Money | None = None
    hints: tuple[str, ...] = ()
    updated_at: datetime | None = None
