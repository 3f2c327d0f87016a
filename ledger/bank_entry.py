"""A bank entry: a record that money moved on an account, when it is no payment of an invoice.

The ledger's own: deposits, money received or spent, sales and refunds on the spot, transfers, journals on a bank account.
They never touch AR themselves (their AR lines are journal lines); the tie-out of clearing looks at them, and each may be the
cash that bank or processor saw. The bank's own: the lines of its statements (credit, debit, reversal), whose credits become
receipts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from ledger.money import Money

KINDS = ("deposit", "receive", "spend", "sale", "transfer", "journal", "credit", "debit", "reversal")
STATEMENT_KINDS = frozenset({"credit", "debit", "reversal"})


@dataclass(frozen=True, slots=True, kw_only=True)
class BankEntry:
    """`amount` is signed from the account's side (money in is positive); a transfer leaves `account` for `other_account`.

    groups: external ids of the payments that a deposit gathers. reconciled: yes, no, unknown. What only a statement
    tells: the day from which the bank counts it, who is on the other side, and the bank's own number of the booking.
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
    value_on: date | None = None
    counterparty: str | None = None
    counterparty_account: str | None = None
    bank_reference: str | None = None
